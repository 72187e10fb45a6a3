"""UserBatch: who asks when, and people and ratings picked out of a batch."""

from __future__ import annotations

import numpy as np

from cineblend.data.users import UserBatch


def three() -> UserBatch:
    return UserBatch.unseen([{0: 5.0, 2: 1.0}, {}, {1: 3.0}], 4)


def test_nobody_asks_at_a_time_until_they_say_so() -> None:
    users = three()
    assert users.asked_at is None
    np.testing.assert_array_equal(users.ask_time, [0, 0, 0])
    np.testing.assert_array_equal(users.asked(7).ask_time, [7, 7, 7])
    assert users.asked(7).asked(None).asked_at is None


def test_the_time_goes_along_with_the_people() -> None:
    users = three().asked(np.array([1, 2, 3]))
    np.testing.assert_array_equal(users.slice(1, 3).ask_time, [2, 3])
    np.testing.assert_array_equal(users.as_unseen().ask_time, [1, 2, 3])
    np.testing.assert_array_equal(UserBatch.joined([users.slice(0, 1), three()]).ask_time, [1, 0, 0, 0])


def test_people_and_ratings_are_picked_out() -> None:
    users = three().asked(np.array([1, 2, 3]))
    some = users.take(np.array([True, False, True]))
    np.testing.assert_array_equal(some.indptr, [0, 2, 3])
    np.testing.assert_array_equal(some.item_num, [0, 2, 1])
    np.testing.assert_array_equal(some.ask_time, [1, 3])
    liked = users.take_ratings(users.value > 2)
    np.testing.assert_array_equal(liked.indptr, [0, 1, 1, 2])
    np.testing.assert_array_equal(liked.item_num, [0, 1])
    np.testing.assert_array_equal(liked.ask_time, [1, 2, 3])
