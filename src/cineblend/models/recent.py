"""Recent: the most rated items of the last days, the same list for all users who ask at the same time."""

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
from cineblend.models.registry import register
from cineblend.models.shared.recent_counts import RecentCounts

_LISTED = 25
"""Length of the list by which a window is evaluated."""


@register("recent", title="Most rated of the last days")
@dataclass(frozen=True)
class RecentConfig:
    """Hyper-parameters.

    Attributes:
        days: candidate windows.
        cuts: shares of the training ratings, the earliest, after which a window's list is evaluated.
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

    A user without an ask time asks at the last known time. Each window is evaluated at some dates inside
    training, by the share of the likes among the next tenth of the ratings that its list contains; the best
    window is used. Without times every rating counts, as in ``Popularity``.

    An unseen user gets the same list. Scores are NaN for an item without ratings and for a new text.
    """

    kept = ("_count", "_recent", "_days")

    def __init__(self, config: RecentConfig | None = None) -> None:
        self.config = config or RecentConfig()
        self._count: npt.NDArray[np.int64] | None = None
        self._recent = RecentCounts.none()
        self._days = 0.0

    def fit(self, train: Dataset) -> Self:
        """Sort the ratings by time and choose the window."""
        self._recent = RecentCounts.of(train.ratings)
        self._count = train.ratings.item_counts
        self._days = self._choose(train)
        return self

    @property
    def days(self) -> float:
        """The chosen window."""
        return self._days

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) counts; NaN for an item without ratings."""
        if self._count is None:
            raise NotFittedError(self)
        ask_time, at = np.unique(self._ask_time(users), return_inverse=True)
        rows = np.stack([self._list(int(time)) for time in ask_time]) if len(ask_time) else np.empty((0, 0))
        return rows.astype(np.float32)[at.ravel()].reshape(len(users), len(self._count))

    def score_items(self, users: UserBatch, items: Nums) -> Scores:
        """(len(users), c) counts of only the chosen items."""
        if self._count is None:
            raise NotFittedError(self)
        scores = (
            self._recent.before(items, self._ask_time(users), self._days * DAY) + self._tie_break()[items]
        )
        scores[self._count[items] == 0] = np.nan
        return scores.astype(np.float32)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) zeros: no rating of a user changes the list."""
        return np.zeros((len(users.item_num), len(item_num)))

    def _list(self, at: int) -> npt.NDArray[np.float64]:
        assert self._count is not None  # noqa: S101 (score has checked)
        scores = self._recent.all_before(len(self._count), at, self._days * DAY) + self._tie_break()
        return np.where(self._count > 0, scores, np.nan)

    def _tie_break(self) -> npt.NDArray[np.float64]:
        """(n_items,) from 0 to below 1/2, by the number of all ratings."""
        assert self._count is not None  # noqa: S101
        return self._count / (2.0 * self._count.max(initial=0) + 2)

    def _ask_time(self, users: UserBatch) -> npt.NDArray[np.int64]:
        """(n,) each user's ask time, at the latest just after the last rating."""
        end = self._recent.last + 1
        return np.where(users.ask_time > 0, np.minimum(users.ask_time, end), end)

    def _choose(self, train: Dataset) -> float:
        ratings, liked_from = train.ratings, train.scale.at(LIKED_SHARE)
        times = self._recent.times
        if not len(times) or times[0] == times[-1]:
            return self.config.days[-1]
        found = np.zeros(len(self.config.days))
        for cut in self.config.cuts:
            start, stop = times[int(cut * (len(times) - 1))], times[int(min(cut + 0.1, 1) * (len(times) - 1))]
            later = (ratings.timestamp >= start) & (ratings.timestamp <= stop) & (ratings.value >= liked_from)
            likes = np.bincount(ratings.item_num[later], minlength=ratings.n_items)
            for place, days in enumerate(self.config.days):
                count = self._recent.all_before(ratings.n_items, int(start), days * DAY) + self._tie_break()
                found[place] += likes[np.argsort(-count, kind="stable")[:_LISTED]].sum() / max(likes.sum(), 1)
        return self.config.days[int(found.argmax())]
