"""The mathematics of a projection: a start in closed form, then a leave-one-out softmax by Adam.

An item's vector is v_i = (x_i A) / |x_i A|, where x_i is its text's vector, centred, with a 1 appended.

The start minimises the spectral contrastive loss (HaoChen et al., 2021, arXiv:2106.04156), whose
linear minimiser is an eigenproblem: with C the second moment of x over all items and D that of two
different items rated by one user, the directions are the top eigenvectors of C^-1/2 D C^-1/2. The
negatives are drawn evenly, so what tells a much rated film from a little rated one is learned too.

The steps then fit the score a user's profile gives. As in ELSA (Vančura et al., 2022, "Scalable Linear
Shallow Autoencoder for Collaborative Filtering"), whose item vectors beeFormer (Vančura et al., 2024,
arXiv:2409.10309) computes from text, a rated item's own part is taken out of its score:

    s_ui = (sum_j w_uj v_j v_i - w_ui) / (1 - w_ui),    sum_j w_uj = 1.

The loss is the multinomial likelihood (Liang et al., 2018, arXiv:1802.05814) in place of ELSA's
squared error: minus the mean over ratings of log softmax_i(beta s_ui), plus a pull to the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

if TYPE_CHECKING:
    from cineblend.text.projection import ProjectionConfig

Single = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]

USERS_PER_BLOCK = 8192
"""Users whose sums of vectors are held at once."""
LEAST_LEFT = 1e-3
"""The least share of a profile that is left to divide by when an item is taken out."""
SMALLEST_EIGENVALUE = 1e-6
"""Directions of no or negative co-rating start this small, and may grow."""
DECAY = (0.9, 0.999)
"""Adam's two rates of forgetting (Kingma and Ba, 2015)."""


