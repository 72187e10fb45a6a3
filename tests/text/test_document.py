"""Documents: the study's text word for word, the default without what tells about the answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.movielens import read_movielens
from cineblend.data.ratings import Ratings
from cineblend.errors import UnknownNameError
from cineblend.ids import Vocabulary
from cineblend.text.document import documents
from small_data import datasets


def made(titles: list[str], genres: list[tuple[str, ...]], tags: Tags | None = None) -> Dataset:
    n = len(titles)
    catalog = Catalog(Vocabulary(np.arange(n)), tuple(titles), np.zeros(n, np.int32), tuple(genres))
    none = np.zeros(0, np.int32)
    ratings = Ratings(none, none, np.zeros(0, np.float32), np.zeros(0, np.int64), 1, n)
    source = Source("made", "here")
    return Dataset(source, Vocabulary(np.arange(1)), catalog, ratings, tags or Tags.none(), RatingScale(1, 5))


TITLES = {
    "Toy Story (1995)": "Toy Story",
    "City of Lost Children, The (Cité des enfants perdus, La) (1995)": (
        "City of Lost Children, The (Cité des enfants perdus, La)"
    ),
    "Nobody Rated It": "Nobody Rated It",
    "  Babylon 5 ": "Babylon 5",
    "Unclosed (1995": "Unclosed",
    "(500) Days of Summer": "movie",  # the study cuts at the last parenthesis, whatever it opens
    "": "movie",
    "(1995)": "movie",
}


def test_a_title_is_cut_at_its_last_parenthesis() -> None:
    assert documents(made(list(TITLES), [()] * len(TITLES)), "study") == list(TITLES.values())


def test_genres_and_lower_cased_tags_follow_in_order() -> None:
    tags = Tags(
        np.array([0, -1, 0], np.int32),
        np.array([1, 0, 1], np.int32),
        ("Dark Comedy", "PIXAR", "noir"),
        np.zeros(3, bool),
    )
    dataset = made(["Toy Story (1995)", "", "Heat (1995)"], [("Animation", "Children"), (), ("Crime",)], tags)
    expected = ["Toy Story Animation Children pixar", "dark comedy noir", "Heat Crime"]
    assert documents(dataset, "study") == documents(dataset) == expected


def test_only_the_study_reads_tags_on_test_pairs() -> None:
    tags = Tags(
        np.array([0, 0], np.int32), np.array([0, 0], np.int32), ("Seen", "Kept"), np.array([True, False])
    )
    dataset = made(["Heat (1995)"], [()], tags)
    assert documents(dataset, "study") == ["Heat seen kept"]
    assert documents(dataset, "default") == ["Heat kept"]


def test_facts_are_the_title_the_decade_the_year_and_the_genres() -> None:
    tags = Tags(np.array([0], np.int32), np.array([0], np.int32), ("Noir",), np.zeros(1, bool))
    dataset = made(["Heat (1995)", "Heat", ""], [("Crime", "Drama"), ("Crime",), ()], tags)
    dated = replace(dataset, catalog=replace(dataset.catalog, year=np.array([1995, 0, 0], np.int32)))
    assert documents(dated, "facts") == ["Heat 1990s 1995 Crime Drama", "Heat Crime", "movie"]


@given(datasets())
def test_every_item_has_a_document_and_the_rules_agree_without_a_test_set(dataset: Dataset) -> None:
    texts = documents(dataset, "study")
    assert len(texts) == dataset.n_items
    assert all(texts)
    assert texts == documents(dataset)
    hidden = replace(dataset.tags, held_out=np.ones(len(dataset.tags), bool))
    assert documents(replace(dataset, tags=hidden)) == documents(replace(dataset, tags=Tags.none()))


def test_an_unknown_rule_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'study'"):
        documents(made([], []), "studi")


@pytest.mark.real_data
def test_the_study_text_of_the_real_films_equals_the_plain_expression(ml_latest_small_dir: Path) -> None:
    dataset = read_movielens(ml_latest_small_dir, "ml-latest-small")
    tags: dict[int, list[str]] = defaultdict(list)
    for row in pl.read_csv(ml_latest_small_dir / "tags.csv", infer_schema_length=0).iter_rows():
        tags[int(row[1])].append(row[2].lower())
    expected: dict[int, str] = {}
    for movie, title, genres in pl.read_csv(ml_latest_small_dir / "movies.csv").iter_rows():
        t = title[: title.rfind("(")].strip() if "(" in title else title.strip()
        g = "" if genres == "(no genres listed)" else genres.replace("|", " ")
        expected[movie] = " ".join(x for x in [t, g, " ".join(tags[movie])] if x) or "movie"
    ids = dataset.catalog.items.ids.tolist()
    assert dict(zip(ids, documents(dataset, "study"), strict=True)) == expected
