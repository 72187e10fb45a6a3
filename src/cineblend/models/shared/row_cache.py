"""Remembered: products with an expensive matrix, with a cache of its rows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import get_blas_funcs

from cineblend.models.shared.sparse_products import places

Row = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.intp]

FEW = 64
"""Largest number of rows of x that use the cache: requests have few rows, evaluations many."""
_MOST_BYTES = 32 << 20
"""Size of the cache of one matrix."""
_WORTH_KEEPING = 200
"""A cache of fewer rows (of a very wide matrix) would seldom be hit, so it is not used."""
_MOST_NEW = 64
"""Largest number of new rows computed in one product."""
_ADDED = 4
"""Up to this many users for each row, adding rows in place is cheaper than copying them into one matrix."""


class Remembered:
    """x M for a matrix M that is known only by its products, with a cache of the last used rows of M.

    Users come again with nearly the same history, and different users share items. A product with M reads
    all its data; a sum of cached rows reads only these rows. If rows are missing, a few of them are computed
    and cached, and one product handles them and the rest of x.

    Threads may share one cache.

    Args:
        product: (k, m) x M of a sparse x (k, n).
        shape: (n, m) of M.
        dtype: dtype of the result of ``product``.
        new_rows: number of new rows computed for each user; more make this product slower and later ones
            faster.
    """

    def __init__(
        self,
        product: Callable[[sp.csr_array], Row],
        shape: tuple[int, int],
        dtype: type[np.floating[Any]] = np.float64,
        new_rows: int = 4,
    ) -> None:
        self._product, self._dtype, self._new_rows = product, dtype, new_rows
        self._n, self._m = shape
        self._most = max(_MOST_BYTES // max(np.dtype(dtype).itemsize * self._m, 1), 1)
        self._kept: OrderedDict[int, Row] = OrderedDict()
        self._lock = Lock()

    def times(self, x: sp.csr_array) -> Row:
        """(k, m) x M of x (k, n), without a column twice in a row; x of many rows does not use the cache."""
        indptr, indices = places(x)
        k = len(indptr) - 1
        if not 0 < k <= FEW or self._most < _WORTH_KEEPING:
            return self._product(x)
        used, at, count = np.unique(indices, return_inverse=True, return_counts=True)
        rows = self.known(used)
        missing = np.array([row is None for row in rows], bool)
        weights = np.zeros((k, len(used)))
        weights[np.repeat(np.arange(k), np.diff(indptr)), at] = x.data
        found = np.zeros((k, self._m), self._dtype)
        if missing.any():
            new = np.flatnonzero(missing)
            # A history longer than the cache would evict its own rows and all others.
            at_most = 0 if len(used) > self._most else min(self._new_rows * k, _MOST_NEW)
            new = new[np.argsort(-count[new], kind="stable")[:at_most]]
            missing[new] = False
            found, made = self._uncached(weights, used, missing, new)
            for position, row in zip(new.tolist(), made, strict=True):
                rows[position] = row
        cached = weights[:, ~missing].astype(self._dtype, copy=False)
        _add(found, cached, [row for row in rows if row is not None])
        return found

    def rows(self, at: Places) -> Row:
        """(k, m) distinct rows of M; rows that are not in the cache are computed."""
        rows = self.known(at)
        new = np.flatnonzero([row is None for row in rows])
        if len(new):
            nothing = np.zeros((0, len(at)))
            made = self._uncached(nothing, at, np.zeros(len(at), bool), new)[1]
            for position, row in zip(new.tolist(), made, strict=True):
                rows[position] = row
        return np.stack([row for row in rows if row is not None]) if rows else np.zeros((0, self._m))

    def known(self, at: Places) -> list[Row | None]:
        """The rows of M that are in the cache, None for others."""
        found: list[Row | None] = []
        with self._lock:
            for position in at.tolist():
                row = self._kept.get(position)
                if row is not None:
                    self._kept.move_to_end(position)
                found.append(row)
        return found

    def _uncached(
        self, weights: npt.NDArray[np.float64], used: Places, missing: npt.NDArray[np.bool_], new: Places
    ) -> tuple[Row, list[Row]]:
        """(k, m) product with the missing rows, and the new rows, which are added to the cache."""
        far = np.flatnonzero(missing)
        left = np.zeros(((len(weights) if len(far) else 0) + len(new), len(far) + len(new)))
        if len(far):
            left[: len(weights), : len(far)] = weights[:, far]
        left[len(left) - len(new) :, len(far) :] = np.eye(len(new))
        row, column = np.nonzero(left)
        position = used[np.concatenate([far, new])][column]
        shape = (len(left), self._n)
        found = self._product(sp.csr_array((left[row, column], (row, position)), shape=shape))
        made = [made_row.copy() for made_row in found[len(left) - len(new) :]]
        with self._lock:
            self._kept.update(zip(used[new].tolist(), made, strict=True))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        rest = found[: len(weights)] if len(far) else np.zeros((len(weights), self._m), self._dtype)
        return rest, made


def _add(found: Row, weights: Row, rows: list[Row]) -> None:
    """Add weights (k, r) @ rows (r, m) to found (k, m)."""
    if np.count_nonzero(weights) > _ADDED * len(rows):
        found += weights @ np.stack(rows)
        return
    add: Any = get_blas_funcs("axpy", dtype=found.dtype)
    for user, own in enumerate(weights):
        total = found[user]
        for at in np.flatnonzero(own).tolist():
            total = add(rows[at], total, a=own[at])
        found[user] = total
