"""Gram inverse: P = (X'X + λI)⁻¹ of linear item models, computed exactly by items or by rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Literal

import numpy as np
import scipy.sparse as sp
from scipy.linalg import get_lapack_funcs

from cineblend.errors import NotAvailableError
from cineblend.kept import kept
from cineblend.models.linear.design_matrix import BLOCK, Matrix, Places, Rows, cuts
from cineblend.models.shared.sparse_products import mixtures
from cineblend.text.encoders.memory import free_mb

Solver = Literal["auto", "primal", "dual"]

_MOST_HALVES = 1 << 25
"""Largest size of X'K⁻¹: 256 MiB."""
_dpotrf, _dpotri = get_lapack_funcs(("potrf", "potri"), dtype=np.float64)


class Inverse(ABC):
    """P = (X'X + λI)⁻¹, (n, n), in some representation.

    Attributes:
        diagonal: (n,) float64 diagonal of P.
    """

    diagonal: Matrix

    @abstractmethod
    def at(self, rows: Places, columns: Places) -> Matrix:
        """(r, c) float64 entries of P in these rows and columns."""

    @abstractmethod
    def times(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, n) float64 x P of x (k, n)."""

    def times_at(self, x: sp.csr_array, columns: Places) -> Matrix:
        """(k, c) float64 x P of x (k, n), each of the k in its own columns (k, c)."""
        return np.take_along_axis(self.times(x), columns, axis=1)


@kept("primal inverse", "_matrix", "diagonal")
class PrimalInverse(Inverse):
    """P itself: 8 n² bytes and about n³ operations."""

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

    It stores K⁻¹: 8 m² bytes and about m³ + m² n operations. If X'K⁻¹ fits too (``_MOST_HALVES``), a product
    with a history reads only the history's rows of X'K⁻¹ and X; otherwise it reads all of K⁻¹.
    """

    def __init__(self, rows: Rows, regularization: float) -> None:
        kernel = rows.row_gram()
        np.fill_diagonal(kernel, kernel.diagonal() + regularization)
        self._rows, self._regularization = rows, regularization
        self._kernel_inverse = _inverted(kernel)
        self.diagonal = np.empty(rows.shape[1])
        halves = self._room()
        for cut in cuts(rows.shape[1]):
            columns = rows.columns(cut)
            half = columns.T @ self._kernel_inverse
            self.diagonal[cut] = (1 - np.einsum("nm,mn->n", half, columns)) / regularization
            if halves is not None:
                halves[cut] = half
        self._halves = halves

    def at(self, rows: Places, columns: Places) -> Matrix:
        """(r, c) entries of P."""
        if self._halves is None:
            halves = self._rows.some(rows).T @ self._kernel_inverse
        else:
            halves = self._halves[rows]
        return (np.equal.outer(rows, columns) - halves @ self._rows.some(columns)) / self._regularization

    def times(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, n) x P."""
        dense = x if isinstance(x, np.ndarray) else x.toarray()
        return (dense - self._rows.back(self._half(x).T)) / self._regularization

    def times_at(self, x: sp.csr_array, columns: Places) -> Matrix:
        """(k, c) x P, each of the k in its own columns (k, c)."""
        own = np.take_along_axis(x.toarray(), columns, axis=1)
        return (own - self._rows.back_at(self._half(x).T, columns)) / self._regularization

    @cached_property
    def _halves(self) -> Matrix | None:
        """(n, m) X'K⁻¹, for products with histories; None if it is too large."""
        halves = self._room()
        if halves is not None:
            for cut in cuts(len(halves)):
                np.matmul(self._rows.columns(cut).T, self._kernel_inverse, out=halves[cut])
        return halves

    def _room(self) -> Matrix | None:
        m, n = self._rows.shape
        return np.empty((n, m)) if m * n <= _MOST_HALVES else None

    def _half(self, x: sp.csr_array | Matrix) -> Matrix:
        """(k, m) x X' K⁻¹ of x (k, n)."""
        if self._halves is None or isinstance(x, np.ndarray):
            return self._rows.project(x).T @ self._kernel_inverse
        return mixtures(x, self._halves)


def invert(rows: Rows, regularization: float, solver: Solver = "auto") -> Inverse:
    """Compute P by inverting the smaller matrix, which takes less time and less memory.

    Args:
        rows: X.
        regularization: λ > 0.
        solver: "primal" inverts items × items, "dual" rows × rows; "auto" takes the smaller.

    Raises:
        NotAvailableError: the matrix does not fit into the free memory; nothing was computed.
    """
    m, n = rows.shape
    dual = m < n if solver == "auto" else solver == "dual"
    size, unit, width = (m, "rows", n) if dual else (n, "items", 0)
    _require_memory(size, unit, width, smaller=min(m, n))
    return DualInverse(rows, regularization) if dual else PrimalInverse(rows, regularization)


def needed_bytes(size: int, width: int = 0) -> int:
    """Peak bytes of inverting a (size, size) matrix in place, including its blocks of columns.

    Args:
        size: rows or columns of X, whichever is inverted.
        width: number of columns, if the rows are inverted and X'K⁻¹ may be held.
    """
    halves = 8 * size * (width + 2 * min(BLOCK, width)) if size * width <= _MOST_HALVES else 0
    return 8 * size * (size + 4 * min(BLOCK, size)) + halves


def _require_memory(size: int, unit: str, width: int, *, smaller: int) -> None:
    needed, free = needed_bytes(size, width) / 1e9, free_mb()
    if free is None or needed <= free / 1e3:
        return
    advice = "use the strategy als or item-knn, whose memory grows only with the number of ratings"
    if needed_bytes(smaller) / 1e9 <= free / 1e3:
        advice = f"leave the solver at 'auto': the other one needs {needed_bytes(smaller) / 1e9:.1f} GB"
    raise NotAvailableError(
        f"a matrix of {size} x {size} {unit} does not fit: {free / 1e3:.1f} GB of memory are free",
        expected=f"about {needed:.1f} GB",
        remedy=advice,
    )


def _cholesky(symmetric: Matrix) -> Matrix:
    """Lower Cholesky factor, computed in place, in Fortran order; the upper half is undefined."""
    if not len(symmetric):
        return symmetric
    factor, info = _dpotrf(symmetric.T, lower=1, clean=0, overwrite_a=1)
    if info:
        raise np.linalg.LinAlgError(f"leading minor {info} is not positive definite")
    return factor


def _inverted(symmetric: Matrix) -> Matrix:
    """Inverse, computed in place."""
    if not len(symmetric):
        return symmetric
    inverse, info = _dpotri(_cholesky(symmetric), lower=1, overwrite_c=1)
    if info:
        raise np.linalg.LinAlgError(f"element {info} of the factor's diagonal is zero")
    # The lower half in Fortran order is the upper half in C order: copy it to the lower half.
    inverse = inverse.T
    for cut in cuts(len(inverse)):
        block = inverse[cut, cut]
        block[:] = np.triu(block) + np.triu(block, 1).T
        inverse[cut.stop :, cut] = inverse[cut, cut.stop :].T
    return inverse
