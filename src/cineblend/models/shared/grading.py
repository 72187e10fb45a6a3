"""Grading: maps ratings to the inputs of a linear, neighbour or factor model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import LIKED_SHARE
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.models.search_space import Choice
from cineblend.models.shared.item_columns import Columns

Grading = Literal["binary", "liked", "graded", "centred"]
Grades = npt.NDArray[np.float64]

_LIKED, _FAIR, _DISLIKED = 1.0, 0.5, 0.2


def binary(users: UserBatch, high: float) -> Grades:  # noqa: ARG001
    """(m,) 1 for every rated item, whatever the rating."""
    return np.ones(len(users.item_num))


def liked(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from 0.8 of the highest rating, else 0, as if the item were not rated."""
    return (users.value >= LIKED_SHARE * high).astype(np.float64)


def graded(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from 0.8 of the highest rating, 1/2 from 0.6, else 1/5.

    Even a low rating counts a little, because watching an item at all shows interest.
    """
    return _steps(users.value, LIKED_SHARE * high, 0.6 * high)


def centred(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from the user's own mean rating, 1/2 down to 0.2 of the highest below it, else 1/5."""
    value = users.value.astype(np.float64)
    total = np.bincount(users.row, value, minlength=len(users))
    mean = (total / np.maximum(np.diff(users.indptr), 1))[users.row]
    return _steps(value - mean, 0.0, -0.2 * high)


GRADINGS: Mapping[Grading, Callable[[UserBatch, float], Grades]] = MappingProxyType(
    {"binary": binary, "liked": liked, "graded": graded, "centred": centred}
)
ANY_GRADING = Choice(tuple(GRADINGS))


def graded_rows(ratings: Ratings, grading: Grading, high: float) -> Grades:
    """(n,) grade of each rating, in the ratings' order; a rule may read all ratings of the user."""
    grades = np.empty(len(ratings))
    grades[ratings.order_by_user] = GRADINGS[grading](UserBatch.known(ratings), high)
    return grades


def inputs(users: UserBatch, grading: Grading, high: float, columns: Columns | None = None) -> sp.csr_array:
    """(len(users), n_items) float64 grades of the rated items, the same in fit and fold-in.

    A grade of 0 and an item without a column have no entry.

    Args:
        users: the users and their histories.
        grading: the rule.
        high: the highest rating of the scale.
        columns: the items that have a column; None for all.
    """
    return signed_inputs(users, GRADINGS[grading](users, high), columns)


def signed_inputs(users: UserBatch, grade: Grades, columns: Columns | None = None) -> sp.csr_array:
    """(len(users), n_items) float64 ``grade`` (m,) of each rating, of either sign; see ``inputs``."""
    at = users.item_num if columns is None else columns.of_item[users.item_num]
    shape = (len(users), users.n_items if columns is None else len(columns))
    kept = (grade != 0) & (at >= 0)
    if kept.all():
        return sp.csr_array((grade.copy(), at.copy(), users.indptr.copy()), shape=shape)
    count = np.bincount(users.row[kept], minlength=len(users))
    indptr = np.concatenate([[0], np.cumsum(count)])
    return sp.csr_array((grade[kept], at[kept], indptr), shape=shape)


def one_by_one(
    users: UserBatch, grading: Grading, high: float, columns: Columns | None = None
) -> sp.csr_array:
    """(m, n_items) float64 a row for each rating of the histories, with only its grade; see ``inputs``.

    The row is empty for a grade of 0 and for an item without a column.
    """
    grade = GRADINGS[grading](users, high)
    at = users.item_num if columns is None else columns.of_item[users.item_num]
    kept = (grade > 0) & (at >= 0)
    indptr = np.concatenate([[0], np.cumsum(kept)])
    width = users.n_items if columns is None else len(columns)
    return sp.csr_array((grade[kept], at[kept], indptr), shape=(len(at), width))


def _steps(value: npt.NDArray[np.floating], liked: float, fair: float) -> Grades:
    return np.where(value >= liked, _LIKED, np.where(value >= fair, _FAIR, _DISLIKED))
