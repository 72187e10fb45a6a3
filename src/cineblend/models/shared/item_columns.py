"""Columns: the items that a model has a column for, where it has none for some."""

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
    """k of n items, in their order.

    Attributes:
        known: (n,) which items have a column.
    """

    known: npt.NDArray[np.bool_]

    @classmethod
    def most_rated(cls, counts: npt.NDArray[np.integer], limit: int) -> Self:
        """The most rated items, at most ``limit`` and none without ratings; ties by the lower number."""
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
        """(n,) the column of each item; -1 where it has none."""
        return np.where(self.known, np.cumsum(self.known) - 1, -1)

    def __len__(self) -> int:
        return len(self.items)

    def gather(self, scores: Scores) -> Scores:
        """(p, k) of (p, n) scores, without a copy where every item has a column."""
        return scores if len(self) == len(self.known) else scores[:, self.items]

    def spread(self, scores: npt.NDArray[np.floating]) -> Scores:
        """(p, n) float32 of (p, k) scores; NaN for the items without a column."""
        if len(self) == len(self.known):
            return scores.astype(np.float32)
        spread = np.full((len(scores), len(self.known)), np.nan, np.float32)
        spread[:, self.items] = scores
        return spread
