"""Chosen: products with vectors of items that read only the items that are asked about."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Vectors = npt.NDArray[np.float64]


def products(people: Vectors, items: Vectors, chosen: npt.NDArray[np.integer]) -> Vectors:
    """(n, c) inner products of people (n, d) with their own rows ``chosen`` (n, c) of items (n_items, d).

    Few rows are gathered; where that would be more than the catalogue has, the whole product is cheaper.
    """
    if chosen.size < len(items):
        return np.einsum("nd,ncd->nc", people, items[chosen])
    return np.take_along_axis(people @ items.T, chosen, axis=1)


def mixtures(weights: sp.csr_array, items: npt.NDArray[np.floating]) -> Vectors:
    """(n, d) sums of the rows of items (n_items, d) by the weights (n, n_items) of each."""
    used, at = np.unique(weights.indices, return_inverse=True)
    few = sp.csr_array((weights.data, at, weights.indptr), shape=(len(weights.indptr) - 1, len(used)))
    return few @ items[used].astype(np.float64, copy=False)
