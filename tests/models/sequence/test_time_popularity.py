"""Period: conformance, and shares of a month counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.models.base import Recommender
from cineblend.models.sequence.time_popularity import PeriodConfig
from worlds import checkerboard

MONTH = 30 * 86_400


class TestPeriod(Conformance):
    config = PeriodConfig()
    personal = False


def two_eras() -> Recommender:
    """Two users rated item 0 in month 100, and one rated item 1 in month 200."""
    world = checkerboard(3, 3, cold=1)
    ratings = replace(
        world.ratings,
        user_num=np.array([0, 1, 2], np.int32),
        item_num=np.array([0, 0, 1], np.int32),
        value=np.full(3, 5, np.float32),
        timestamp=np.array([100, 100, 200], np.int64) * MONTH,
    )
    return PeriodConfig(2.0).build(FakeBench()).fit(replace(world, ratings=ratings))


def person(month: int) -> UserBatch:
    one = UserBatch.unseen([{2: 4.0}], 3)
    return replace(one, timestamp=np.array([month * MONTH], np.int64))


def test_ratings_around_the_users_dates_count() -> None:
    model = two_eras()
    np.testing.assert_allclose(model.score(person(100))[0, :2], [1, 0], atol=1e-6)
    np.testing.assert_allclose(model.score(person(200))[0, :2], [0, 1], atol=1e-6)


def test_the_nearer_of_two_dates_weighs_more() -> None:
    early, late = two_eras().score(person(149))[0, :2]
    np.testing.assert_allclose([early, late], np.array([2, np.exp(-1)]) / (2 + np.exp(-1)), rtol=1e-5)


def test_a_rating_without_a_date_counts_as_of_the_last_month() -> None:
    model = two_eras()
    np.testing.assert_array_equal(model.score(person(0)), model.score(person(200)))


def test_dates_outside_the_calendar_count_as_the_nearest_known() -> None:
    model = two_eras()
    np.testing.assert_array_equal(model.score(person(3)), model.score(person(100)))
    np.testing.assert_array_equal(model.score(person(900)), model.score(person(200)))
