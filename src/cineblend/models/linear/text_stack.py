"""Text stack: several text features side by side, as one matrix of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.kept import kept
from cineblend.models.base import Workbench
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec


@kept("text side by side", "n_items", "parts", make="of")
@dataclass(frozen=True, eq=False)
class Stacked(TextFeatures):
    """Features side by side.

    Attributes:
        parts: the features, left to right.
    """

    parts: tuple[TextFeatures, ...] = ()

    @classmethod
    def of(cls, n_items: int, parts: tuple[TextFeatures, ...]) -> Self:
        """Concatenate the parts; without parts, vectors have length 0."""

        def encode(texts: Sequence[str]) -> Embeddings:
            nothing = np.empty((len(texts), 0), np.float32)
            return np.concatenate([nothing, *(part.encode(texts) for part in parts)], axis=1)

        nothing = np.empty((n_items, 0), np.float32)
        return cls(np.concatenate([nothing, *(part.items for part in parts)], axis=1), encode, parts)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)


def stack(workbench: Workbench, specs: Sequence[TextSpec], train: Dataset) -> TextFeatures:
    """Concatenate the features of all ``specs``: (n_items, sum of dimensions), parts of unit length or 0."""
    return Stacked.of(train.n_items, tuple(workbench.features(spec, train) for spec in specs))
