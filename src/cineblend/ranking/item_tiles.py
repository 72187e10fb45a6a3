"""ItemTiles: item vectors cut into tiles, so that a product's scores stay in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.errors import UserError
from cineblend.ids import Nums
from cineblend.ranking.ranked import check_candidates

Vectors = npt.NDArray[np.float32]

ITEMS_A_TILE = 2048
"""A multiple of 8, since eight comparisons are read together."""
SAMPLE = 2048
"""Items that every user's list is drawn from first, for a bound that the others must exceed."""


@dataclass(frozen=True, eq=False)
class ItemTiles:
    """The vectors of the items that may be listed, in ascending order, padded to whole tiles.

    Attributes:
        vectors: (n_items, d) the vectors as given.
        tiles: (n tiles, d, ITEMS_A_TILE) the items that may be listed, as columns; 0 beyond ``count``.
        count: number of items that may be listed.
        num: (count,) item number of each.
        place: (n_items,) place of each item number; beyond the last tile if it may not be listed.
        sample: (d, at most SAMPLE) the longest vectors, which tend to have the highest scores.
        column: (n_items,) column of each item number in the sample, -1 if it is not in it.
        longest: length of the longest vector.
    """

    vectors: Vectors
    tiles: Vectors
    count: int
    num: Nums
    place: Nums
    sample: Vectors
    column: Nums
    longest: float

    @classmethod
    def of(cls, vectors: Vectors, candidates: npt.NDArray[np.bool_] | None = None) -> ItemTiles:
        """Prepare (n_items, d) float32 vectors, or those of the ``candidates`` only.

        Raises:
            UserError: ``vectors`` or ``candidates`` have another shape or type.
        """
        check_vectors("item_vectors", vectors)
        if candidates is not None:
            check_candidates(candidates, len(vectors))
        n_items, d = vectors.shape
        every = np.arange(n_items) if candidates is None else np.flatnonzero(candidates)
        num = every.astype(np.int32)
        tiles = np.zeros((-(-len(num) // ITEMS_A_TILE), d, ITEMS_A_TILE), np.float32)
        length = np.empty(len(num))
        for nth, start in enumerate(range(0, len(num), ITEMS_A_TILE)):
            part = vectors[num[start : start + ITEMS_A_TILE]]
            tiles[nth, :, : len(part)] = part.T
            length[start : start + ITEMS_A_TILE] = np.linalg.norm(part.astype(np.float64), axis=1)
        place = np.full(n_items, len(tiles) * ITEMS_A_TILE, np.int32)
        place[num] = np.arange(len(num))
        sampled = num[np.argsort(-length, kind="stable")[:SAMPLE]]
        column = np.full(n_items, -1, np.int32)
        column[sampled] = np.arange(len(sampled))
        sample = np.ascontiguousarray(vectors[sampled].T)
        longest = float(np.fmax.reduce(length, initial=0))
        return cls(vectors, tiles, len(num), num, place, sample, column, longest)


def check_vectors(name: str, vectors: Vectors) -> None:
    """Raise UserError unless the vectors are rows of float32 numbers."""
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise UserError(
            f"{name} are {vectors.dtype} of shape {vectors.shape}", expected="float32 (rows, factors)"
        )
