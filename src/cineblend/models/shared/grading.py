"""Grading: what a rating is worth as the input of a linear, neighbour or factor model."""

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
from cineblend.models.shared.item_columns import Columns

Grading = Literal["binary", "liked", "graded", "centred"]
Grades = npt.NDArray[np.float64]

_LIKED, _FAIR, _DISLIKED = 1.0, 0.5, 0.2


def binary(users: UserBatch, high: float) -> Grades:  # noqa: ARG001
    """(m,) 1 for every rated item, however it was rated."""
    return np.ones(len(users.item_num))


def liked(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from 0.8 of the highest rating on, else 0, as if it were not rated."""
    return (users.value >= LIKED_SHARE * high).astype(np.float64)


def graded(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from 0.8 of the highest rating on, 1/2 from 0.6 on, else 1/5.

    Having watched a film at all tells of taste, so that even a low rating counts for it a little.
    """
    return _steps(users.value, LIKED_SHARE * high, 0.6 * high)


def centred(users: UserBatch, high: float) -> Grades:
    """(m,) 1 from the person's own mean rating on, 1/2 down to 0.2 of the highest below it, else 1/5."""
    value = users.value.astype(np.float64)
    total = np.bincount(users.row, value, minlength=len(users))
    mean = (total / np.maximum(np.diff(users.indptr), 1))[users.row]
    return _steps(value - mean, 0.0, -0.2 * high)


GRADINGS: Mapping[Grading, Callable[[UserBatch, float], Grades]] = MappingProxyType(
    {"binary": binary, "liked": liked, "graded": graded, "centred": centred}
)


def graded_rows(ratings: Ratings, grading: Grading, high: float) -> Grades:
    """(n,) what each rating is worth, in the ratings' own order; a rule may look at all of a person's."""
    grades = np.empty(len(ratings))
    grades[ratings.order_by_user] = GRADINGS[grading](UserBatch.known(ratings), high)
    return grades


def inputs(users: UserBatch, grading: Grading, high: float, columns: Columns | None = None) -> sp.csr_array:
    """(len(users), n_items) float64 grades of what each person rated, the same in fit and fold-in.

    A grade of 0 is no entry, nor is an item without a column.

    Args:
        users: the people and their histories.
        grading: the rule.
        high: the highest rating of the scale.
        columns: items with a column, in place of all.
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
    """(m, n_items) float64 a row for each rating of the histories, holding its grade alone; see ``inputs``.

    A grade of 0, or of an item without a column, is an empty row.
    """
    grade = GRADINGS[grading](users, high)
    at = users.item_num if columns is None else columns.of_item[users.item_num]
    kept = (grade > 0) & (at >= 0)
    indptr = np.concatenate([[0], np.cumsum(kept)])
    width = users.n_items if columns is None else len(columns)
    return sp.csr_array((grade[kept], at[kept], indptr), shape=(len(at), width))


def _steps(value: npt.NDArray[np.floating], liked: float, fair: float) -> Grades:
    return np.where(value >= liked, _LIKED, np.where(value >= fair, _FAIR, _DISLIKED))
