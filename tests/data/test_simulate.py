"""A simulated world: counts exact, dates possible, shaped like MovieLens, films named."""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cineblend.data import watching, words
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.simulate import iterate_ratings, sample, simulate
from cineblend.data.world import WorldConfig
from cineblend.errors import UserError

RATINGS_OF_THE_SAMPLE = "1ef7a6ad74ad52980611149029106c58072347f45ae1632918a03409244e8d4b"
WORDS_OF_THE_SAMPLE = "a2f4178fbe47ce2e9286c21c05d9ef583be9eb23c119eee81d4dd9e43f80425d"

MOVIELENS_GENRES = {
    *("Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy"),
    *("Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
}


@pytest.fixture(scope="module")
def world() -> Dataset:
    return sample()


def words_digest(dataset: Dataset) -> str:
    content = (dataset.catalog.title, dataset.catalog.genres, dataset.tags.text)
    return hashlib.sha256(repr(content).encode()).hexdigest()


def check_laws(dataset: Dataset, config: WorldConfig) -> None:
    ratings = dataset.ratings
    assert (len(ratings), dataset.n_users, dataset.n_items) == (
        config.n_ratings,
        config.n_users,
        config.n_items,
    )
    pairs = ratings.user_num.astype(np.int64) * config.n_items + ratings.item_num
    assert (np.diff(pairs) > 0).all(), "rows ascend by user, then film, and so none comes twice"
    assert ratings.user_counts.min() >= config.min_ratings
    assert np.isin(ratings.value, np.arange(0.5, 5.1, 0.5)).all()
    released = (dataset.catalog.year - 1970).astype("datetime64[Y]").astype("datetime64[s]").astype(np.int64)
    assert (ratings.timestamp >= released[ratings.item_num]).all()
    tagged = dataset.tags.user_num.astype(np.int64) * config.n_items + dataset.tags.item_num
    assert np.isin(tagged, pairs).all(), "people tag what they rated"


@st.composite
def configs(draw: st.DrawFn) -> WorldConfig:
    n_users, n_items = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    least = draw(st.integers(1, n_items))
    return WorldConfig(
        n_users=n_users,
        n_items=n_items,
        n_ratings=draw(st.integers(n_users * least, n_users * n_items)),
        n_tastes=draw(st.integers(1, 20)),
        min_ratings=least,
        popularity_exponent=draw(st.floats(0, 5)),
        tag_share=draw(st.floats(0, 1)),
        seed=draw(st.integers(0, 2**64)),
    )


@settings(max_examples=60, deadline=None)
@given(configs())
def test_the_laws_hold_for_any_possible_config(config: WorldConfig) -> None:
    check_laws(simulate(config), config)


def test_the_laws_hold_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "CHUNK", 3_000)
    monkeypatch.setattr(watching, "RACE_CELLS", 1_000)
    config = WorldConfig(n_users=300, n_items=400, n_ratings=30_000)
    check_laws(simulate(config), config)


def test_everyone_can_rate_everything() -> None:
    config = WorldConfig(n_users=50, n_items=200, n_ratings=10_000, popularity_exponent=5.0)
    check_laws(simulate(config), config)


def test_chunks_are_whole_users_and_make_up_the_ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "CHUNK", 5_000)
    config = WorldConfig()
    chunks, whole = list(iterate_ratings(config)), simulate(config).ratings
    assert len(chunks) > 8
    for before, after in itertools.pairwise(chunks):
        assert before.user_num.max() + 1 == after.user_num.min()
    for column in ("user_num", "item_num", "value", "timestamp"):
        together = np.concatenate([getattr(chunk, column) for chunk in chunks])
        assert np.array_equal(together, getattr(whole, column))
        assert together.dtype == getattr(whole, column).dtype


def test_the_race_and_repeated_drawing_have_the_same_law(monkeypatch: pytest.MonkeyPatch) -> None:
    config = WorldConfig(n_users=6_000, n_items=30, n_ratings=60_000, min_ratings=10)
    counts: list[npt.NDArray[np.int64]] = []
    for rounds in (0, 200):
        monkeypatch.setattr(watching, "ROUNDS", rounds)
        (chunk,) = iterate_ratings(config)
        counts.append(chunk.item_counts)
    raced, drawn = counts
    # two binomial counts each: a difference of 4.5 standard deviations is a chance of 1 in 100,000
    chance = (raced + drawn) / (2 * config.n_users)
    spread = np.sqrt(2 * config.n_users * chance * (1 - chance))
    assert (np.abs(raced - drawn) <= 4.5 * spread + 1e-9).all()
    assert not np.array_equal(raced, drawn)


def test_the_sample_is_the_same_on_every_machine(world: Dataset) -> None:
    assert world.ratings.fingerprint() == RATINGS_OF_THE_SAMPLE
    assert words_digest(world) == WORDS_OF_THE_SAMPLE


def test_another_seed_makes_another_world() -> None:
    one, two = simulate(WorldConfig(seed=1)), simulate(WorldConfig(seed=2))
    assert one.ratings.fingerprint() != two.ratings.fingerprint()
    assert one.catalog.title != two.catalog.title


