"""Rating order: pairs and runs of ratings, by hand."""

from __future__ import annotations

import numpy as np

from cineblend.data.ratings import Ratings
from cineblend.models.sequence.rating_order import near, runs


def ratings(user: list[int], time: list[int]) -> Ratings:
    n = len(user)
    return Ratings(
        np.array(user, np.int32),
        np.arange(n, dtype=np.int32),
        np.full(n, 4, np.float32),
        np.array(time, np.int64),
        3,
        n,
    )


def pairs(made: Ratings, window: int = 5, hours: float = 1.0) -> set[tuple[int, int, int]]:
    return {
        (found.distance, int(a), int(b))
        for found in near(made, window, hours)
        for a, b in zip(found.earlier, found.later, strict=True)
    }


def test_pairs_are_ordered_by_time_within_a_user() -> None:
    assert pairs(ratings([0, 1, 0, 0], [30, 15, 10, 20])) == {(1, 2, 3), (1, 3, 0), (2, 2, 0)}


def test_the_window_and_the_hours_limit_pairs() -> None:
    made = ratings([0, 0, 0, 0], [10, 20, 30, 10_000])
    assert pairs(made, window=1) == {(1, 0, 1), (1, 1, 2)}
    assert (1, 2, 3) in pairs(made, window=1, hours=np.inf)


def test_ratings_without_a_time_form_no_pairs() -> None:
    assert pairs(ratings([0, 0, 0], [0, 0, 50]), hours=np.inf) == set()


def test_ratings_of_the_same_second_keep_their_order() -> None:
    assert (1, 0, 1) in pairs(ratings([0, 0, 0], [5, 5, 5]))


def test_few_ratings_have_no_pairs() -> None:
    assert pairs(ratings([], [])) == set()
    assert pairs(ratings([0], [5])) == set()


def test_a_rating_is_in_as_many_runs_as_a_run_has_ratings() -> None:
    made = ratings([0, 1, 0, 0], [30, 15, 10, 20])
    found = runs(made, 2).toarray()
    np.testing.assert_array_equal(found.sum(axis=0), [2, 2, 2, 2])
    # The first user's order is 2, 3, 0: runs (2), (2, 3), (3, 0), (0); the second's runs are (1), (1).
    assert sorted(map(tuple, found.tolist())) == sorted(
        [(0, 0, 1, 0), (0, 0, 1, 1), (1, 0, 0, 1), (1, 0, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0)]
    )


def test_ratings_without_a_time_have_their_own_runs() -> None:
    together = runs(ratings([0, 0, 0, 0], [0, 7, 0, 9]), 3)
    np.testing.assert_array_equal(
        (together.T @ together).toarray(), [[3, 0, 3, 0], [0, 3, 0, 2], [3, 0, 3, 0], [0, 2, 0, 3]]
    )


def test_without_ratings_there_are_no_runs() -> None:
    assert runs(ratings([], []), 4).shape == (0, 0)
