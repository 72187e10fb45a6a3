"""Truncated: the leading components of an encoder's vectors, scaled to unit length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cineblend.errors import UserError
from cineblend.text.encoders.encoder import Embeddings, TextEncoder


class Truncated:
    """An encoder cut to its first ``dimension`` components.

    Meant for encoders whose leading components represent the whole vector (Matryoshka representations,
    Kusupati et al. 2022, arXiv:2205.13147), such as Qwen3-Embedding; other encoders lose more.

    Args:
        encoder: the full encoder.
        dimension: number of components to keep.

    Raises:
        UserError: ``dimension`` is below 1 or above the encoder's dimension.
    """

    def __init__(self, encoder: TextEncoder, dimension: int) -> None:
        if not 0 < dimension <= encoder.dimension:
            raise UserError(
                f"a vector cannot be cut to {dimension} numbers",
                expected=f"1 to {encoder.dimension}, the length of this encoder's vectors",
                remedy="change the dimension",
            )
        self._encoder = encoder
        self.dimension = dimension

    @property
    def fingerprint(self) -> str:
        """The full encoder's fingerprint, and the cut."""
        return f"{self._encoder.fingerprint} cut={self.dimension}"

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length or all zero."""
        vectors = self._encoder.encode(texts)[:, : self.dimension]
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1)).astype(np.float32, copy=False)