def test_the_sample_says_what_it_is(world: Dataset) -> None:
    assert (world.n_users, world.n_items, len(world.ratings)) == (600, 1_500, 60_000)
    assert world.source.name == "sample"
    assert world.source.licence == "Apache-2.0, made up by cineblend"
    assert world.source.caution.startswith("a simulated world")
    assert world.source.verified is None
    assert "popularity_exponent" in world.source.location


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"n_users": 0}, "n_users"),
        ({"n_items": -1}, "n_items"),
        ({"n_ratings": 0}, "n_ratings"),
        ({"n_ratings": 600 * 1_500 + 1}, "n_ratings"),
        ({"n_ratings": 600 * 20 - 1}, "n_ratings"),
        ({"n_ratings": 6e4}, "n_ratings"),
        ({"n_users": True}, "n_users"),
        ({"n_users": 2**31, "n_ratings": 2**40}, "n_users"),
        ({"n_tastes": 0}, "n_tastes"),
        ({"n_tastes": 5_000}, "n_tastes"),
        ({"min_ratings": 1_501}, "min_ratings"),
        ({"seed": -1}, "seed"),
        ({"popularity_exponent": float("nan")}, "popularity_exponent"),
        ({"popularity_exponent": "2"}, "popularity_exponent"),
        ({"tag_share": 1.5}, "tag_share"),
    ],
)
def test_a_world_that_cannot_be_is_refused(change: dict[str, object], named: str) -> None:
    with pytest.raises(UserError, match=named) as caught:
        WorldConfig(**change)  # pyright: ignore[reportArgumentType]
    assert caught.value.expected


# shape


def gini(counts: npt.NDArray[np.int64]) -> float:
    n = len(counts)
    return float(2 * (np.arange(1, n + 1) * np.sort(counts)).sum() / (n * counts.sum()) - (n + 1) / n)


def test_few_films_have_most_ratings(world: Dataset) -> None:
    falling = np.sort(world.ratings.item_counts)[::-1]
    assert falling[:150].sum() > 0.5 * len(world.ratings)


def check_shape(ratings: Ratings) -> None:
    """Bands around ml-latest-small: Gini of films 0.72, of users 0.60, median user 70.5, top films 54 %."""
    items, users = ratings.item_counts, ratings.user_counts
    assert 0.65 < gini(items) < 0.80
    assert 0.50 < gini(users) < 0.70
    assert 50 < np.median(users) < 100
    falling = np.sort(items)[::-1]
    assert 0.10 < falling[: len(items) // 100].sum() / len(ratings) < 0.22
    assert 0.3 < falling[0] / ratings.n_users < 0.65


def check_histogram(ratings: Ratings) -> None:
    """Bands around ml-latest-small: mean 3.50, standard deviation 1.04, 4.0 the commonest, 3.0 next."""
    assert 3.4 < ratings.value.mean() < 3.65
    assert 0.95 < ratings.value.std() < 1.1
    shares = np.bincount((ratings.value * 2).astype(np.int64), minlength=11)[1:] / len(ratings)
    assert np.argsort(-shares)[:2].tolist() == [7, 5]
    assert np.abs(shares - watching.RATING_SHARES).max() < 0.03


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_world_of_movielens_size_has_its_shape(seed: int) -> None:
    ratings = simulate(WorldConfig(n_users=610, n_items=9_742, n_ratings=100_836, seed=seed)).ratings
    check_shape(ratings)
    check_histogram(ratings)


@pytest.mark.real_data
def test_the_bands_of_the_shape_hold_for_the_real_set(ml_latest_small_dir: Path) -> None:
    from cineblend.data.movielens import read_movielens

    ratings = read_movielens(ml_latest_small_dir, "ml-latest-small").ratings
    check_shape(ratings)
    check_histogram(ratings)


def test_sessions_are_short_and_spread_over_the_years(world: Dataset) -> None:
    ratings = world.ratings
    first = np.minimum.reduceat(ratings.timestamp, ratings.indptr[:-1])
    last = np.maximum.reduceat(ratings.timestamp, ratings.indptr[:-1])
    assert np.median(last - first) < 86_400
    years = ratings.timestamp.astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970
    assert set(years.tolist()) == set(range(1996, 2019))


def test_liked_films_are_watched_more(world: Dataset) -> None:
    ratings = world.ratings
    often = ratings.item_counts >= 20
    mean = np.bincount(ratings.item_num, ratings.value, minlength=world.n_items)[often]
    mean /= ratings.item_counts[often]
    assert np.corrcoef(mean, np.log(ratings.item_counts[often]))[0, 1] > 0.1


# words


def test_titles_are_all_different_and_end_in_their_year(world: Dataset) -> None:
    titles = simulate(WorldConfig(n_users=600, n_items=20_000)).catalog.title
    assert len(set(titles)) == 20_000
    for title, year in zip(world.catalog.title, world.catalog.year.tolist(), strict=True):
        assert re.fullmatch(rf"[A-Z][\w, ]+ \({year}\)", title)


def test_genres_are_those_of_movielens_one_to_four_a_film(world: Dataset) -> None:
    assert {genre for film in world.catalog.genres for genre in film} == MOVIELENS_GENRES
    counts = {len(set(film)) for film in world.catalog.genres}
    assert counts == {1, 2, 3, 4}
    assert all(list(film) == sorted(set(film)) for film in world.catalog.genres)


def test_a_minority_of_users_and_films_have_tags(world: Dataset) -> None:
    tags = world.tags
    assert 0.02 < len(tags) / len(world.ratings) < 0.06
    assert 0 < len(np.unique(tags.item_num)) < world.n_items / 2
    assert 0 < len(np.unique(tags.user_num)) < world.n_users / 4
    rows = list(zip(tags.user_num.tolist(), tags.item_num.tolist(), tags.text, strict=True))
    assert len(set(rows)) == len(rows)


def test_a_world_may_have_no_tags() -> None:
    assert len(simulate(WorldConfig(tag_share=0.0)).tags) == 0


def test_pick_inverts_each_distribution() -> None:
    cdf = np.array([[0.25, 0.5, 1.0], [0.0, 0.9, 1.0]])
    row, at = np.array([0, 0, 0, 1, 1, 1]), np.array([0.0, 0.25, 0.999, 0.0, 0.89, 0.95])
    assert words.pick(cdf, row, at).tolist() == [0, 1, 2, 1, 1, 2]
