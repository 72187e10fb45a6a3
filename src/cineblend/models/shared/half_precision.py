"""Half precision: rounds models' float32 numbers to two bytes, so that a file needs half the space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from cineblend.models.base import Recommender
from cineblend.models.state import Record, rebuild

M = TypeVar("M", bound=Recommender)

_SMALLEST, _LARGEST = 1e-3, 6e4
"""Limits of an array's largest number within which half precision loses at most 1/2048 of it."""
_MANY = 1 << 14
"""Smallest number of elements of an array that is rounded."""


def rounded(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Round each value to the nearest in half precision (IEEE 754 binary16).

    A small array, an array of very small or very large numbers, and one with infinities are not rounded.
    """
    largest = float(np.abs(values).max(initial=0))
    if values.size < _MANY or not _SMALLEST <= largest <= _LARGEST:
        return values
    return values.astype(np.float16).astype(np.float32)


def halved(model: M) -> M:
    """Return the fitted model with every float32 array rounded; it can score but not be fitted.

    Arrays that a model keeps as float64 need the precision and stay. A bundle stores a rounded array in two
    bytes a number (see ``bundle.state``).
    """
    config: Any = getattr(model, "config")  # noqa: B009 (each model has one, of its own type)
    return cast("M", rebuild(config, _rounded(model.state())))


def _rounded(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return rounded(value) if value.dtype == np.float32 else value
    if isinstance(value, tuple):
        return tuple(_rounded(item) for item in cast("tuple[Any, ...]", value))
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, Record):
        return Record(value.kind, _rounded(value.fields))
    return value
