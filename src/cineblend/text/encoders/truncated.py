"""Truncated: the first numbers of an encoder's vectors, scaled to unit length again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cineblend.errors import UserError
from cineblend.text.encoders.encoder import Embeddings, TextEncoder


class Truncated:
    """An encoder cut to its first ``dimension`` numbers.

    Meant for encoders trained so that the first numbers stand for the whole (Matryoshka
    representations, Kusupati et al. 2022, arXiv:2205.13147), as Qwen3-Embedding is; others lose more.

    Args:
        encoder: the whole one.
        dimension: how many numbers are kept.

    Raises:
        UserError: the encoder has fewer, or none would be left.
    """

    def __init__(self, encoder: TextEncoder, dimension: int) -> None:
        if not 0 < dimension <= encoder.dimension:
            raise UserError(
                f"a vector cannot be cut to {dimension} numbers",
                expected=f"1 to {encoder.dimension}, which is what this encoder gives",
            )
        self._encoder = encoder
        self.dimension = dimension

    @property
    def fingerprint(self) -> str:
        """The whole encoder's, and the cut."""
        return f"{self._encoder.fingerprint} cut={self.dimension}"

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length or all zero."""
        vectors = self._encoder.encode(texts)[:, : self.dimension]
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1)).astype(np.float32, copy=False)
