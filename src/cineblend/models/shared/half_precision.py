"""Half precision: models whose float32 numbers fit into two bytes, so that a file needs half the space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from cineblend.models.base import Recommender
from cineblend.models.state import Record, rebuild

M = TypeVar("M", bound=Recommender)

_SMALLEST, _LARGEST = 1e-3, 6e4
"""Where the largest number of an array lies in between, half precision loses 1/2048 of what counts."""
_MANY = 1 << 14
"""Numbers from which on an array is rounded."""


def rounded(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The values, each the nearest that half precision (IEEE 754 binary16) has.

    An array of few numbers, of very small or very large ones is left as precise as it is, as are infinities.
    """
    largest = float(np.abs(values).max(initial=0))
    if values.size < _MANY or not _SMALLEST <= largest <= _LARGEST:
        return values
    return values.astype(np.float16).astype(np.float32)


def halved(model: M) -> M:
    """The fitted model with every float32 array rounded; it scores, and learns no more.

    What a model keeps as float64 needs the precision, and stays. A bundle writes a rounded array in two bytes
    a number (see ``bundle.state``).
    """
    config: Any = getattr(model, "config")  # noqa: B009 (each model has one, of its own type)
    return cast("M", rebuild(config, _rounded(model.state())))


def _rounded(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return rounded(value) if value.dtype == np.float32 else value
    if isinstance(value, tuple):
        return tuple(_rounded(one) for one in cast("tuple[Any, ...]", value))
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, Record):
        return Record(value.kind, _rounded(value.fields))
    return value
