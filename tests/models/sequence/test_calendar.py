"""Calendar: periods of dates, users' shares of them, and tables mixed by these shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.sequence.calendar import Calendar, mixed

TIMES = np.array([0, 25, 31, 59], np.int64)


def test_periods_cover_the_first_date_to_the_last() -> None:
    calendar = Calendar.of(TIMES, 10)
    assert (calendar.first, calendar.n) == (2, 4)
    np.testing.assert_array_equal(calendar.at(np.array([20, 59, 3, 999, 0, -5])), [0, 3, 0, 3, 3, 3])


def test_without_a_date_there_is_one_period() -> None:
    calendar = Calendar.of(np.zeros(3, np.int64), 10)
    assert calendar.n == 1
    np.testing.assert_array_equal(calendar.at(np.array([0, 12345])), [0, 0])


def test_a_time_in_milliseconds_is_refused_with_a_remedy() -> None:
    with pytest.raises(UserError, match="1700000000000") as refused:
        Calendar.of(np.array([1_700_000_000, 1_700_000_000_000], np.int64), 10)
    assert "milliseconds" in str(refused.value)


def test_shares_of_periods_mix_the_rows_of_a_table() -> None:
    calendar = Calendar.of(TIMES, 10)
    users = UserBatch.unseen([{0: 5.0, 1: 5.0, 2: 4.0, 3: 1.0}, {}, {1: 3.0}], 4)
    users = replace(users, timestamp=np.array([21, 29, 45, 45, 0], np.int64))
    shares = calendar.shares(users)
    np.testing.assert_allclose(shares.toarray(), [[0.5, 0, 0.5, 0], [0, 0, 0, 0], [0, 0, 0, 1]])
    table = np.random.default_rng(0).random((4, 4))
    items = np.array([[3, 0], [1, 2], [2, 2]])
    np.testing.assert_allclose(mixed(shares, table, items), np.take_along_axis(shares @ table, items, axis=1))


def test_nearness_falls_with_distance() -> None:
    near = Calendar(10, 0, 3).near(2.0)
    np.testing.assert_allclose(near[0], [1, np.exp(-0.5), np.exp(-1)])
    np.testing.assert_array_equal(near, near.T)
