"""Confidence: counts of plays, clicks or purchases, mapped to the scale that implicit feedback has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import RatingScale

SCALE = RatingScale(0.0, 1.0)
"""The scale of implicit feedback. Whoever likes an item without a count gives it the highest, 1."""
ONCE = 0.8
"""The value of the smallest count: as much as a liked item has, so that every interaction counts as liked."""
_CAP = 99.0
"""The percentile of the counts from which a value is the highest, so that a few huge counts change little."""


def confidence(count: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """(n,) values from 0.8 to 1, rising with the logarithm of (n,) positive counts; 1 where all are equal."""
    if not len(count):
        return np.zeros(0, np.float32)
    log = np.log1p(count.astype(np.float64))
    low, high = log.min(), max(float(np.percentile(log, _CAP)), 0.0)
    if high <= low:
        high = float(log.max())
    share = np.clip((log - low) / (high - low), 0, 1) if high > low else np.ones(len(log))
    return (ONCE + (SCALE.high - ONCE) * share).astype(np.float32)
