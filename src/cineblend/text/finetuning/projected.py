"""Projected: an encoder followed by a learned projection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cineblend.kept import kept
from cineblend.text.encoders.encoder import Embeddings, TextEncoder
from cineblend.text.finetuning.projection import Projection


class Projected:
    """An encoder followed by a projection.

    Args:
        encoder: the encoder that the projection was learned on.
        projection: the map.
    """

    def __init__(self, encoder: TextEncoder, projection: Projection) -> None:
        self._encoder = encoder
        self._projection = projection
        self.dimension = projection.dimension
        self.fingerprint = projection.fingerprint

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32 projected vectors."""
        return self._projection.apply(self._encoder.encode(texts))


@kept("mapped encoder")
@dataclass(frozen=True, eq=False)
class Mapped:
    """A function from texts to vectors, followed by a projection.

    Attributes:
        encode: texts to vectors.
        projection: the map.
    """

    encode: Callable[[Sequence[str]], Embeddings]
    projection: Projection

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32 projected vectors."""
        return self.projection.apply(self.encode(texts))
