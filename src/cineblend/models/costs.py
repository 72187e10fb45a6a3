"""Costs: what a model's matrices take in memory, and a machine's speed, before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass

from cineblend.data.content import FIELDS
from cineblend.data.shape import Shape
from cineblend.text.features import TextSpec

BYTES_AN_ENTRY = 12
"""Of a sparse matrix: a number and its place."""
BYTES_OF_RUNS = 60
"""A rating in a run: its place, and its grade by run and by film."""
MOVES_A_RATING = 200
"""Of a rating in a part that counts pairs or periods, sorts or grades."""
_OWN_DIMENSIONS, _ENCODED_DIMENSIONS = 256, 384
"""Of one text's vectors: of the decomposed TF-IDF, and of MiniLM."""
_MOVES_A_TEXT = 10_500
"""Of a film's words counted and decomposed anew for a hold-out."""


@dataclass(frozen=True)
class Matrices:
    """Bytes of a model's matrices.

    Attributes:
        kept: of those that a fitted model holds.
        passing: of those that are gone once it is fitted, before the next part is.
    """

    kept: int
    passing: int = 0


@dataclass(frozen=True)
class Speed:
    """What a machine does in a second, with all the threads its libraries take.

    Attributes:
        flops: additions and multiplications of a large product in double precision.
        moves: numbers read from scattered places.
    """

    flops: float
    moves: float


def present(text: tuple[TextSpec, ...], shape: Shape) -> tuple[TextSpec, ...]:
    """The texts without the fields of the content that no item has, which cost nothing."""
    return tuple(spec for spec in text if spec.document not in FIELDS or spec.document in shape.fields)


def text_dimensions(text: tuple[TextSpec, ...], shape: Shape) -> int:
    """Length of the texts' vectors side by side."""
    found = present(text, shape)
    return sum(_OWN_DIMENSIONS if spec.encoder == "tfidf" else _ENCODED_DIMENSIONS for spec in found)


def text_seconds(text: tuple[TextSpec, ...], shape: Shape, speed: Speed) -> float:
    """Of the texts that are made from the data's own words; others were encoded before."""
    own = sum(spec.encoder == "tfidf" for spec in present(text, shape))
    return own * _MOVES_A_TEXT * max(shape.n_catalogue, shape.n_items) / speed.moves
