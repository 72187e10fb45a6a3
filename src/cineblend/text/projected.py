"""Projected: an encoder's vectors through a learned map."""

from __future__ import annotations

from collections.abc import Sequence

from cineblend.text.encoder import Embeddings, TextEncoder
from cineblend.text.projection import Projection


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
