"""Chosen: products with vectors of items that read only the items that are asked about."""

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
"""Numbers that a sparse matrix may be written out to: 256 MiB."""
_NEAR = 1 << 15
"""Numbers gathered at once: 256 KiB."""
_SCATTERED, _MULTIPLIED, _WRITTEN = 20, 5, 4
"""What it costs to add a number by ``bincount``, by a sparse product, and to write one out, where adding row
to row costs 1 each."""
_MUCH, _AGAIN = 1 << 20, 4
"""A sparse product is for more numbers than this, and for rows that are added so many times each on average:
it copies all of them, and two threads must begin."""


def places(matrix: sp.csr_array) -> tuple[Places, Places]:
    """A sparse matrix's indptr and indices, as the integers they are: scipy's types leave that open."""
    return cast("Places", matrix.indptr), cast("Places", matrix.indices)


def products(people: Vectors, items: npt.NDArray[np.floating], chosen: npt.NDArray[np.integer]) -> Vectors:
    """(n, c) inner products of people (n, d) with their own rows ``chosen`` (n, c) of items (n_items, d).

    Few rows are gathered, so many at a time as stay in the processor's cache; where they would be more than
    the catalogue has, the whole product is cheaper.
    """
    if chosen.size < len(items):
        found, at_once = np.empty(chosen.shape), max(1, _NEAR // max(items.shape[1], 1))
        for person, own, said in zip(people, chosen, found, strict=True):
            for start in range(0, len(own), at_once):
                some = items[own[start : start + at_once]].astype(np.float64, copy=False)
                np.matmul(some, person, out=said[start : start + at_once])
        return found
    return np.take_along_axis(people @ items.T.astype(np.float64, copy=False), chosen, axis=1)


def mixtures(weights: sp.csr_array, items: npt.NDArray[np.floating]) -> Vectors:
    """(n, d) sums of the rows of items (n_items, d) by the weights (n, n_items) of each.

    Summed in the items' own precision, one row after the other, so that a person's sum does not depend on
    who else is asked about.
    """
    if weights.dtype != items.dtype:
        alike = (weights.data.astype(items.dtype), *places(weights)[::-1])
        weights = sp.csr_array(alike, shape=weights.shape)
    return np.asarray(weights @ items, np.float64)


def written_out(matrix: sp.csr_array, rows: npt.NDArray[np.integer]) -> Vectors:
    """(r, m) some rows of a sparse matrix (n, m), as an array; without the checks of a sparse selection."""
    entry, length = _entries_of(matrix, rows)
    found = np.zeros((len(rows), cast("tuple[int, int]", matrix.shape)[1]))
    found[np.repeat(np.arange(len(rows)), length), places(matrix)[1][entry]] = matrix.data[entry]
    return found


def entries(matrix: sp.csr_array, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]) -> Vectors:
    """(r, c) entries of a sparse matrix (n, m) in some rows and columns, of which none comes twice."""
    entry, length = _entries_of(matrix, rows)
    place = np.full(cast("tuple[int, int]", matrix.shape)[1], -1)
    place[columns] = np.arange(len(columns))
    column = place[places(matrix)[1][entry]]
    some = np.flatnonzero(column >= 0)
    found = np.zeros((len(rows), len(columns)))
    found[np.repeat(np.arange(len(rows)), length)[some], column[some]] = matrix.data[entry[some]]
    return found


def combined(weights: sp.csr_array, rows: sp.csr_array, columns: npt.NDArray[np.integer]) -> Vectors:
    """(n, c) weights (n, k) @ rows (k, m) in some columns, of which none comes twice."""
    (lines, chosen), (_, indices) = places(weights), places(rows)
    entry, length = _entries_of(rows, chosen)
    place = np.full(cast("tuple[int, int]", rows.shape)[1], -1)
    place[columns] = np.arange(len(columns))
    column = place[indices[entry]]
    some = np.flatnonzero(column >= 0)
    line = np.repeat(np.repeat(np.arange(len(lines) - 1), np.diff(lines)), length)[some]
    value = np.repeat(weights.data, length)[some] * rows.data[entry[some]]
    n, c = len(lines) - 1, len(columns)
    return np.asarray(np.bincount(line * c + column[some], value, n * c), np.float64).reshape(n, c)


def sums(weights: sp.csr_array, rows: sp.csr_array) -> Vectors:
    """(n, m) weights (n, k) @ rows (k, m), as an array.

    People are summed one at a time, and only their rows are read, unless the same rows come again and again:
    then a sparse product of all rows is quicker, in halves side by side; or one with rows written out, where
    they are anything but sparse. Each sum is of the same numbers in the same order.
    """
    (people, chosen), (indptr, column) = places(weights), places(rows)
    k, width = cast("tuple[int, int]", rows.shape)
    scattered = int((indptr[chosen + 1] - indptr[chosen]).sum())
    many = scattered > max(_MUCH, _AGAIN * rows.nnz)
    cost = (_MULTIPLIED if many else _SCATTERED) * scattered
    if k * width <= _MOST_CELLS and cost > (_WRITTEN * k + len(chosen)) * width:
        return np.asarray(weights @ rows.toarray(), np.float64)
    found = np.zeros((len(people) - 1, width))
    if many:
        _multiply(weights, rows, found)
        return found
    for person, (first, last) in enumerate(pairwise(people.tolist())):
        entry, length = _entries_of(rows, chosen[first:last])
        value = np.repeat(weights.data[first:last].astype(np.float64), length) * rows.data[entry]
        found[person] = np.bincount(column[entry], value, width)
    return found


def _multiply(weights: sp.csr_array, rows: sp.csr_array, out: Vectors) -> None:
    """The product into ``out``, by two threads, each with half of the weights, while scipy holds no lock."""
    rows = sp.csr_array(rows, dtype=out.dtype)
    half = int(np.searchsorted(places(weights)[0], weights.nnz // 2))

    def part(people: slice) -> None:
        (weights[people] @ rows).toarray(out=out[people])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(part, (slice(0, half), slice(half, None))))


def _entries_of(matrix: sp.csr_array, rows: npt.NDArray[np.integer]) -> tuple[Places, Places]:
    """Where the entries of some rows lie, row after row, and how many each row has."""
    indptr = places(matrix)[0]
    start = indptr[rows]
    length = indptr[rows + 1] - start
    before = np.cumsum(length) - length
    return np.arange(length.sum()) + np.repeat(start - before, length), length


def compact(matrix: sp.csr_array) -> sp.csr_array:
    """The matrix with float32 entries and 32-bit places: half the bytes to read, and to keep."""
    indptr, indices = places(matrix)
    if indptr[-1] > np.iinfo(np.int32).max:
        return sp.csr_array(matrix.astype(np.float32))
    small = (matrix.data.astype(np.float32), indices.astype(np.int32), indptr.astype(np.int32))
    return sp.csr_array(small, shape=matrix.shape)
