"""Gram: P = (X'X + λI)⁻¹, which linear item models need, by way of the items or of the rows, both exactly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import get_lapack_funcs

from cineblend.errors import NotAvailableError
from cineblend.kept import kept
from cineblend.models.chosen import mixtures, sums, written_out
from cineblend.models.remembered import Remembered
from cineblend.text.memory import free_mb

Solver = Literal["auto", "primal", "dual"]
Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_BLOCK = 1024
"""Columns worked on at once, so that what is temporary stays small."""
_dpotrf, _dpotri = get_lapack_funcs(("potrf", "potri"), dtype=np.float64)


@kept("input rows")
@dataclass(frozen=True, eq=False)
class Rows:
    """X, (m, n): sparse rows above dense ones.

    Attributes:
        sparse: (m₁, n) float64, a row a person.
        vectors: (n, m₂) float32, an item's text a row; m₂ may be 0.
        weight: factor of the vectors, whose columns are the dense rows.
    """

    sparse: sp.csr_array
    vectors: npt.NDArray[np.float32]
    weight: float = 1.0

    @cached_property
    def dense(self) -> Matrix:
        """(m₂, n) float64, C order: the form in which one person's product with it is fastest."""
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
        """(n, m₁) the sparse rows transposed, so that a few columns are read alone."""
        return self.sparse.T.tocsr()

    def column_gram(self) -> Matrix:
        """(n, n) X'X."""
        n = self.shape[1]
        gram = np.empty((n, n))
        right = self.sparse
        for cut in _cuts(n):
            # The matrix is symmetric: each block is multiplied out to the right of the diagonal alone.
            gram[cut, cut.start :] = (self.by_column[cut] @ right).toarray()
            gram[cut, cut.start :] += self.dense[:, cut].T @ self.dense[:, cut.start :]
            gram[cut.stop :, cut] = gram[cut, cut.stop :].T
            right = right[:, cut.stop - cut.start :]
        return gram

    def row_gram(self) -> Matrix:
        """(m, m) XX'."""
        m, split = self.shape[0], self.n_sparse
        gram = np.empty((m, m))
        for cut in _cuts(split):
            gram[cut, :split] = (self.sparse[cut] @ self.by_column).toarray()
        gram[:split, split:] = self.sparse @ self.dense.T
        gram[split:, :split] = gram[:split, split:].T
        gram[split:, split:] = self.dense @ self.dense.T
        return gram

    def columns(self, cut: slice) -> Matrix:
        """(m, width) those columns of X."""
        return np.concatenate([self.sparse[:, cut].toarray(), self.dense[:, cut]])

    def some(self, columns: Places) -> Matrix:
        """(m, k) these columns of X."""
        sparse = written_out(self.by_column, columns)
        return np.concatenate([sparse, self.weight * self.vectors[columns].astype(np.float64)], axis=1).T

    def project(self, x: sp.csr_array | Matrix) -> Matrix:
        """(m, k) X x' of x (k, n); of a sparse x only the columns it has are read."""
        if isinstance(x, np.ndarray):
            return np.concatenate([self.sparse @ x.T, self.dense @ x.T])
        return np.concatenate([sums(x, self.by_column).T, self.weight * mixtures(x, self.vectors).T])

    def back(self, v: Matrix) -> Matrix:
        """(k, n) v' X of v (m, k)."""
        split = self.n_sparse
        return (self.by_column @ v[:split]).T + v[split:].T @ self.dense


class Inverse(ABC):
    """P = (X'X + λI)⁻¹, (n, n), however it is kept.

    Attributes:
        diagonal: (n,) float64 diagonal of P.
    """

    diagonal: Matrix

    @abstractmethod
    def at(self, rows: Places, columns: Places) -> Matrix:
        """(r, c) float64 entries of P in those rows and columns."""

    @abstractmethod
    def times(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, n) float64 x P of x (k, n)."""


@kept("primal inverse", "_matrix", "diagonal")
class PrimalInverse(Inverse):
    """P itself: 8 n² bytes, about n³ operations."""

    def __init__(self, rows: Rows, regularization: float) -> None:
        gram = rows.column_gram()
        np.fill_diagonal(gram, gram.diagonal() + regularization)
        self._matrix = _inverted(gram)
        self.diagonal = self._matrix.diagonal().copy()

    def at(self, rows: Places, columns: Places) -> Matrix:
        """(r, c) entries of P."""
        return self._matrix[np.ix_(rows, columns)]

    def times(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, n) x P."""
        return x @ self._matrix


