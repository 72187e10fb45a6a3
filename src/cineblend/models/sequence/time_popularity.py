"""Period: popularity of items around the dates of a user's ratings."""

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
from cineblend.models.registry import register
from cineblend.models.sequence.calendar import MONTH, Calendar, mixed
from cineblend.models.shared.grading import GRADINGS, Grading


@register("time-popularity")
@dataclass(frozen=True)
class PeriodConfig:
    """Hyper-parameters.

    Attributes:
        months: distance, in months, at which a rating counts 1/e.
        grading: how ratings are weighted.
    """

    months: float = 12.0
    grading: Grading = "binary"

    def build(self, workbench: Workbench) -> Period:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Period(self)


class Period(Recommender):
    """score(u, i) = sum_t a_ut sum_s K_ts x_si / sum_s K_ts n_s, K_ts = exp(-|t - s| / months).

    a_ut is the share of u's ratings in month t, x_si the grades of item i in month s and n_s the number of
    ratings in month s. The score is the item's share of the ratings made around u's dates; later ratings
    count little.

    An unseen user is scored like any other, by the dates of the history. A rating without a date (timestamp
    0) counts as one of the last known month. Scores are NaN for an empty history, for an item without
    ratings, and for one known only by its text.
    """

    kept = ("_share", "_calendar", "_unrated")

    def __init__(self, config: PeriodConfig | None = None) -> None:
        self.config = config or PeriodConfig()
        self._share: npt.NDArray[np.float64] | None = None
        self._calendar = Calendar(MONTH, 0, 1)
        self._unrated = np.empty(0, bool)

    def fit(self, train: Dataset) -> Self:
        """Count by month; (months, n_items) shares are stored."""
        ratings = train.ratings
        self._unrated = ratings.item_counts == 0
        people = UserBatch.known(ratings)
        self._calendar = Calendar.of(people.timestamp, MONTH)
        month = self._calendar.at(people.timestamp)
        grade = GRADINGS[self.config.grading](people, train.scale.high)
        counts = sp.csr_array((grade, (month, people.item_num)), shape=(self._calendar.n, train.n_items))
        near = self._calendar.near(self.config.months)
        rated = near @ np.bincount(month, minlength=self._calendar.n)
        shares = (counts.T @ (near / np.maximum(rated, 1e-12)[:, None]).T).T
        self._share = np.ascontiguousarray(shares)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) shares; NaN for an item without ratings and for an empty history."""
        if self._share is None:
            raise NotFittedError(self)
        scores = (self._calendar.shares(users) @ self._share).astype(np.float32)
        scores[:, self._unrated] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) shares of chosen items; only the months of each user are read."""
        if self._share is None:
            raise NotFittedError(self)
        scores = mixed(self._calendar.shares(users), self._share, items).astype(np.float32)
        scores[self._unrated[items]] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores
