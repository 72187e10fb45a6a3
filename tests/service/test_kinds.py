"""Kinds: what somebody who has rated nothing can choose from comes from the data and covers it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from benches import FakeBench
from cineblend.data.content import Content
from cineblend.errors import UserError
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.similarity.item_similarity import ItemSimilarityConfig
from cineblend.service.recommender import Recommender
from cineblend.text.features import TextSpec
from fitted_worlds import fit
from worlds import checkerboard


@pytest.fixture(scope="module")
def model() -> Recommender:
    """Two corners that no person shares; every third film is French, every fifth by one director."""
    world = checkerboard(n_users=60, n_items=60, cold=3)
    n = world.n_items
    content = Content(
        pl.DataFrame(
            {
                "people.director": [["Ann Lee"] if num % 5 == 0 else [] for num in range(n)],
                "people.cast": [["Everyone's Friend"] if num % 5 == 1 else [] for num in range(n)],
                "countries": [["France"] if num % 4 == 0 else ["USA"] for num in range(n)],
                "keywords": [["rare"] if num < 3 else [] for num in range(n)],
            }
        )
    )
    genres = tuple(
        ("(no genres listed)",) if num % 7 == 0 else (("Space",) if num % 2 else ("Love", "Drama"))
        for num in range(n)
    )
    world = replace(world, catalog=replace(world.catalog, content=content, genres=genres))
    alike = ItemSimilarityConfig(text=(TextSpec("words"),)).build(FakeBench()).fit(world)
    return Recommender(replace(fit(world, EaseConfig(regularization=5.0)), similarity=alike))


def test_the_first_two_kinds_are_the_two_corners(model: Recommender) -> None:
    first, second = [kind for kind in model.kinds(2) if kind.by == "films"]
    titles = [{one.title.rsplit(" ", 1)[0] for one in kind.films} for kind in (first, second)]
    assert sorted(map(sorted, titles)) == [["love wedding paris"], ["space robot laser"]]
    for kind in (first, second):
        assert (len(kind.films), len(kind.shown), kind.name) == (10, 3, "")
        assert {one.item_id for one in kind.shown} <= {one.item_id for one in kind.films}
        assert all(one.n_ratings for one in kind.films)


def test_genres_makers_and_countries_are_kinds_and_what_is_rare_or_everywhere_is_not(
    model: Recommender,
) -> None:
    named = {(kind.by, kind.name) for kind in model.kinds(16) if kind.by != "films"}
    assert named == {
        ("genre", "Space"),
        ("genre", "Love"),
        ("genre", "Drama"),
        ("person", "Ann Lee"),
        ("country", "France"),
    }
    for kind in model.kinds(16):
        if kind.by != "films":
            counts = [one.n_ratings / len(one.genres) for one in kind.films]
            assert kind.by != "genre" or counts == sorted(counts, reverse=True)
            assert kind.shown == kind.films[:3]


def test_a_model_without_similarity_has_genres_alone(model: Recommender) -> None:
    bare = Recommender(replace(model.fitted, similarity=None))
    assert {kind.by for kind in bare.kinds()} == {"genre", "person", "country"}


@pytest.mark.parametrize("k", [0, -1, 49])
def test_a_number_of_kinds_that_cannot_be_is_refused(model: Recommender, k: int) -> None:
    with pytest.raises(UserError, match="from 1 to 48"):
        model.kinds(k)
