"""VectorSets: item vectors with a cache of the sets of items that are used again and again."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from cineblend.models.base import Nums, Spread

_SETS = 2
"""Number of item sets whose vectors are cached as columns."""


class VectorSets:
    """Item vectors by sets of items. The cache key is the array of item numbers itself; do not change it.

    Attributes:
        vectors: (n_items, d) float32.
    """

    def __init__(self, vectors: npt.NDArray[np.float32]) -> None:
        self.vectors = vectors
        self._columns: tuple[tuple[Nums, npt.NDArray[np.float64]], ...] = ()
        self._moments: tuple[Nums, npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None

    @cached_property
    def by_dimension(self) -> npt.NDArray[np.float64]:
        """(d, n_items) all vectors, in the memory layout that makes products fastest."""
        return self.vectors.T.astype(np.float64, order="C")

    def mean(self, item_num: Nums) -> npt.NDArray[np.float64]:
        """(d,) mean of these items' vectors."""
        return self._moments_of(item_num)[0]

    def columns(self, item_num: Nums) -> npt.NDArray[np.float64]:
        """(d, c) vectors of these items."""
        for key, columns in self._columns:
            if key is item_num:
                return columns
        columns = self.vectors[item_num].T.astype(np.float64, order="C")
        self._columns = ((item_num, columns), *self._columns[: _SETS - 1])
        return columns

    def spread(self, people: npt.NDArray[np.float64], item_num: Nums) -> Spread:
        """Mean and deviation of each user's products: p·mean(e) and the root of p'cov(e)p; 0 for NaN.

        Args:
            people: (n, d) vectors of users.
            item_num: (c,) item numbers.
        """
        mean, covariance = self._moments_of(item_num)
        people = np.nan_to_num(people, nan=0.0)
        variance = np.einsum("nd,nd->n", people @ covariance, people)
        return (people @ mean)[:, None], np.sqrt(np.maximum(variance, 0))[:, None]

    def _moments_of(self, item_num: Nums) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(d,) mean and (d, d) covariance of these items' vectors; the last result is cached."""
        cached = self._moments
        if cached is None or cached[0] is not item_num:
            vectors = self.vectors[item_num].astype(np.float64)
            mean = vectors.sum(axis=0) / max(len(vectors), 1)
            vectors -= mean
            cached = self._moments = (item_num, mean, vectors.T @ vectors / max(len(vectors), 1))
        return cached[1], cached[2]
