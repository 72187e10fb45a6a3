"""Similarity vectors: genres as vectors, shorter vectors by SVD, and products of vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.catalog import Catalog
from cineblend.kept import kept
from cineblend.models.base import Scores

Vectors = npt.NDArray[np.float16]

_POWER_STEPS = 7
"""Power iterations of the randomised SVD, as for the words of TF-IDF."""


@kept("genre vectors")
@dataclass(frozen=True, eq=False)
class GenreVectors:
    """Vectors of genres, in which rare genres count more.

    Attributes:
        names: the genres of a catalogue.
        rarity: (genres,) their weights.
    """

    names: tuple[str, ...]
    rarity: npt.NDArray[np.float64]

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """The genres of a catalogue and their rarity."""
        names = tuple(sorted({genre for genres in catalog.genres for genre in genres}))
        count = _marked(catalog, names).sum(axis=0)
        return cls(names, np.maximum(np.log(len(catalog) / np.maximum(count, 1)), 1e-3))

    def __call__(self, catalog: Catalog) -> npt.NDArray[np.float64]:
        """(n_items, genres) vectors of unit length; 0 for an item without these genres."""
        return unit(_marked(catalog, self.names) * self.rarity)


def _marked(catalog: Catalog, names: tuple[str, ...]) -> npt.NDArray[np.float64]:
    column = {name: at for at, name in enumerate(names)}
    found = np.zeros((len(catalog), len(names)))
    for num, genres in enumerate(catalog.genres):
        found[num, [column[genre] for genre in genres if genre in column]] = 1
    return found


def leading(
    matrix: sp.csr_array | npt.NDArray[np.floating], k: int, seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(k,) largest singular values and (k, columns) their right vectors; fewer if the matrix has fewer."""
    from sklearn.utils.extmath import randomized_svd

    rows, columns = matrix.shape or (0, 0)
    k = min(k, rows, columns)
    if not k:
        return np.zeros(0), np.zeros((0, columns))
    _, values, axes = randomized_svd(matrix, k, n_iter=_POWER_STEPS, random_state=seed)  # pyright: ignore[reportArgumentType]
    return values, axes


def unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Rows scaled to unit length; a row of zeros stays."""
    vectors = np.asarray(vectors, np.float64)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def products(vectors: Vectors, item_num: int) -> Scores:
    """(n_items,) products of one row with all rows; 16-bit numbers are widened, which BLAS needs."""
    wide = vectors.astype(np.float32)
    return wide @ wide[item_num]
