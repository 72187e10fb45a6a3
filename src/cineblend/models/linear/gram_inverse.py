"""Gram: P = (X'X + λI)⁻¹, which linear item models need, by way of the items or of the rows, both exactly."""

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
"""Numbers that X'K⁻¹ may have: 256 MiB."""
_dpotrf, _dpotri = get_lapack_funcs(("potrf", "potri"), dtype=np.float64)


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

    def times_at(self, x: sp.csr_array, columns: Places) -> Matrix:
        """(k, c) float64 x P of x (k, n), each of the k in its own columns (k, c)."""
        return np.take_along_axis(self.times(x), columns, axis=1)


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

    K⁻¹ is what is kept: 8 m² bytes, about m³ + m² n operations. Where there is room for X'K⁻¹ too
    (``_MOST_HALVES``), a history reads its own rows of it and X; else all of K⁻¹.
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
        """(n, m) X'K⁻¹, the half of P that a history is multiplied by; None where it has no room."""
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
    size, what, width = (m, "rows", n) if dual else (n, "items", 0)
    _require_memory(size, what, width, smaller=min(m, n))
    return DualInverse(rows, regularization) if dual else PrimalInverse(rows, regularization)


def needed_bytes(size: int, width: int = 0) -> int:
    """Peak bytes of inverting a (size, size) matrix in place, its blocks of columns included.

    Args:
        size: rows or columns of X, whichever is inverted.
        width: its columns, where its rows are inverted and X'K⁻¹ may be held.
    """
    halves = 8 * size * (width + 2 * min(BLOCK, width)) if size * width <= _MOST_HALVES else 0
    return 8 * size * (size + 4 * min(BLOCK, size)) + halves


def _require_memory(size: int, what: str, width: int, *, smaller: int) -> None:
    needed, free = needed_bytes(size, width) / 1e9, free_mb()
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
    for cut in cuts(len(inverse)):
        block = inverse[cut, cut]
        block[:] = np.triu(block) + np.triu(block, 1).T
        inverse[cut.stop :, cut] = inverse[cut, cut.stop :].T
    return inverse
