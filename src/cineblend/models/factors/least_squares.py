"""Least squares: the vectors that fit the histories best, for all users at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.models.shared.sparse_products import mixtures, places

Factors = npt.NDArray[np.float64]

_CELLS = 1 << 22
"""Size of the outer products computed at once: 32 MiB."""


def least_squares(
    wanted: Factors,
    weights: sp.csr_array,
    vectors: Factors,
    base: Factors,
    ridge: npt.NDArray[np.float64] | None = None,
) -> Factors:
    """(n, d) x_u that solve (base + sum of w_ui v_i v_i' over u's history + ridge_u I) x_u = wanted_u.

    Args:
        wanted: (n, d) right sides.
        weights: (n, k) w_ui where there is a rating.
        vectors: (k, d) v_i.
        base: (d, d) term of every left side.
        ridge: (n,) term of each left side's diagonal; None for 0.
    """
    n, d = wanted.shape
    indptr, indices = places(weights)
    used, at = np.unique(indices, return_inverse=True)
    few = sp.csr_array((weights.data, at, indptr), shape=(n, len(used)))
    chosen = vectors[used]
    gram = np.empty((n, d, d))
    # A sum of outer products over a history is a row of sparse @ dense; some of its columns at a time.
    width = max(1, _CELLS // max(1, len(used) * d))
    for start in range(0, d, width):
        part = slice(start, start + width)
        outer = chosen[:, part, None] * chosen[:, None]
        flat = outer.reshape(len(used), outer.shape[1] * d)
        gram[:, part] = mixtures(few, flat).reshape(n, outer.shape[1], d)
    gram += base
    if ridge is not None:
        gram[:, np.arange(d), np.arange(d)] += ridge[:, None]
    return np.asarray(np.linalg.solve(gram, wanted[:, :, None])[:, :, 0], np.float64)
