"""Sparse products: products with item vectors that read only the items they need."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Vectors = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_MOST_CELLS = 1 << 25
"""Largest size of a sparse matrix that may be converted to a dense one: 256 MiB."""
_NEAR = 1 << 15
"""Numbers gathered at once: 256 KiB."""
_SCATTERED, _MULTIPLIED, _WRITTEN = 20, 5, 4
"""Cost of a number in ``bincount``, in a sparse product and in a conversion to dense, relative to adding a
number of a dense row."""
_MUCH, _AGAIN = 1 << 20, 4
"""A sparse product is used for more numbers than this, if each row is added so many times on average: it
copies all rows and starts two threads."""


def places(matrix: sp.csr_array) -> tuple[Places, Places]:
    """Indptr and indices of a sparse matrix, as integers: scipy's types leave the dtype open."""
    return cast("Places", matrix.indptr), cast("Places", matrix.indices)


def products(people: Vectors, items: npt.NDArray[np.floating], chosen: npt.NDArray[np.integer]) -> Vectors:
    """(n, c) inner products of users (n, d) with their own rows ``chosen`` (n, c) of items (n_items, d).

    Few rows are gathered in blocks that fit into the processor's cache. If they would be more than the
    catalogue has, the whole product is cheaper.
    """
    if chosen.size < len(items):
        found, at_once = np.empty(chosen.shape), max(1, _NEAR // max(items.shape[1], 1))
        for user, own, out in zip(people, chosen, found, strict=True):
            for start in range(0, len(own), at_once):
                block = items[own[start : start + at_once]].astype(np.float64, copy=False)
                np.matmul(block, user, out=out[start : start + at_once])
        return found
    return np.take_along_axis(people @ items.T.astype(np.float64, copy=False), chosen, axis=1)


def mixtures(weights: sp.csr_array, items: npt.NDArray[np.floating]) -> Vectors:
    """(n, d) sums of the rows of items (n_items, d), weighted by (n, n_items).

    The sums are in the items' precision, row after row, so that a user's sum does not depend on the other
    users of the batch.
    """
    if weights.dtype != items.dtype:
        alike = (weights.data.astype(items.dtype), *places(weights)[::-1])
        weights = sp.csr_array(alike, shape=weights.shape)
    return np.asarray(weights @ items, np.float64)


def written_out(matrix: sp.csr_array, rows: npt.NDArray[np.integer]) -> Vectors:
    """(r, m) some rows of a sparse matrix (n, m) as a dense array, without the checks of scipy's indexing."""
    entry, length = _entries_of(matrix, rows)
    found = np.zeros((len(rows), cast("tuple[int, int]", matrix.shape)[1]))
    found[np.repeat(np.arange(len(rows)), length), places(matrix)[1][entry]] = matrix.data[entry]
    return found


def entries(matrix: sp.csr_array, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]) -> Vectors:
    """(r, c) entries of a sparse matrix (n, m) in some rows and columns, each column only once."""
    entry, length = _entries_of(matrix, rows)
    place = np.full(cast("tuple[int, int]", matrix.shape)[1], -1)
    place[columns] = np.arange(len(columns))
    column = place[places(matrix)[1][entry]]
    inside = np.flatnonzero(column >= 0)
    found = np.zeros((len(rows), len(columns)))
    found[np.repeat(np.arange(len(rows)), length)[inside], column[inside]] = matrix.data[entry[inside]]
    return found


def combined(weights: sp.csr_array, rows: sp.csr_array, columns: npt.NDArray[np.integer]) -> Vectors:
    """(n, c) weights (n, k) @ rows (k, m) in some columns, each column only once."""
    (indptr, chosen), (_, indices) = places(weights), places(rows)
    entry, length = _entries_of(rows, chosen)
    place = np.full(cast("tuple[int, int]", rows.shape)[1], -1)
    place[columns] = np.arange(len(columns))
    column = place[indices[entry]]
    inside = np.flatnonzero(column >= 0)
    n, c = len(indptr) - 1, len(columns)
    row = np.repeat(np.repeat(np.arange(n), np.diff(indptr)), length)[inside]
    value = np.repeat(weights.data, length)[inside] * rows.data[entry[inside]]
    return np.asarray(np.bincount(row * c + column[inside], value, n * c), np.float64).reshape(n, c)


def sums(weights: sp.csr_array, rows: sp.csr_array) -> Vectors:
    """(n, m) weights (n, k) @ rows (k, m), as a dense array.

    Users are summed one at a time, and only their rows are read. If the same rows are read many times, a
    sparse product of all rows in two threads is faster. If the rows are nearly dense, a product with them as
    a dense matrix is faster. Each sum has the same terms in the same order.
    """
    (users, chosen), (indptr, column) = places(weights), places(rows)
    k, width = cast("tuple[int, int]", rows.shape)
    scattered = int((indptr[chosen + 1] - indptr[chosen]).sum())
    many = scattered > max(_MUCH, _AGAIN * rows.nnz)
    cost = (_MULTIPLIED if many else _SCATTERED) * scattered
    if k * width <= _MOST_CELLS and cost > (_WRITTEN * k + len(chosen)) * width:
        return np.asarray(weights @ rows.toarray(), np.float64)
    found = np.zeros((len(users) - 1, width))
    if many:
        _multiply(weights, rows, found)
        return found
    for user, (first, last) in enumerate(pairwise(users.tolist())):
        entry, length = _entries_of(rows, chosen[first:last])
        value = np.repeat(weights.data[first:last].astype(np.float64), length) * rows.data[entry]
        found[user] = np.bincount(column[entry], value, width)
    return found


def _multiply(weights: sp.csr_array, rows: sp.csr_array, out: Vectors) -> None:
    """Write the product to ``out`` in two threads, each with half of the weights; scipy releases the lock."""
    rows = sp.csr_array(rows, dtype=out.dtype)
    half = int(np.searchsorted(places(weights)[0], weights.nnz // 2))

    def multiply(part: slice) -> None:
        (weights[part] @ rows).toarray(out=out[part])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(multiply, (slice(0, half), slice(half, None))))


def _entries_of(matrix: sp.csr_array, rows: npt.NDArray[np.integer]) -> tuple[Places, Places]:
    """Positions of the entries of some rows, row after row, and the number of each row's entries."""
    indptr = places(matrix)[0]
    start = indptr[rows]
    length = indptr[rows + 1] - start
    before = np.cumsum(length) - length
    return np.arange(length.sum()) + np.repeat(start - before, length), length


def compact(matrix: sp.csr_array) -> sp.csr_array:
    """The matrix with float32 entries and 32-bit indices, which needs half the bytes."""
    indptr, indices = places(matrix)
    if indptr[-1] > np.iinfo(np.int32).max:
        return sp.csr_array(matrix.astype(np.float32))
    small = (matrix.data.astype(np.float32), indices.astype(np.int32), indptr.astype(np.int32))
    return sp.csr_array(small, shape=matrix.shape)
