"""Normalisers: put the scores of different recommenders on one scale, person by person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from cineblend.models.base import Scores

Normaliser = Literal["minmax"]
Normalise = Callable[[Scores, Scores], Scores]
"""(reference, values) -> values on the scale that each row of reference sets; NaN stays NaN.

reference: (n, n_items) with NaN outside the population. values: (n, any width).
"""


def minmax(reference: Scores, values: Scores) -> Scores:
    """(v - min) / (max - min) of the row's reference.

    A constant reference only shifts to 0, and an empty one changes nothing: what order there is
    among the values stays.
    """
    # fmin and fmax pass NaN over; a row of nothing else stays NaN, and NaN >= NaN is false.
    low = np.fmin.reduce(reference, axis=1, keepdims=True, initial=None)
    high = np.fmax.reduce(reference, axis=1, keepdims=True, initial=None)
    origin = np.where(high >= low, low, np.float32(0))
    span = np.where(high > low, high - origin, np.float32(1))
    return ((values - origin) / span).astype(np.float32, copy=False)


NORMALISERS: Mapping[Normaliser, Normalise] = MappingProxyType({"minmax": minmax})
