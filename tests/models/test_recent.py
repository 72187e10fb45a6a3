"""Recent: counts before a date, the chosen window, and conformance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.constants import DAY
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.recent import RecentConfig
from cineblend.models.shared.recent_counts import RecentCounts
from worlds import checkerboard


class TestRecent(Conformance):
    config = RecentConfig()
    personal = False


def ratings_at(item_num: list[int], days: list[float], n_items: int = 4) -> Ratings:
    n = len(item_num)
    return Ratings(
        np.arange(n, dtype=np.int32),
        np.array(item_num, np.int32),
        np.full(n, 5, np.float32),
        (np.array(days) * DAY).astype(np.int64),
        n,
        n_items,
    )


def test_counts_are_of_the_window_before_a_date_without_the_date() -> None:
    counts = RecentCounts.of(ratings_at([0, 0, 0, 1, 2], [10, 11, 12, 12, 0]))
    items = np.array([[0, 1, 2], [0, 1, 2]])
    at = np.array([12, 13]) * DAY
    np.testing.assert_array_equal(counts.before(items, at, 1.5 * DAY), [[1, 0, 0], [1, 1, 0]])
    np.testing.assert_array_equal(counts.before(items, at, 100 * DAY), [[2, 0, 0], [3, 1, 0]])
    assert counts.last == 12 * DAY


def test_the_list_depends_on_ratings_before_the_ask_time() -> None:
    world = checkerboard(40, 60)
    n = len(world.ratings)
    days = np.where(world.ratings.item_num == 3, 900, 100 + np.arange(n) % 50)
    dated = replace(world, ratings=replace(world.ratings, timestamp=days.astype(np.int64) * DAY))
    model = RecentConfig((30.0,)).build(FakeBench()).fit(dated)
    users = UserBatch.unseen([{}, {}], 60)
    early, late = model.score(users.asked(np.array([200 * DAY, 901 * DAY])))
    assert np.nanargmax(late) == 3
    assert early[3] < 1
    np.testing.assert_array_equal(model.score(users)[0], late)


def test_the_window_that_predicts_later_likes_is_chosen() -> None:
    # Every ten days other items are watched, so only a short window predicts the next likes.
    rng = np.random.default_rng(0)
    days = np.sort(rng.uniform(0, 400, 6000))
    item = (days // 10).astype(int) % 40 * 30 + rng.integers(30, size=6000)
    world = checkerboard(40, 60)
    ratings = ratings_at(item.tolist(), (days + 1).tolist(), 1200)
    catalog = checkerboard(6000, 1200)
    model = RecentConfig().build(FakeBench()).fit(replace(catalog, ratings=ratings))
    assert model.days <= 14
    undated = replace(world, ratings=replace(world.ratings, timestamp=np.zeros(len(world.ratings), np.int64)))
    assert RecentConfig().build(FakeBench()).fit(undated).days == max(RecentConfig().days)


def test_invalid_windows_are_refused() -> None:
    with pytest.raises(UserError, match="days are"):
        RecentConfig(days=(0.0,))
