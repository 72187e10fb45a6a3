"""Strongest: cosine similarities of sparse rows, and the largest entries of each row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.models.shared.sparse_products import places

_ENTRIES = 1 << 22
"""Number of entries of sparse rows that are sorted at once."""

Similarities = npt.NDArray[np.float64]


def cosines(left: sp.csr_array, right: sp.csr_array, shrinkage: float) -> Similarities:
    """(p, q) a·b / (|a| |b| + shrinkage) of the rows a of ``left`` and b of ``right``; 0 for an empty row.

    Shrinkage lowers the similarity of rows with few entries, whose high similarities are due to chance.
    """
    similar = (left @ right.T).toarray()
    scale = _norms(left)[:, None] * _norms(right) + shrinkage
    return np.divide(similar, scale, out=similar, where=scale > 0)


def nearest(similar: Similarities, k: int) -> sp.csr_array:
    """(p, q) the k largest entries of each row, if they are above 0."""
    p, q = similar.shape
    if k < q:
        at = np.argpartition(similar, q - k, axis=1)[:, q - k :]
    else:
        at = np.broadcast_to(np.arange(q), (p, q))
    value = np.take_along_axis(similar, at, axis=1)
    row = np.broadcast_to(np.arange(p)[:, None], at.shape)
    keep = value > 0
    return sp.csr_array((value[keep], (row[keep], at[keep])), shape=(p, q))


def strongest(rows: sp.csr_array, k: int) -> sp.csr_array:
    """(p, q) the k largest entries of each sparse row; the lower column wins a tie."""
    indptr, indices = places(rows)
    value = np.asarray(rows.data, np.float64)
    kept: list[npt.NDArray[np.intp]] = []
    start, p = 0, len(indptr) - 1
    while start < p:
        stop = max(start + 1, int(np.searchsorted(indptr, indptr[start] + _ENTRIES, side="right")) - 1)
        length = np.diff(indptr[start : stop + 1])
        row = np.repeat(np.arange(len(length)), length)
        at = np.arange(indptr[start], indptr[stop])
        at = at[np.lexsort((indices[at], -value[at], row))]
        within = np.arange(len(at)) - np.repeat(np.cumsum(length) - length, length)
        kept.append(np.sort(at[within < k]))
        start = stop
    chosen = np.concatenate([np.empty(0, np.intp), *kept])
    count = np.minimum(np.diff(indptr), k)
    found = (value[chosen], indices[chosen], np.concatenate([[0], np.cumsum(count)]))
    return sp.csr_array(found, shape=rows.shape)


def _norms(rows: sp.csr_array) -> Similarities:
    return np.sqrt(np.asarray((rows * rows).sum(axis=1), np.float64))