@kept("dual inverse", "_rows", "_regularization", "_kernel_inverse", "diagonal")
class DualInverse(Inverse):
    """P = (I - X'K⁻¹X) / λ with K = XX' + λI, by Woodbury's identity.

    K⁻¹ is what is kept: 8 m² bytes, about m³ + m² n operations. A product with P is then one with it and one
    with X, and no triangular solve; rows of P that come again are remembered.
    """

    def __init__(self, rows: Rows, regularization: float) -> None:
        kernel = rows.row_gram()
        np.fill_diagonal(kernel, kernel.diagonal() + regularization)
        self._rows, self._regularization = rows, regularization
        self._kernel_inverse = _inverted(kernel)
        self.diagonal = np.empty(rows.shape[1])
        for cut in _cuts(rows.shape[1]):
            columns = rows.columns(cut)
            explained = np.einsum("mn,mn->n", columns, self._kernel_inverse @ columns)
            self.diagonal[cut] = (1 - explained) / regularization

    def at(self, rows: Places, columns: Places) -> Matrix:
        """(r, c) entries of P; those of rows that are not remembered go through K⁻¹, the fewer of the two."""
        kept = self._remembered.known(rows)
        new = np.array([row is None for row in kept], bool)
        found = np.empty((len(rows), len(columns)))
        if new.any():
            found[new] = self._made(rows[new], columns)
        for position, row in enumerate(kept):
            if row is not None:
                found[position] = row[columns]
        return found

    def _made(self, rows: Places, columns: Places) -> Matrix:
        if len(rows) < len(columns):
            return self._made(columns, rows).T
        explained = self._rows.some(rows).T @ (self._kernel_inverse @ self._rows.some(columns))
        return (np.equal.outer(rows, columns) - explained) / self._regularization

    @cached_property
    def _remembered(self) -> Remembered:
        return Remembered(self._product, (len(self.diagonal), len(self.diagonal)))

    def times(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, n) x P."""
        if isinstance(x, np.ndarray):
            return self._product(x)
        return np.asarray(self._remembered.times(x), np.float64)

    def _product(self, x: sp.csr_array | Matrix) -> Matrix:
        explained = self._rows.back(self._kernel_inverse @ self._rows.project(x))
        return (_written_out(x) - explained) / self._regularization


def invert(rows: Rows, regularization: float, solver: Solver = "auto") -> Inverse:
    """P by the way that inverts the smaller matrix, which costs less time and less memory.

    Args:
        rows: X.
        regularization: λ > 0.
        solver: "primal" inverts items × items, "dual" rows × rows; "auto" takes the smaller.

    Raises:
        NotAvailableError: the matrix does not fit into the memory that is free; nothing was begun.
    """
    m, n = rows.shape
    dual = m < n if solver == "auto" else solver == "dual"
    _require_memory(m if dual else n, "rows" if dual else "items", smaller=min(m, n))
    return DualInverse(rows, regularization) if dual else PrimalInverse(rows, regularization)


def needed_bytes(size: int) -> int:
    """Peak bytes of inverting a (size, size) matrix in place, its blocks of columns included."""
    return 8 * size * (size + 4 * min(_BLOCK, size))


def _require_memory(size: int, what: str, *, smaller: int) -> None:
    needed, free = needed_bytes(size) / 1e9, free_mb()
    if free is None or needed <= free / 1e3:
        return
    advice = "use the strategy als or item-knn, whose memory grows with the ratings alone"
    if needed_bytes(smaller) / 1e9 <= free / 1e3:
        advice = f"leave the solver at 'auto': the other way needs {needed_bytes(smaller) / 1e9:.1f} GB"
    raise NotAvailableError(
        f"a matrix of {size} x {size} {what} does not fit: {free / 1e3:.1f} GB of memory are free",
        expected=f"about {needed:.1f} GB",
        remedy=advice,
    )


def _written_out(matrix: sp.csr_array | Matrix) -> Matrix:
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


def _cuts(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, n)) for start in range(0, n, _BLOCK))


def _cholesky(symmetric: Matrix) -> Matrix:
    """Its lower Cholesky factor, in its place and Fortran order; above the diagonal is nothing to read."""
    if not len(symmetric):
        return symmetric
    factor, info = _dpotrf(symmetric.T, lower=1, clean=0, overwrite_a=1)
    if info:
        raise np.linalg.LinAlgError(f"leading minor {info} is not positive definite")
    return factor


def _inverted(symmetric: Matrix) -> Matrix:
    """Its inverse, in its place."""
    if not len(symmetric):
        return symmetric
    inverse, info = _dpotri(_cholesky(symmetric), lower=1, overwrite_c=1)
    if info:
        raise np.linalg.LinAlgError(f"element {info} of the factor's diagonal is zero")
    # Lower in Fortran order is upper in C order: mirror it downwards.
    inverse = inverse.T
    for cut in _cuts(len(inverse)):
        block = inverse[cut, cut]
        block[:] = np.triu(block) + np.triu(block, 1).T
        inverse[cut.stop :, cut] = inverse[cut, cut.stop :].T
    return inverse
