"""Projected: an encoder's vectors through a learned map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cineblend.kept import kept
from cineblend.text.encoders.encoder import Embeddings, TextEncoder
from cineblend.text.finetuning.projection import Projection


class Projected:
    """An encoder with a projection behind it.

    Args:
        encoder: the one that the projection was learned on.
        projection: the map.
    """

    def __init__(self, encoder: TextEncoder, projection: Projection) -> None:
        self._encoder = encoder
        self._projection = projection
        self.dimension = projection.dimension
        self.fingerprint = projection.fingerprint

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, as the projection makes them."""
        return self._projection.apply(self._encoder.encode(texts))


@kept("mapped encoder")
@dataclass(frozen=True, eq=False)
class Mapped:
    """A function from texts to vectors with a projection behind it.

    Attributes:
        encode: texts to vectors.
        projection: the map.
    """

    encode: Callable[[Sequence[str]], Embeddings]
    projection: Projection

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, as the projection makes them."""
        return self.projection.apply(self.encode(texts))
