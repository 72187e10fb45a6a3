"""Design matrix: the rows X of a linear item model, users' grades above dimensions of the items' text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.kept import kept
from cineblend.models.shared.sparse_products import mixtures, products, sums, written_out

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BLOCK = 1024
"""Number of columns processed at once, which limits temporary memory."""


@kept("input rows")
@dataclass(frozen=True, eq=False)
class Rows:
    """X, (m, n): sparse rows above dense ones.

    Attributes:
        sparse: (m₁, n) float64, a row for each user.
        vectors: (n, m₂) float32, a row for each item's text; m₂ may be 0.
        weight: factor of the vectors; their columns are the dense rows.
    """

    sparse: sp.csr_array
    vectors: npt.NDArray[np.float32]
    weight: float = 1.0

    @cached_property
    def dense(self) -> Matrix:
        """(m₂, n) float64, in C order, which makes the product for one user fastest."""
        return self.weight * self.vectors.T.astype(np.float64, order="C")

    @property
    def n_sparse(self) -> int:
        """m₁."""
        return len(self.sparse.indptr) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """(m, n)."""
        return self.n_sparse + self.vectors.shape[1], len(self.vectors)

    @cached_property
    def by_column(self) -> sp.csr_array:
        """(n, m₁) the sparse rows transposed, so that single columns can be read."""
        return self.sparse.T.tocsr()

    def column_gram(self) -> Matrix:
        """(n, n) X'X."""
        n = self.shape[1]
        gram = np.empty((n, n))
        right = self.sparse
        for cut in cuts(n):
            # The matrix is symmetric, so each block is computed only to the right of the diagonal.
            gram[cut, cut.start :] = (self.by_column[cut] @ right).toarray()
            gram[cut, cut.start :] += self.dense[:, cut].T @ self.dense[:, cut.start :]
            gram[cut.stop :, cut] = gram[cut, cut.stop :].T
            right = right[:, cut.stop - cut.start :]
        return gram

    def row_gram(self) -> Matrix:
        """(m, m) XX'."""
        m, split = self.shape[0], self.n_sparse
        gram = np.empty((m, m))
        for cut in cuts(split):
            gram[cut, :split] = (self.sparse[cut] @ self.by_column).toarray()
        gram[:split, split:] = self.sparse @ self.dense.T
        gram[split:, :split] = gram[:split, split:].T
        gram[split:, split:] = self.dense @ self.dense.T
        return gram

    def columns(self, cut: slice) -> Matrix:
        """(m, width) columns of X in a slice."""
        return np.concatenate([self.sparse[:, cut].toarray(), self.dense[:, cut]])

    def some(self, columns: Places) -> Matrix:
        """(m, k) the given columns of X."""
        sparse = written_out(self.by_column, columns)
        return np.concatenate([sparse, self.weight * self.vectors[columns].astype(np.float64)], axis=1).T

    def project(self, x: sp.csr_array | Matrix) -> Matrix:
        """(m, k) X x' of x (k, n); only the columns of a sparse x are read."""
        if isinstance(x, np.ndarray):
            return np.concatenate([self.sparse @ x.T, self.dense @ x.T])
        return np.concatenate([sums(x, self.by_column).T, self.weight * mixtures(x, self.vectors).T])

    def back(self, v: Matrix) -> Matrix:
        """(k, n) v' X of v (m, k)."""
        split = self.n_sparse
        return (self.by_column @ v[:split]).T + v[split:].T @ self.dense

    def back_at(self, v: Matrix, columns: Places) -> Matrix:
        """(k, c) v' X of v (m, k), each row in its own columns (k, c); few columns read few dense rows."""
        if columns.size >= self.shape[1]:
            return np.take_along_axis(self.back(v), columns, axis=1)
        split = self.n_sparse
        sparse = np.take_along_axis((self.by_column @ v[:split]).T, columns, axis=1)
        return sparse + self.weight * products(v[split:].T, self.vectors, columns)


def cuts(n: int) -> Iterator[slice]:
    """Slices of ``BLOCK`` from 0 to n; the last one may be shorter."""
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))
