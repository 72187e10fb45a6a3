"""Small datasets for the tests of data: MovieLens folders of a few rows, and any dataset by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.ratings import Ratings
from cineblend.ids import Ids, Vocabulary

RATINGS = "userId,movieId,rating,timestamp\r\n7,10,4.0,100\r\n7,30,0.5,200\r\n3,10,5.0,300\r\n"
MOVIES = (
    "movieId,title,genres\r\n"
    '30,"Misérables, Les (1995)",Drama|War\r\n'
    "10,Toy Story (1995),Animation\r\n"
    "20,Nobody Rated It,(no genres listed)\r\n"
)
TAGS = 'userId,movieId,tag,timestamp\r\n3,10,"so, so",1\r\n99,30,sad,2\r\n'


def write_csv_release(folder: Path, **files: str) -> Path:
    """A folder laid out like ml-latest-small; ``ratings=``, ``movies=``, ``tags=`` replace its files."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"ratings": RATINGS, "movies": MOVIES, "tags": TAGS, **files}
    for name, text in content.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return folder


@st.composite
def ratings(draw: st.DrawFn, max_users: int = 6, max_items: int = 7) -> Ratings:
    """Any ratings: distinct pairs in any order, some users and items without one."""
    n_users, n_items = draw(st.integers(1, max_users)), draw(st.integers(1, max_items))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, n_users - 1), st.integers(0, n_items - 1)), unique=True, max_size=25
        )
    )
    n = len(pairs)
    value = draw(st.lists(st.sampled_from([0.5, 1.0, 2.5, 3.0, 5.0]), min_size=n, max_size=n))
    timestamp = draw(st.lists(st.integers(0, 10**10), min_size=n, max_size=n))
    user_num, item_num = np.array(pairs, np.int32).reshape(n, 2).T.copy()
    return Ratings(
        user_num, item_num, np.array(value, np.float32), np.array(timestamp, np.int64), n_users, n_items
    )


@st.composite
def datasets(draw: st.DrawFn, text_ids: bool = False) -> Dataset:
    """Any dataset in which every user rated something."""
    words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
    some_id = words.filter(str.strip) if text_ids else st.integers(-(2**63), 2**63 - 1)
    drawn = draw(ratings().filter(len))
    raters = np.unique(drawn.user_num)
    users = sorted(draw(st.lists(some_id, unique=True, min_size=len(raters), max_size=len(raters))))
    items = draw(st.lists(some_id, unique=True, min_size=drawn.n_items, max_size=drawn.n_items))
    n = drawn.n_items
    catalog = Catalog(
        Vocabulary(_ids(items, text_ids)),
        tuple(draw(st.lists(words, min_size=n, max_size=n))),
        np.array(draw(st.lists(st.integers(0, 2100), min_size=n, max_size=n)), np.int32),
        tuple(tuple(draw(st.lists(words, max_size=3))) for _ in range(n)),
    )
    text = draw(st.lists(words, max_size=5))
    tags = Tags(
        np.array([draw(st.integers(-1, len(users) - 1)) for _ in text], np.int32),
        np.array([draw(st.integers(0, n - 1)) for _ in text], np.int32),
        tuple(text),
        np.zeros(len(text), bool),
    )
    return Dataset(
        Source("made", "here", licence="free", citation="nobody", caution="made up"),
        Vocabulary(_ids(users, text_ids)),
        catalog,
        Ratings(
            np.searchsorted(raters, drawn.user_num).astype(np.int32),
            drawn.item_num,
            drawn.value,
            drawn.timestamp,
            len(users),
            n,
        ),
        tags,
        RatingScale(draw(st.sampled_from([0.0, 0.5])), draw(st.sampled_from([5.0, 10.0]))),
    )


def _ids(values: Sequence[int | str], text: bool) -> Ids:
    return np.array(values, np.str_) if text else np.array(values, np.int64)


def write_dataset(folder: Path, dataset: Dataset) -> Path:
    """A dataset with whole-number ids as a folder laid out like ml-latest-small, without its tags."""
    ratings, items = dataset.ratings, dataset.catalog.items.ids
    columns = (dataset.users.ids[ratings.user_num], items[ratings.item_num], ratings.value, ratings.timestamp)
    rows = (",".join(map(str, row)) for row in zip(*(column.tolist() for column in columns), strict=True))
    films = zip(items.tolist(), dataset.catalog.title, dataset.catalog.genres, strict=True)
    return write_csv_release(
        folder,
        ratings="\n".join(["userId,movieId,rating,timestamp", *rows]) + "\n",
        movies="\n".join(["movieId,title,genres", *(f"{n},{title},{'|'.join(of)}" for n, title, of in films)])
        + "\n",
        tags="userId,movieId,tag,timestamp\n",
    )
