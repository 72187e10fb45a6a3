"""Matrix bytes: the memory of what models make of the ratings, before any of it is made."""

from __future__ import annotations

from typing import Any

from cineblend.data.shape import Shape
from cineblend.models.registry import matrices_of
from cineblend.models.walk import walk


def matrix_bytes(model: Any, shape: Shape) -> int:
    """Peak bytes of fitting a model's matrices, its parts' one after the other."""
    found = [matrices_of(part, shape) for part in walk(model)]
    return sum(part.kept for part in found) + max((part.passing for part in found), default=0)
