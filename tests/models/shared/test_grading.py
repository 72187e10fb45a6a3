"""Grading: ratings as inputs, on any scale, equal for known and unseen users."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.data.users import UserBatch
from cineblend.models.shared.grading import GRADINGS, Grading, inputs
from worlds import checkerboard

HISTORIES = [{3: 5.0, 0: 4.0, 1: 3.5, 2: 3.0, 4: 2.5}, {}, {1: 1.0}]


@pytest.mark.parametrize(
    ("grading", "expected"),
    [
        ("binary", [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]]),
        ("liked", [[1, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]),
        ("graded", [[1, 0.5, 0.5, 1, 0.2], [0, 0, 0, 0, 0], [0, 0.2, 0, 0, 0]]),
        # The first user's mean is 3.6: 3.5 and 3 are within one star below it, 2.5 is not.
        ("centred", [[1, 0.5, 0.5, 1, 0.2], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]]),
    ],
)
def test_known_values(grading: Grading, expected: list[list[float]]) -> None:
    np.testing.assert_array_equal(inputs(UserBatch.unseen(HISTORIES, 5), grading, 5.0).toarray(), expected)


def test_a_grade_of_0_has_no_entry() -> None:
    found = inputs(UserBatch.unseen(HISTORIES, 5), "liked", 5.0)
    np.testing.assert_array_equal(np.diff(found.indptr), [2, 0, 0])


@pytest.mark.parametrize("grading", list(GRADINGS))
def test_twice_the_scale_gives_the_same_inputs(grading: Grading) -> None:
    doubled = [{item: 2 * value for item, value in history.items()} for history in HISTORIES]
    np.testing.assert_array_equal(
        inputs(UserBatch.unseen(HISTORIES, 5), grading, 5.0).toarray(),
        inputs(UserBatch.unseen(doubled, 5), grading, 10.0).toarray(),
    )


@pytest.mark.parametrize("grading", list(GRADINGS))
def test_a_known_user_gets_the_same_inputs_as_an_unseen_user(grading: Grading) -> None:
    users = UserBatch.known(checkerboard().ratings)
    np.testing.assert_array_equal(
        inputs(users, grading, 5.0).toarray(), inputs(users.as_unseen(), grading, 5.0).toarray()
    )
