"""Autoencoder: linear variational autoencoders of sparse rows, trained and summed into one matrix."""

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
"""A batch has a twelfth of all rows, up to this many: small and large data then take as many steps."""
MOST_LOOKS = 500_000
"""Largest number of rows that a net is trained on, with repetitions; many rows get fewer epochs."""
_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8
"""Adam's beta1, beta2 and epsilon."""
N_AT_ONCE = 2
"""Number of nets trained in parallel."""
_NEAR = 1 << 15
"""Numbers that Adam processes at once, so that its arrays stay in the processor's cache."""


class Learning(Protocol):
    """Hyper-parameters of a model of these nets."""

    @property
    def n_factors(self) -> int:
        """d, the length of z."""
        ...

    @property
    def noise(self) -> float:
        """Standard deviation of z around its mean."""
        ...

    @property
    def kl_weight(self) -> float:
        """Weight of half the squared mean of z at the end of training; it rises linearly from 0."""
        ...

    @property
    def dropout(self) -> float:
        """Share of a row's entries that is left out each time."""
        ...

    @property
    def learning_rate(self) -> float:
        """Learning rate of Adam."""
        ...

    @property
    def epochs(self) -> int:
        """Number of passes over all rows, if this is no more than ``MOST_LOOKS`` rows."""
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
    """The rows as float32, scaled to length 1; an empty row stays empty."""
    n, _ = cast("tuple[int, int]", rows.shape)
    indptr, columns = places(rows)
    row = np.repeat(np.arange(n), np.diff(indptr))
    length = np.sqrt(np.bincount(row, np.square(rows.data), n))
    data = (rows.data / length[row]).astype(np.float32)
    return sp.csr_array((data, columns.copy(), indptr.copy()), rows.shape)


def learn(rows: sp.csr_array, learning: Learning, n_nets: int, seed: int) -> tuple[Weights, Weights]:
    """(m, m) B and (m,) level; x B + level is the mean of the nets' logits for a row x of length 1.

    The row of B is 0 for a column without entries. Without any entry, B and the level are 0.

    Args:
        rows: (n, m) grades above 0; empty rows are ignored.
        learning: the hyper-parameters.
        n_nets: number of nets, each with its own seed.
        seed: seed of all nets.
    """
    m = cast("tuple[int, int]", rows.shape)[1]
    matrix, level = np.zeros((m, m), np.float32), np.zeros(m, np.float32)
    targets = sp.csr_array(rows[np.diff(places(rows)[0]) > 0], dtype=np.float32)
    if not targets.nnz:
        return matrix, level
    given = unit_rows(targets)

    def trained(net: int) -> Net:
        return _train(targets, given, learning, np.random.default_rng((seed, net)))

    # One BLAS thread for each net: sums do not depend on the number of cores, and nets do not wait.
    with one_blas_thread(), ThreadPoolExecutor(N_AT_ONCE) as pool:
        for net in pool.map(trained, range(n_nets)):
            matrix += net.into @ net.out
            level += net.middle @ net.out + net.level
    matrix[np.bincount(places(targets)[1], minlength=m) == 0] = 0
    return matrix / np.float32(n_nets), level / np.float32(n_nets)


def _train(targets: sp.csr_array, given: sp.csr_array, learning: Learning, rng: np.random.Generator) -> Net:
    """Train a net to minimise sum_i -y_i log softmax(z D + c)_i + kl_weight |mean of z|^2 / 2 over the rows.

    Args:
        targets: (n, m) y, without empty rows.
        given: (n, m) the same rows, scaled to length 1.
        learning: the hyper-parameters.
        rng: draws initial weights, batches, dropout and noise.
    """
    n, m = cast("tuple[int, int]", targets.shape)
    d = learning.n_factors
    net = Net(_initial(m, d, rng), np.zeros(d, np.float32), _initial(d, m, rng), np.zeros(m, np.float32))
    adam = Adam((net.into, net.middle, net.out, net.level), learning.learning_rate)
    cuts = max(min(_CUTS, n), -(-n // MOST_A_STEP))
    batch = -(-n // cuts)
    steps = min(learning.epochs * -(-n // batch), max(MOST_LOOKS // batch, 1))
    order = np.empty(0, np.intp)
    for step in range(steps):
        if not len(order):
            order = rng.permutation(n)
        rows, order = order[:batch], order[batch:]
        x = _with_dropout(given[rows], learning.dropout, rng)
        noise = np.float32(learning.noise) * rng.standard_normal((len(rows), d), np.float32)
        adam.step(slopes(net, x, noise, targets[rows].toarray(), learning.kl_weight * step / steps))
    return net


def slopes(
    net: Net, x: Weights, noise: Weights, targets: Weights, kl_weight: float
) -> tuple[Weights, Weights, Weights, Weights]:
    """Gradients of the mean loss of some rows by W, b, D and c.

    Args:
        net: the net.
        x: (r, m) inputs of the encoder.
        noise: (r, d) noise added to the encoder's output.
        targets: (r, m) y, the targets of the decoder.
        kl_weight: weight of half the squares of the encoder's output.
    """
    mean = x @ net.into + net.middle
    z = mean + noise
    error = z @ net.out + net.level
    error -= error.max(axis=1, keepdims=True)
    np.exp(error, out=error)
    error *= targets.sum(axis=1, keepdims=True) / error.sum(axis=1, keepdims=True)
    error -= targets
    error /= np.float32(len(x))
    back = error @ net.out.T + np.float32(kl_weight / len(x)) * mean
    return x.T @ back, back.sum(axis=0), z.T @ error, error.sum(axis=0)


class Adam:
    """Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1, in place."""

    def __init__(self, weights: tuple[Weights, ...], rate: float) -> None:
        self._weights, self._rate, self._steps = weights, rate, 0
        # The means are stored divided by 1 - beta, so that a gradient is added unscaled.
        self._mean = [np.zeros_like(weight) for weight in weights]
        self._square = [np.zeros_like(weight) for weight in weights]

    def step(self, gradients: tuple[Weights, ...]) -> None:
        """Update every weight by its gradient, and overwrite the gradients; all are in C order."""
        self._steps += 1
        first = (1 - _FIRST) / (1 - _FIRST**self._steps)
        second = np.sqrt((1 - _SECOND) / (1 - _SECOND**self._steps))
        rate, least = np.float32(self._rate * first / second), np.float32(_LEAST / second)
        for arrays in zip(self._weights, self._mean, self._square, gradients, strict=True):
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


def _initial(n: int, m: int, rng: np.random.Generator) -> Weights:
    """Uniformly drawn within ±sqrt(6 / (n + m)): Glorot & Bengio, AISTATS 2010, equation 16."""
    return (rng.random((n, m), np.float32) * 2 - 1) * np.float32(np.sqrt(6 / (n + m)))


def _with_dropout(rows: sp.csr_array, dropout: float, rng: np.random.Generator) -> Weights:
    """(r, m) the rows with a share of their entries set to 0 and the others scaled up."""
    left = rng.random(rows.nnz, np.float32) >= np.float32(dropout)
    seen = (rows.data * left / np.float32(1 - dropout), rows.indices, rows.indptr)
    return sp.csr_array(seen, rows.shape).toarray()
