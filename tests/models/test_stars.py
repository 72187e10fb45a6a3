"""Stars: predictions follow a taste, say how sure they are, and are kept in a bundle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.stars import Stars
from cineblend.service.recommender import Recommender
from fitted_worlds import fit
from worlds import checkerboard

SPACE = {0: 5.0, 2: 5.0, 4: 4.5, 1: 1.0}
"""Even films are about space, odd ones about love."""


@pytest.fixture(scope="module")
def world() -> Dataset:
    return checkerboard(n_users=40, n_items=30, cold=3)


@pytest.fixture(scope="module")
def stars(world: Dataset) -> Stars:
    fitted = Stars.fit(world)
    assert fitted is not None
    return fitted


def predicted(stars: Stars, world: Dataset, history: dict[int, float]) -> tuple[np.ndarray, np.ndarray]:
    nums = np.arange(world.n_items, dtype=np.int32)
    person = UserBatch.unseen([history], world.n_items)
    return stars.of_unseen(person, stars.facts(world.catalog), nums)


def test_a_prediction_follows_the_taste_and_stays_on_the_scale(stars: Stars, world: Dataset) -> None:
    value, deviation = predicted(stars, world, SPACE)
    assert value[6:27:2].min() > value[7:27:2].max() + 0.5
    assert value.min() >= world.scale.low
    assert value.max() <= world.scale.high
    assert (deviation > 0).all()


def test_more_ratings_and_more_raters_make_surer(stars: Stars, world: Dataset) -> None:
    few, many = ({n: 5.0 if n % 2 == 0 else 1.0 for n in range(k)} for k in (2, 12))
    assert (predicted(stars, world, many)[1] < predicted(stars, world, few)[1]).all()
    deviation = predicted(stars, world, SPACE)[1]
    assert deviation[27:].min() > deviation[20:27].max()  # nobody rated the last three


@pytest.mark.parametrize(
    ("value", "of", "chance"), [(3.0, 1.0, 0.6827), (5.0, 1.0, 0.8413), (0.5, 1e-3, 1.0)]
)
def test_how_likely_a_rating_is_near(stars: Stars, value: float, of: float, chance: float) -> None:
    found = stars.within(np.array([value]), np.array([of]), 1.0)
    np.testing.assert_allclose(found, chance, atol=1e-4)


def test_there_are_none_without_ratings_to_learn_from(world: Dataset) -> None:
    assert Stars.fit(replace(world, feedback="implicit")) is None
    assert Stars.fit(replace(world, ratings=world.ratings.take(np.arange(50)))) is None


def test_lists_have_them_after_a_bundle_too_and_without_them_are_silent(
    stars: Stars, world: Dataset, tmp_path: Path
) -> None:
    plain = fit(world, EaseConfig(regularization=5.0))
    write(replace(plain, stars=stars), tmp_path / "model")
    ratings = {world.catalog.items.ids[num].item(): value for num, value in SPACE.items()}
    kept = Recommender(read(tmp_path / "model")).recommend(ratings, k=3)
    made = Recommender(replace(plain, stars=stars)).recommend(ratings, k=3)
    assert [one.stars for one in kept] == [one.stars for one in made]
    for one in made:
        assert one.stars[0] is not None
        assert one.stars[0].stars >= 3.5
    assert [one.stars for one in Recommender(plain).recommend(ratings, k=3)] == [()] * 3
    assert Recommender(plain).stars(ratings, 700) is None
