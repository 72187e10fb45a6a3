"""Columns: the items that have a column in a model that does not cover all items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.kept import kept
from cineblend.models.base import Scores


@kept("columns")
@dataclass(frozen=True, eq=False)
class Columns:
    """The k of n items that have a column, in order.

    Attributes:
        known: (n,) whether the item has a column.
    """

    known: npt.NDArray[np.bool_]

    @classmethod
    def most_rated(cls, counts: npt.NDArray[np.integer], limit: int) -> Self:
        """The most rated items, at most ``limit`` and with a rating each; the lower number wins a tie."""
        order = np.argsort(-counts, kind="stable")[:limit]
        known = np.zeros(len(counts), bool)
        known[order] = counts[order] > 0
        return cls(known)

    @cached_property
    def items(self) -> npt.NDArray[np.intp]:
        """(k,) item numbers."""
        return np.flatnonzero(self.known)

    @cached_property
    def of_item(self) -> npt.NDArray[np.intp]:
        """(n,) column of each item; -1 without one."""
        return np.where(self.known, np.cumsum(self.known) - 1, -1)

    def __len__(self) -> int:
        return len(self.items)

    def gather(self, scores: Scores) -> Scores:
        """(p, k) of (p, n) scores; no copy if every item has a column."""
        return scores if len(self) == len(self.known) else scores[:, self.items]

    def spread(self, scores: npt.NDArray[np.floating]) -> Scores:
        """(p, n) float32 of (p, k) scores; NaN for items without a column."""
        if len(self) == len(self.known):
            return scores.astype(np.float32)
        spread = np.full((len(scores), len(self.known)), np.nan, np.float32)
        spread[:, self.items] = scores
        return spread
