"""Remembered: products with a matrix that is costly to multiply by, whose rows are kept once made."""

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
"""Rows of an x that are few: those of people who ask now, not of everyone who is judged."""
_MOST_BYTES = 32 << 20
"""What the kept rows of one matrix may take."""
_WORTH_KEEPING = 200
"""Fewer rows than these, of a very wide matrix, would be asked for too seldom to be worth making."""
_MOST_NEW = 64
"""Rows that are made beside a product at most, however many people ask together."""
_ADDED = 4
"""Up to so many people a row, adding rows where they lie is cheaper than copying them side by side."""


class Remembered:
    """x M for a matrix M that is known by its products alone; its most recently used rows are kept.

    People come again with nearly the history they came with before, and with films that others rated too: a
    product with M reads all that M is made of, a sum of kept rows only those. Where rows are missing, a few
    of them are made and kept, and the rest of x goes the long way, in the same product.

    Threads may share one.

    Args:
        product: (k, m) x M of a sparse x (k, n).
        shape: (n, m) of M.
        dtype: of what ``product`` gives.
        new_rows: how many a person are made beside a product: each makes it dearer now and cheaper the
            next time.
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
        """(k, m) x M of x (k, n) with no column twice in a row; one of many rows goes the long way whole."""
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
            # What is longer than the memory would push its own rows out again, and everybody's.
            at_most = 0 if len(used) > self._most else min(self._new_rows * k, _MOST_NEW)
            new = new[np.argsort(-count[new], kind="stable")[:at_most]]
            missing[new] = False
            found, made = self._the_long_way(weights, used, missing, new)
            for position, row in zip(new.tolist(), made, strict=True):
                rows[position] = row
        near = weights[:, ~missing].astype(self._dtype, copy=False)
        _add(found, near, [row for row in rows if row is not None])
        return found

    def rows(self, at: Places) -> Row:
        """(k, m) rows of M, of which none is asked for twice; those that are not kept are made."""
        rows = self.known(at)
        new = np.flatnonzero([row is None for row in rows])
        if len(new):
            nothing = np.zeros((0, len(at)))
            made = self._the_long_way(nothing, at, np.zeros(len(at), bool), new)[1]
            for position, row in zip(new.tolist(), made, strict=True):
                rows[position] = row
        return np.stack([row for row in rows if row is not None]) if rows else np.zeros((0, self._m))

    def known(self, at: Places) -> list[Row | None]:
        """The rows of M that are kept, None for others."""
        found: list[Row | None] = []
        with self._lock:
            for position in at.tolist():
                row = self._kept.get(position)
                if row is not None:
                    self._kept.move_to_end(position)
                found.append(row)
        return found

    def _the_long_way(
        self, weights: npt.NDArray[np.float64], used: Places, missing: npt.NDArray[np.bool_], new: Places
    ) -> tuple[Row, list[Row]]:
        """(k, m) the product with what has no row, and the new rows, which are kept."""
        far = np.flatnonzero(missing)
        asked = np.zeros(((len(weights) if len(far) else 0) + len(new), len(far) + len(new)))
        if len(far):
            asked[: len(weights), : len(far)] = weights[:, far]
        asked[len(asked) - len(new) :, len(far) :] = np.eye(len(new))
        row, column = np.nonzero(asked)
        position = used[np.concatenate([far, new])][column]
        shape = (len(asked), self._n)
        found = self._product(sp.csr_array((asked[row, column], (row, position)), shape=shape))
        made = [one.copy() for one in found[len(asked) - len(new) :]]
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
    for person, own in enumerate(weights):
        total = found[person]
        for at in np.flatnonzero(own).tolist():
            total = add(rows[at], total, a=own[at])
        found[person] = total
