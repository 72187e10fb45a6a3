"""Normalisers: put the scores of different recommenders on one scale, separately for each user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from cineblend.models.base import Scores

Normaliser = Literal["minmax", "zscore", "rank", "reciprocal-rank"]
Normalise = Callable[[Scores, Scores], Scores]
"""(reference, values) -> values on the scale that each row of reference sets; NaN stays NaN.

reference: (n, n_items) with NaN outside the population. values: (n, any width).
"""

RECIPROCAL_RANK_OFFSET = 60.0
"""Added to every rank, so that the first few do not outweigh all others; the value of the paper."""


def minmax(reference: Scores, values: Scores) -> Scores:
    """(v - min) / (max - min) of the row's reference.

    A constant reference only shifts its value to 0, and an empty one changes nothing. The order of the
    values stays.
    """
    origin, span = minmax_scale(reference)
    return ((values - origin) / span).astype(np.float32, copy=False)


def minmax_scale(reference: Scores) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """(n, 1) the value that ``minmax`` maps to 0, and its distance to the value mapped to 1."""
    # fmin and fmax ignore NaN; a row of only NaN stays NaN, and NaN >= NaN is false.
    low = np.fmin.reduce(reference, axis=1, keepdims=True, initial=None)
    high = np.fmax.reduce(reference, axis=1, keepdims=True, initial=None)
    origin = np.where(high >= low, low, np.float32(0))
    return origin, np.where(high > low, high - origin, np.float32(1))


def zscore(reference: Scores, values: Scores) -> Scores:
    """(v - mean) / standard deviation of the row's reference.

    A constant reference only shifts its value to 0, and an empty one changes nothing.
    """
    mean, spread = zscore_scale(reference)
    return ((values - mean) / spread).astype(np.float32)


def zscore_scale(reference: Scores) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """(n, 1) the value that ``zscore`` maps to 0, and its distance to the value mapped to 1."""
    inside = ~np.isnan(reference)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    mean = np.where(inside, reference, 0).sum(axis=1, keepdims=True, dtype=np.float64) / count
    squares = np.where(inside, reference - mean, 0) ** 2
    deviation = np.sqrt(squares.sum(axis=1, keepdims=True) / count)
    # Rounding gives a constant row a deviation of about 1e-16 of its mean.
    return mean, np.where(deviation > 1e-12 * np.abs(mean), deviation, 1)


def rank(reference: Scores, values: Scores) -> Scores:
    """Share of the row's reference below v, plus half of the share equal to v: in [0, 1].

    An empty reference changes nothing.
    """
    below, up_to, count = _positions(reference, values)
    share = (below + up_to) / (2 * np.maximum(count, 1))
    return _where_known(values, count, share)


def reciprocal_rank(reference: Scores, values: Scores) -> Scores:
    """1 / (60 + 1 + number of the row's reference above v); equal values share the best rank.

    Cormack, Clarke & Büttcher, Reciprocal Rank Fusion, SIGIR 2009. An empty reference changes nothing.
    """
    _, up_to, count = _positions(reference, values)
    return _where_known(values, count, 1 / (RECIPROCAL_RANK_OFFSET + 1 + count - up_to))


NORMALISERS: Mapping[Normaliser, Normalise] = MappingProxyType(
    {"minmax": minmax, "zscore": zscore, "rank": rank, "reciprocal-rank": reciprocal_rank}
)

SCALES: Mapping[Normaliser, Callable[[Scores], tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]]] = (
    MappingProxyType({"minmax": minmax_scale, "zscore": zscore_scale})
)
"""For the normalisers that only shift and scale: the value mapped to 0, and its distance to that of 1."""


def _positions(
    reference: Scores, values: Scores
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Number of each row's reference that is < v and <= v, (n, width), and its size, (n, 1)."""
    count = (~np.isnan(reference)).sum(axis=1, keepdims=True)
    ordered = np.sort(reference, axis=1)  # NaN comes last
    below, up_to = np.zeros(values.shape, np.intp), np.zeros(values.shape, np.intp)
    # There is no vectorised binary search over rows; each iteration handles a whole catalogue.
    for row, n in enumerate(count[:, 0]):
        below[row] = np.searchsorted(ordered[row, :n], values[row], "left")
        up_to[row] = np.searchsorted(ordered[row, :n], values[row], "right")
    return below, up_to, count


def _where_known(values: Scores, count: npt.NDArray[np.intp], scaled: npt.NDArray[np.floating]) -> Scores:
    """The scaled values; NaN where there is no value, unscaled values in a row without a reference."""
    return np.where(np.isnan(values) | (count == 0), values, scaled).astype(np.float32)
