"""Least squares: the vector that fits each history best, everybody's at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.models.shared.sparse_products import mixtures, places

Factors = npt.NDArray[np.float64]

_CELLS = 1 << 22
"""Numbers multiplied out at once: 32 MiB."""


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
        base: (d, d) what everyone's left side has in it.
        ridge: (n,) what each one's diagonal has beside it; None for nothing.
    """
    n, d = wanted.shape
    indptr, indices = places(weights)
    used, at = np.unique(indices, return_inverse=True)
    few = sp.csr_array((weights.data, at, indptr), shape=(n, len(used)))
    chosen = vectors[used]
    gram = np.empty((n, d, d))
    # A sum over a history of outer products is a row of sparse @ dense; a few columns of them at a time.
    width = max(1, _CELLS // max(1, len(used) * d))
    for start in range(0, d, width):
        some = slice(start, start + width)
        outer = chosen[:, some, None] * chosen[:, None]
        flat = outer.reshape(len(used), outer.shape[1] * d)
        gram[:, some] = mixtures(few, flat).reshape(n, outer.shape[1], d)
    gram += base
    if ridge is not None:
        gram[:, np.arange(d), np.arange(d)] += ridge[:, None]
    return np.asarray(np.linalg.solve(gram, wanted[:, :, None])[:, :, 0], np.float64)
