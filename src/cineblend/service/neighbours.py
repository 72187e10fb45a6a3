"""Neighbours: how near the well-known films of a catalogue are to each other."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.service.films import Films

MOST = 1200
"""Most rated films that are looked at: further ones are known to few."""


class Neighbours:
    """The order in which each well-known film's likest well-known films come; built on first use.

    Args:
        films: the catalogue.
        similarity: the similarity of two films.
    """

    def __init__(self, films: Films, similarity: ItemSimilarity) -> None:
        self._similarity = similarity
        self.nums: Nums = films.by_popularity[: min(MOST, int(films.rated.sum()))]

    @cached_property
    def rank(self) -> npt.NDArray[np.int32]:
        """(m, m) place of film j among those like film i; each film is its own first."""
        m = len(self.nums)
        found = np.empty((m, m), np.int32)
        for row, num in enumerate(self.nums.tolist()):
            near = np.nan_to_num(self._similarity.by_both(num), nan=-np.inf)[self.nums]
            near[row] = np.inf
            found[row, np.argsort(-near, kind="stable")] = np.arange(m)
        return found

    def rank_among(self, m: int) -> npt.NDArray[np.int32]:
        """(m, m) the same among the m most rated."""
        every = self.rank[:m, :m]
        return np.argsort(np.argsort(every, axis=1), axis=1).astype(np.int32)
