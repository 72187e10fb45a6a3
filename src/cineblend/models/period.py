"""Period: what everyone rated around the dates a person rated something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.chosen import places
from cineblend.models.grading import GRADINGS, Grading

_MONTH = 30 * 86_400
"""Seconds in what is called a month here."""


@dataclass(frozen=True)
class PeriodConfig:
    """Hyper-parameters.

    Attributes:
        months: after how many months a rating counts 1/e.
        grading: what a rating is worth.
    """

    months: float = 12.0
    grading: Grading = "binary"

    def build(self, workbench: Workbench) -> Period:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Period(self)


class Period(Recommender):
    """score(u, i) = sum_t a_ut sum_s K_ts x_si / sum_s K_ts n_s, K_ts = exp(-|t - s| / months).

    a_ut is the share of u's ratings in month t, x_si the grades of item i in month s and n_s the
    number of ratings in month s: an item's share of what was rated around u's dates, not later taste.

    An unseen person is scored like any other, by the dates of the history. A rating without a date
    (timestamp 0) counts as one of the last month known; an empty history cannot be scored (NaN). Nor
    can an item nobody rated, or known by text only.
    """

    kept = ("_share", "_first", "_unrated")

    def __init__(self, config: PeriodConfig | None = None) -> None:
        self.config = config or PeriodConfig()
        self._share: npt.NDArray[np.float64] | None = None
        self._first = 0
        self._unrated = np.empty(0, bool)

    def fit(self, train: Dataset) -> Self:
        """Count by month; (months, n_items) shares are kept."""
        ratings = train.ratings
        self._unrated = ratings.item_counts == 0
        people = UserBatch.known(ratings)
        dated = people.timestamp[people.timestamp > 0] // _MONTH
        self._first, last = (int(dated.min()), int(dated.max())) if dated.size else (0, 0)
        n_months = last - self._first + 1
        self._share = np.zeros((n_months, train.n_items))
        month = self._months(people.timestamp)
        grade = GRADINGS[self.config.grading](people, train.scale.high)
        counts = sp.csr_array((grade, (month, people.item_num)), shape=self._share.shape)
        apart = np.abs(np.subtract.outer(np.arange(n_months), np.arange(n_months)))
        kernel = np.exp(-apart / self.config.months)
        rated = kernel @ np.bincount(month, minlength=n_months)
        shares = (counts.T @ (kernel / np.maximum(rated, 1e-12)[:, None]).T).T
        self._share = np.ascontiguousarray(shares)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) shares; NaN for an item nobody rated and for an empty history."""
        if self._share is None:
            raise NotFittedError(self)
        scores = (self._dates(users) @ self._share).astype(np.float32)
        scores[:, self._unrated] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) shares of the chosen items, read for the months of each person alone."""
        if self._share is None:
            raise NotFittedError(self)
        dates = self._dates(users)
        indptr, months = places(dates)
        person = np.repeat(np.arange(len(users)), np.diff(indptr))
        shares = self._share[months[:, None], items[person]]
        each = sp.csr_array((dates.data, np.arange(len(person)), indptr), (len(users), len(person)))
        scores = (each @ shares).astype(np.float32)
        scores[self._unrated[items]] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def _dates(self, users: UserBatch) -> sp.csr_array:
        """(len(users), months) share of each month in a person's ratings."""
        even = (1 / np.maximum(np.diff(users.indptr), 1))[users.row]
        shape = (len(users), 0 if self._share is None else len(self._share))
        dates = sp.csr_array((even, self._months(users.timestamp), users.indptr.copy()), shape=shape)
        dates.sum_duplicates()
        return dates

    def _months(self, timestamp: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Month of each time, from 0 to the last month of training."""
        last = len(self._share) - 1 if self._share is not None else 0
        month = np.clip(timestamp // _MONTH - self._first, 0, last)
        return np.where(timestamp > 0, month, last)
