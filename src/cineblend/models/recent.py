"""Recent: the most rated items of the last days, one list for everyone who asks at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY, LIKED_SHARE
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.shared.recent_counts import RecentCounts

_LISTED = 25
"""Length of the list that a window is judged by."""


@dataclass(frozen=True)
class RecentConfig:
    """Hyper-parameters.

    Attributes:
        days: windows to choose from.
        cuts: shares of the training ratings, the earliest, after which a window's list is judged.
    """

    days: tuple[float, ...] = (1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 30.0, 90.0, 365.0, 3650.0)
    cuts: tuple[float, ...] = (0.6, 0.7, 0.8, 0.9)

    def __post_init__(self) -> None:
        if not self.days or not all(day > 0 for day in self.days):
            raise UserError(f"days are {self.days}", expected="at least one window, each longer than 0")

    def build(self, workbench: Workbench) -> Recent:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Recent(self)


class Recent(Recommender):
    """score(u, i) = ratings of i in the last ``days`` before u asks + a share below 1/2 by all its ratings.

    Who does not say when they ask, asks at the last time known. The window is the one whose lists at some
    dates inside training hold most of what the next tenth of the ratings likes. Without times every rating
    counts, as for ``Popularity``.

    An unseen person gets the same list. An item nobody rated cannot be scored, nor can a new text.
    """

    kept = ("_count", "_recent", "_days")

    def __init__(self, config: RecentConfig | None = None) -> None:
        self.config = config or RecentConfig()
        self._count: npt.NDArray[np.int64] | None = None
        self._recent = RecentCounts.none()
        self._days = 0.0

    def fit(self, train: Dataset) -> Self:
        """Sort the ratings by time, and choose the window."""
        self._recent = RecentCounts.of(train.ratings)
        self._count = train.ratings.item_counts
        self._days = self._choose(train)
        return self

    @property
    def days(self) -> float:
        """The window that was chosen."""
        return self._days

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) counts; NaN where there is no rating."""
        if self._count is None:
            raise NotFittedError(self)
        asked, at = np.unique(self._asked(users), return_inverse=True)
        rows = np.stack([self._list(int(time)) for time in asked]) if len(asked) else np.empty((0, 0))
        return rows.astype(np.float32)[at.ravel()].reshape(len(users), len(self._count))

    def score_items(self, users: UserBatch, items: Nums) -> Scores:
        """(len(users), c) counts of the chosen items alone."""
        if self._count is None:
            raise NotFittedError(self)
        scores = self._recent.before(items, self._asked(users), self._days * DAY) + self._often()[items]
        scores[self._count[items] == 0] = np.nan
        return scores.astype(np.float32)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) nothing: no rating of a person changes the list."""
        return np.zeros((len(users.item_num), len(item_num)))

    def _list(self, at: int) -> npt.NDArray[np.float64]:
        assert self._count is not None  # noqa: S101 (score has looked)
        scores = self._recent.all_before(len(self._count), at, self._days * DAY) + self._often()
        return np.where(self._count > 0, scores, np.nan)

    def _often(self) -> npt.NDArray[np.float64]:
        """(n_items,) from 0 to below 1/2: settles ties by all ratings."""
        assert self._count is not None  # noqa: S101
        return self._count / (2.0 * self._count.max(initial=0) + 2)

    def _asked(self, users: UserBatch) -> npt.NDArray[np.int64]:
        """(n,) when each person asks, at the latest just after the last rating."""
        end = self._recent.last + 1
        return np.where(users.ask_time > 0, np.minimum(users.ask_time, end), end)

    def _choose(self, train: Dataset) -> float:
        ratings, liked_from = train.ratings, LIKED_SHARE * train.scale.high
        times = self._recent.times
        if not len(times) or times[0] == times[-1]:
            return self.config.days[-1]
        found = np.zeros(len(self.config.days))
        for cut in self.config.cuts:
            start, stop = times[int(cut * (len(times) - 1))], times[int(min(cut + 0.1, 1) * (len(times) - 1))]
            later = (ratings.timestamp >= start) & (ratings.timestamp <= stop) & (ratings.value >= liked_from)
            likes = np.bincount(ratings.item_num[later], minlength=ratings.n_items)
            for place, days in enumerate(self.config.days):
                count = self._recent.all_before(ratings.n_items, int(start), days * DAY) + self._often()
                found[place] += likes[np.argsort(-count, kind="stable")[:_LISTED]].sum() / max(likes.sum(), 1)
        return self.config.days[int(found.argmax())]
