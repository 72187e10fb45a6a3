"""ReleaseAge: learned from what is first rated after a date, and used only where somebody asks at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.constants import YEAR
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.learned_blend.release_age import learn_release_age
from worlds import checkerboard


def odds(users: UserBatch, items: Nums) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.zeros((len(users), len(items)), np.float32)


def world(*, dated: bool) -> Dataset:
    """40 users rate 60 items, and later 60 others, of which they like the new ones."""
    rng, n_items = np.random.default_rng(0), 120
    year = np.where(np.arange(n_items) % 2, 2010, 1980).astype(np.int32)
    early = np.column_stack([np.repeat(np.arange(40), 40), rng.integers(0, 60, 1600), np.zeros(1600, int)])
    late = np.column_stack([np.repeat(np.arange(40), 10), rng.integers(60, 120, 400), np.ones(400, int)])
    rows = np.unique(np.concatenate([early, late]), axis=0)
    user, item, after = rows.T
    liked = (year[item] == 2010) | (after == 0)
    made = checkerboard(40, n_items)
    ratings = Ratings(
        user.astype(np.int32),
        item.astype(np.int32),
        np.where(liked, 5, 1).astype(np.float32),
        np.where(dated, (39.5 + 0.8 * after) * YEAR, 0).astype(np.int64),
        40,
        n_items,
    )
    return replace(made, ratings=ratings, catalog=replace(made.catalog, year=year))


def test_new_items_gain_where_people_like_what_is_new() -> None:
    found = learn_release_age(odds, world(dated=True), 1000, np.random.default_rng(0))
    assert found is not None
    asked = np.array([0, int(40.5 * YEAR)])
    nobody, then = found.of(asked, np.array([2010, 1980, 0]))
    np.testing.assert_array_equal(nobody, 0)
    assert then[0] > 1 > -1 > then[1]
    assert then[2] == 0


def test_without_times_nothing_is_learned() -> None:
    assert learn_release_age(odds, world(dated=False), 1000, np.random.default_rng(0)) is None