def fit_map(vectors: Single, weights: sp.csr_array, config: ProjectionConfig) -> tuple[Single, Single]:
    """Learn the (d, dimension) matrix and the (dimension,) offset.

    Args:
        vectors: (n, d), one row a rated item.
        weights: (users, n) share of an item in a user's profile, up to a factor; every user has two
            or more.
        config: hyper-parameters.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    inputs = np.hstack([vectors - mean, np.ones((len(vectors), 1))])
    basis, start = _start(inputs, weights, config)
    learned = _descend((inputs @ basis).astype(np.float32), weights, start.astype(np.float32), config)
    whole = basis @ learned.astype(np.float64)
    matrix = whole[:-1]
    return matrix.astype(np.float32), (whole[-1] - mean @ matrix).astype(np.float32)


def _start(inputs: Double, weights: sp.csr_array, config: ProjectionConfig) -> tuple[Double, Double]:
    """The basis to learn in, (d + 1, d + 1), and the spectral solution in it, (d + 1, dimension)."""
    variance, axes = np.linalg.eigh(inputs.T @ inputs / len(inputs) + config.ridge * np.eye(inputs.shape[1]))
    whitener = axes / np.sqrt(variance) @ axes.T
    value, direction = np.linalg.eigh(whitener @ _pair_moment(inputs, weights) @ whitener)
    top = np.argsort(-value, kind="stable")[: config.dimension]
    scale = np.maximum(value[top], SMALLEST_EIGENVALUE) ** config.spectral_power
    basis = axes / variance ** (config.whitening / 2) @ axes.T
    start = np.linalg.solve(basis, whitener @ direction[:, top] * scale)
    lengths = np.linalg.norm(inputs @ basis @ start, axis=1)
    return basis, start / np.sqrt(np.mean(lengths**2))


def _pair_moment(inputs: Double, weights: sp.csr_array) -> Double:
    """(d + 1, d + 1) mean of x_i x_j' over ordered pairs of different items rated by one user.

    A user counts by the square root of how many items they rated.
    """
    count = np.diff(weights.indptr).astype(np.float64)
    per_pair = np.sqrt(count) / (count * (count - 1))
    rated = sp.csr_array((np.ones(weights.nnz), weights.indices, weights.indptr), shape=weights.shape)
    moment = -(inputs * (rated.T @ per_pair)[:, None]).T @ inputs
    for first in range(0, len(count), USERS_PER_BLOCK):
        block = slice(first, first + USERS_PER_BLOCK)
        sums = rated[block] @ inputs
        moment += (sums * per_pair[block, None]).T @ sums
    return moment / np.sqrt(count).sum()


def _descend(inputs: Single, weights: sp.csr_array, start: Single, config: ProjectionConfig) -> Single:
    """Adam on random items and users; the learning rate falls linearly to 0."""
    found = start.copy()
    mean, square = np.zeros_like(found), np.zeros_like(found)
    batches = _batches(weights, len(inputs), config)
    for step in range(config.steps):
        items, part = next(batches)
        gradient = 2 * config.pull * (found - start)
        if part.nnz:
            slope = loss_and_gradient(inputs[items], part, found, config.inverse_temperature)[1]
            gradient += slope.astype(np.float32, copy=False)
        mean = DECAY[0] * mean + (1 - DECAY[0]) * gradient
        square = DECAY[1] * square + (1 - DECAY[1]) * gradient**2
        direction = mean / (1 - DECAY[0] ** (step + 1))
        spread = np.sqrt(square / (1 - DECAY[1] ** (step + 1))) + 1e-8
        found -= config.learning_rate * (1 - step / config.steps) * direction / spread
    return found


def _batches(
    weights: sp.csr_array, n_items: int, config: ProjectionConfig
) -> Iterator[tuple[npt.NDArray[np.intp], sp.csr_array]]:
    """Endless (items, weights of users with two or more of them), items dealt from a shuffled deck."""
    rng = np.random.default_rng(config.seed)
    columns = weights.tocsc()
    deck = np.empty(0, np.intp)
    while True:
        if config.items_per_step >= n_items:
            items = np.arange(n_items)
        else:
            if len(deck) < config.items_per_step:
                deck = rng.permutation(n_items)
            items, deck = np.sort(deck[: config.items_per_step]), deck[config.items_per_step :]
        part = columns[:, items].tocsr()
        users = np.flatnonzero(np.diff(part.indptr) > 1)
        if len(users) > config.users_per_step:
            users = np.sort(rng.permutation(users)[: config.users_per_step])
        yield items, part[users]


def loss_and_gradient(
    inputs: npt.NDArray[np.floating], weights: sp.csr_array, mapped_by: npt.NDArray[np.floating], beta: float
) -> tuple[float, npt.NDArray[np.floating]]:
    """The leave-one-out softmax loss, without the pull, and its gradient.

    Args:
        inputs: (n, d) one row an item.
        weights: (users, n) profile weights, at least two a user; scaled to sum 1 here.
        mapped_by: (d, dimension) the map.
        beta: inverse temperature.
    """
    kind = mapped_by.dtype
    share = weights.toarray().astype(kind)
    target = (share > 0).astype(kind) / weights.nnz
    share /= share.sum(axis=1, keepdims=True)
    left = np.maximum(1 - share, LEAST_LEFT)
    mapped = inputs @ mapped_by
    length = np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), np.finfo(kind).tiny)
    vectors = mapped / length
    profiles = share @ vectors
    logits = beta * (profiles @ vectors.T - share) / left
    logits -= logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    total = odds.sum(axis=1, keepdims=True)
    loss = float(-(target * (logits - np.log(total))).sum())
    error = beta * (odds / total * target.sum(axis=1, keepdims=True) - target) / left
    by_profile = error @ vectors
    by_vector = error.T @ profiles + share.T @ by_profile
    by_mapped = (by_vector - vectors * (by_vector * vectors).sum(axis=1, keepdims=True)) / length
    return loss, inputs.T @ by_mapped
