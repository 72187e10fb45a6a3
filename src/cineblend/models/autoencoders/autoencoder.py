"""Autoencoder: linear variational autoencoders of sparse rows, trained and added up to one matrix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.models.shared.sparse_products import places
from cineblend.one_blas_thread import one_blas_thread

Weights = npt.NDArray[np.float32]

_CUTS, MOST_A_STEP = 12, 500
"""Of all rows a twelfth a step, up to so many: hundreds of people and thousands mean as many steps."""
MOST_LOOKS = 500_000
"""Rows that a net looks at in all: where people are many, not each as often as was asked."""
_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8
"""Adam's beta1, beta2 and epsilon."""
N_AT_ONCE = 2
"""Nets that are trained side by side."""
_NEAR = 1 << 15
"""Numbers that Adam works on at once: what it reads of them stays in the processor's cache."""


class Learning(Protocol):
    """Hyper-parameters of a model of such nets."""

    @property
    def n_factors(self) -> int:
        """d, the length of z."""
        ...

    @property
    def noise(self) -> float:
        """Deviation of z around its mean."""
        ...

    @property
    def kl_weight(self) -> float:
        """What half the squares of that mean weigh when training ends; it rises from 0 in a line."""
        ...

    @property
    def dropout(self) -> float:
        """Share of the entries left out at each look at a row."""
        ...

    @property
    def learning_rate(self) -> float:
        """Of Adam."""
        ...

    @property
    def epochs(self) -> int:
        """How often all rows are looked at, if that is no more than ``MOST_LOOKS`` of them."""
        ...


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
    data = (rows.data / length[line]).astype(np.float32)
    return sp.csr_array((data, columns.copy(), indptr.copy()), rows.shape)


def learn(rows: sp.csr_array, learning: Learning, n_nets: int, seed: int) -> tuple[Weights, Weights]:
    """(m, m) B and (m,) level, where x B + level is the mean of the nets' logits for a row x of length 1.

    A column without an entry teaches nothing as input: its row of B is 0. Without any entry all is 0.

    Args:
        rows: (n, m) what each person rated is worth, above 0; an empty row teaches nothing.
        learning: how.
        n_nets: how many, each with a seed of its own.
        seed: drives them all.
    """
    m = cast("tuple[int, int]", rows.shape)[1]
    matrix, level = np.zeros((m, m), np.float32), np.zeros(m, np.float32)
    told = sp.csr_array(rows[np.diff(places(rows)[0]) > 0], dtype=np.float32)
    if not told.nnz:
        return matrix, level
    given = unit_rows(told)

    def trained(net: int) -> Net:
        return _train(told, given, learning, np.random.default_rng((seed, net)))

    # One BLAS thread a net: the same sums however many cores there are, and nets that do not wait.
    with one_blas_thread(), ThreadPoolExecutor(N_AT_ONCE) as pool:
        for net in pool.map(trained, range(n_nets)):
            matrix += net.into @ net.out
            level += net.middle @ net.out + net.level
    matrix[np.bincount(places(told)[1], minlength=m) == 0] = 0
    return matrix / np.float32(n_nets), level / np.float32(n_nets)


def _train(told: sp.csr_array, given: sp.csr_array, learning: Learning, rng: np.random.Generator) -> Net:
    """A net that makes sum_i -y_i log softmax(z D + c)_i + kl_weight |mean of z|^2 / 2 small, row by row.

    Args:
        told: (n, m) y, no row without an entry.
        given: (n, m) the same rows, of length 1.
        learning: how.
        rng: for beginnings, orders, what is left out, and noise.
    """
    n, m = cast("tuple[int, int]", told.shape)
    d = learning.n_factors
    net = Net(_beginning(m, d, rng), np.zeros(d, np.float32), _beginning(d, m, rng), np.zeros(m, np.float32))
    adam = Adam((net.into, net.middle, net.out, net.level), learning.learning_rate)
    cuts = max(min(_CUTS, n), -(-n // MOST_A_STEP))
    batch = -(-n // cuts)
    steps = min(learning.epochs * -(-n // batch), max(MOST_LOOKS // batch, 1))
    order = np.empty(0, np.intp)
    for step in range(steps):
        if not len(order):
            order = rng.permutation(n)
        some, order = order[:batch], order[batch:]
        looked = _looked_at(given[some], learning.dropout, rng)
        noise = np.float32(learning.noise) * rng.standard_normal((len(some), d), np.float32)
        adam.step(slopes(net, looked, noise, told[some].toarray(), learning.kl_weight * step / steps))
    return net


def slopes(
    net: Net, x: Weights, noise: Weights, told: Weights, kl_weight: float
) -> tuple[Weights, Weights, Weights, Weights]:
    """What the mean wrong of some rows changes by for each of W, b, D and c.

    Args:
        net: as it is.
        x: (r, m) what the encoder is given.
        noise: (r, d) what is added to its answer.
        told: (r, m) y, what the decoder should tell.
        kl_weight: of half the squares of the encoder's answer.
    """
    mean = x @ net.into + net.middle
    z = mean + noise
    wrong = z @ net.out + net.level
    wrong -= wrong.max(axis=1, keepdims=True)
    np.exp(wrong, out=wrong)
    wrong *= told.sum(axis=1, keepdims=True) / wrong.sum(axis=1, keepdims=True)
    wrong -= told
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

    def step(self, found: tuple[Weights, ...]) -> None:
        """Move every weight by the slopes found for it, which are used up; all are in C order."""
        self._steps += 1
        first = (1 - _FIRST) / (1 - _FIRST**self._steps)
        second = np.sqrt((1 - _SECOND) / (1 - _SECOND**self._steps))
        rate, least = np.float32(self._rate * first / second), np.float32(_LEAST / second)
        for arrays in zip(self._weights, self._mean, self._square, found, strict=True):
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
