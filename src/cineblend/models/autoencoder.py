"""Autoencoder: linear variational autoencoders of sparse rows, trained and added up to one matrix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from cineblend.models.chosen import places

Weights = npt.NDArray[np.float32]

_CUTS, _MOST = 12, 500
"""Rows a step: a twelfth of all, up to so many, so that few people and many mean about as many steps."""
_MOST_STEPS = 1000
"""Of a net; where people are that many, not all are looked at as often as was asked."""
_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8
"""Adam's beta1, beta2 and epsilon."""
_NEAR = 1 << 15
"""Numbers that Adam works on at once: what it reads of them stays in the processor's cache."""


@dataclass(frozen=True)
class Learning:
    """How a net learns.

    Attributes:
        n_factors: d, the length of z.
        noise: deviation of z around its mean.
        kl_weight: what the squares of that mean weigh at the end of training; it rises from 0 in a line.
        dropout: share of the entries left out at each look at a row.
        learning_rate: of Adam.
        epochs: how often all rows are looked at.
    """

    n_factors: int
    noise: float
    kl_weight: float
    dropout: float
    learning_rate: float
    epochs: int


@dataclass(frozen=True, eq=False)
class Net:
    """logits = (x W + b) D + c.

    Attributes:
        into: W, (m, d).
        middle: b, (d,).
        out: D, (d, m).
        level: c, (m,).
    """

    into: Weights
    middle: Weights
    out: Weights
    level: Weights


def unit_rows(rows: sp.csr_array) -> sp.csr_array:
    """The rows as float32, each of length 1; an empty one stays empty."""
    n, _ = cast("tuple[int, int]", rows.shape)
    indptr, columns = places(rows)
    line = np.repeat(np.arange(n), np.diff(indptr))
    length = np.sqrt(np.bincount(line, np.square(rows.data), n))
    return sp.csr_array(((rows.data / length[line]).astype(np.float32), columns, indptr), rows.shape)


def learn(rows: sp.csr_array, learning: Learning, n_nets: int, seed: int) -> tuple[Weights, Weights]:
    """(m, m) B and (m,) level, where x B + level is the mean of the nets' logits for a row x of length 1.

    Args:
        rows: (n, m) what each person rated is worth, above 0; an empty row teaches nothing.
        learning: how.
        n_nets: how many, each with a seed of its own.
        seed: drives them all.
    """
    m = cast("tuple[int, int]", rows.shape)[1]
    told = sp.csr_array(rows[np.diff(places(rows)[0]) > 0])

    def trained(net: int) -> Net:
        return _train(told, learning, np.random.default_rng((seed, net)))

    # One BLAS thread a net: the same sums on every machine, and nets that do not wait for each other.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
        nets = list(pool.map(trained, range(n_nets)))
    matrix, level = np.zeros((m, m), np.float32), np.zeros(m, np.float32)
    for net in nets:
        matrix += net.into @ net.out
        level += net.middle @ net.out + net.level
    return matrix / np.float32(n_nets), level / np.float32(n_nets)


def _train(rows: sp.csr_array, learning: Learning, rng: np.random.Generator) -> Net:
    """A net that least wrongs sum_i -y_i log softmax(z D + c)_i + kl_weight |mean of z|^2 / 2, a row."""
    n, m = cast("tuple[int, int]", rows.shape)
    d = learning.n_factors
    net = Net(_beginning(m, d, rng), np.zeros(d, np.float32), _beginning(d, m, rng), np.zeros(m, np.float32))
    if not n:
        return net
    given, adam = unit_rows(rows), Adam((net.into, net.middle, net.out, net.level), learning.learning_rate)
    batch = min(-(-n // _CUTS), _MOST)
    steps = min(learning.epochs * -(-n // batch), _MOST_STEPS)
    order = np.empty(0, np.intp)
    for step in range(steps):
        if not len(order):
            order = rng.permutation(n)
        some, order = order[:batch], order[batch:]
        looked = _looked_at(given[some], learning.dropout, rng)
        noise = np.float32(learning.noise) * rng.standard_normal((len(some), d), np.float32)
        adam.step(slopes(net, looked, noise, rows[some].toarray(), learning.kl_weight * step / steps))
    return net


def slopes(
    net: Net, x: Weights, noise: Weights, told: npt.NDArray[np.floating], kl_weight: float
) -> tuple[Weights, Weights, Weights, Weights]:
    """What the mean wrong of some rows changes by for each of W, b, D and c.

    Args:
        net: as it is.
        x: (r, m) what the encoder is given.
        noise: (r, d) what is added to its answer.
        told: (r, m) y, what the decoder should tell.
        kl_weight: of the squares of the encoder's answer.
    """
    mean = x @ net.into + net.middle
    z = mean + noise
    wrong = z @ net.out + net.level
    wrong -= wrong.max(axis=1, keepdims=True)
    np.exp(wrong, out=wrong)
    y = told.astype(np.float32)
    wrong *= y.sum(axis=1, keepdims=True) / wrong.sum(axis=1, keepdims=True)
    wrong -= y
    wrong /= np.float32(len(x))
    back = wrong @ net.out.T + np.float32(kl_weight / len(x)) * mean
    return x.T @ back, back.sum(axis=0), z.T @ wrong, wrong.sum(axis=0)


class Adam:
    """Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1, in place."""

    def __init__(self, weights: tuple[Weights, ...], rate: float) -> None:
        self._weights, self._rate, self._steps = weights, rate, 0
        # The means over 1 - beta, so that a slope is added as it is.
        self._mean = [np.zeros_like(one) for one in weights]
        self._square = [np.zeros_like(one) for one in weights]

    def step(self, slopes: tuple[Weights, ...]) -> None:
        """Move every weight; the slopes are used up."""
        self._steps += 1
        first = (1 - _FIRST) / (1 - _FIRST**self._steps)
        second = np.sqrt((1 - _SECOND) / (1 - _SECOND**self._steps))
        rate, least = np.float32(self._rate * first / second), np.float32(_LEAST / second)
        for arrays in zip(self._weights, self._mean, self._square, slopes, strict=True):
            whole = [array.reshape(-1) for array in arrays]
            for start in range(0, len(whole[0]), _NEAR):
                weight, mean, square, slope = (array[start : start + _NEAR] for array in whole)
                mean *= np.float32(_FIRST)
                mean += slope
                square *= np.float32(_SECOND)
                slope *= slope
                square += slope
                np.sqrt(square, out=slope)
                slope += least
                np.divide(mean, slope, out=slope)
                slope *= rate
                weight -= slope


def _beginning(n: int, m: int, rng: np.random.Generator) -> Weights:
    """Evenly drawn within ±sqrt(6 / (n + m)): Glorot & Bengio, AISTATS 2010, equation 16."""
    return (rng.random((n, m), np.float32) * 2 - 1) * np.float32(np.sqrt(6 / (n + m)))


def _looked_at(rows: sp.csr_array, dropout: float, rng: np.random.Generator) -> Weights:
    """(r, m) the rows with a share of their entries left out, and the others the larger for it."""
    left = rng.random(rows.nnz, np.float32) >= np.float32(dropout)
    seen = (rows.data * left / np.float32(1 - dropout), rows.indices, rows.indptr)
    return sp.csr_array(seen, rows.shape).toarray()
