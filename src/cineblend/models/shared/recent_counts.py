"""Recent counts: number of ratings of an item in a time window before a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.ratings import Ratings
from cineblend.kept import kept

Counts = npt.NDArray[np.int64]

_SHIFT = 34
"""Bits of a key that hold the time, enough for seconds until the year 2514."""


@kept("recent counts")
@dataclass(frozen=True, eq=False)
class RecentCounts:
    """The n dated ratings, sorted by item and time.

    Attributes:
        keys: (n,) int64 rising, item · 2³⁴ + time.
        times: (n,) int64 rising times.
    """

    keys: Counts
    times: Counts

    @classmethod
    def of(cls, ratings: Ratings) -> Self:
        """Count the ratings with a time; a time later than the format can hold counts as none."""
        dated = (ratings.timestamp > 0) & (ratings.timestamp < 1 << _SHIFT)
        time = ratings.timestamp[dated]
        keys = (ratings.item_num[dated].astype(np.int64) << _SHIFT) + time
        return cls(np.sort(keys), np.sort(time))

    @classmethod
    def none(cls) -> Self:
        """No ratings."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64))

    @property
    def last(self) -> int:
        """The latest time; 0 without one."""
        return int(self.times[-1]) if len(self.times) else 0

    def before(self, items: npt.NDArray[np.integer], at: Counts, seconds: float) -> Counts:
        """Number of ratings of each item in the ``seconds`` before a time, excluding that time.

        Args:
            items: (n, c) item numbers.
            at: (n,) times.
            seconds: length of the window.

        Returns:
            (n, c).
        """
        until = np.clip(at, 0, (1 << _SHIFT) - 1)
        since = np.clip(until - int(seconds), 0, None)
        base = items.astype(np.int64) << _SHIFT
        return np.searchsorted(self.keys, base + until[:, None]) - np.searchsorted(
            self.keys, base + since[:, None]
        )

    def all_before(self, n_items: int, at: int, seconds: float) -> Counts:
        """(n_items,) ``before`` for every item at one time."""
        return self.before(np.arange(n_items)[None], np.array([at]), seconds)[0]
