"""Fit a projection: one eigenproblem, solved in closed form.

An item's vector is v_i = A' x_i, where x_i is its text's vector, centred over the rated items, with a 1
appended. The map minimises the spectral contrastive loss (HaoChen et al., 2021, arXiv:2106.04156)

    L(A) = -2 E[v_i . v_j] + E[(v_i . v_k)^2],

where i and j are two different items rated by one user, and i and k any two rated items. The minimum of a
linear map is known. Let C be the second moment of x over the rated items and D that of the pairs, both
(d + 1, d + 1). Let U, s be the leading eigenvectors and eigenvalues of C^-1/2 D C^-1/2. Then

    A = C^-1/2 U s^p,    p = 1/2 at the minimum.

C includes a ridge. With p = 0 and all directions, v_i . v_j = x_i' C^-1 x_j, so a user's score is that of a
ridge regression from the texts to the user's ratings. Between the two, p trades directions shared by many
users against directions shared by few.

No v is scaled to unit length. The k above are drawn uniformly, so that the length of a vector also learns how
often an item is rated.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Single = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]

USERS_PER_BLOCK = 8192
"""Users whose sums of vectors are in memory at once."""
SMALLEST_EIGENVALUE = 1e-6
"""Lower limit of an eigenvalue; a direction without co-rating has one of 0 or less."""


def fit_map(
    vectors: Single, rated: sp.csr_array, *, dimension: int, ridge: float, spectral_power: float
) -> tuple[Single, Single]:
    """Learn the (d, dimension) matrix and the (dimension,) offset.

    The mean squared length of the mapped ``vectors`` is 1; rankings do not depend on this scale.

    Args:
        vectors: (n, d), one row per rated item.
        rated: (users, n) 1 where a user rated an item; every user has two or more.
        dimension: see ``ProjectionConfig``.
        ridge: see ``ProjectionConfig``.
        spectral_power: see ``ProjectionConfig``.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    inputs = np.hstack([vectors - mean, np.ones((len(vectors), 1))])
    variance, axes = np.linalg.eigh(inputs.T @ inputs / len(inputs) + ridge * np.eye(inputs.shape[1]))
    whitener = axes / np.sqrt(variance) @ axes.T
    value, direction = np.linalg.eigh(whitener @ pair_moment(inputs, rated) @ whitener)
    top = np.argsort(-value, kind="stable")[:dimension]
    scale = np.maximum(value[top], SMALLEST_EIGENVALUE) ** spectral_power
    whole = whitener @ direction[:, top] * scale
    whole /= np.sqrt(np.mean(np.square(inputs @ whole).sum(axis=1)))
    matrix = whole[:-1]
    return matrix.astype(np.float32), (whole[-1] - mean @ matrix).astype(np.float32)


def pair_moment(inputs: Double, rated: sp.csr_array) -> Double:
    """(d, d) mean of x_i x_j' over ordered pairs of different items rated by one user.

    A user's weight is the square root of the number of their ratings.

    Args:
        inputs: (n, d) one row per item.
        rated: (users, n) 1 where a user rated an item; every user has two or more.
    """
    count = np.diff(rated.indptr).astype(np.float64)
    per_pair = np.sqrt(count) / (count * (count - 1))
    moment = -(inputs * (rated.T @ per_pair)[:, None]).T @ inputs
    for first in range(0, len(count), USERS_PER_BLOCK):
        block = slice(first, first + USERS_PER_BLOCK)
        sums = rated[block] @ inputs
        moment += (sums * per_pair[block, None]).T @ sums
    return moment / np.sqrt(count).sum()
