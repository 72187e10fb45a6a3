"""SimilarityTexts: text vectors of items whose products are the mean cosines of texts and genres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.kept import kept
from cineblend.models.base import Workbench
from cineblend.models.similarity.similarity_vectors import (
    GenreVectors,
    Vectors,
    leading,
    unit,
)
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextSpec


@kept("similarity texts")
@dataclass(frozen=True, eq=False)
class SimilarityTexts:
    """A few directions of the texts and genres side by side.

    Attributes:
        encoders: one for each text.
        rules: the document rule of each.
        genres: makes vectors of genres.
        axes: (d, k) float32 directions; None keeps all numbers.
    """

    encoders: tuple[Callable[[Sequence[str]], Embeddings], ...]
    rules: tuple[str, ...]
    genres: GenreVectors
    axes: npt.NDArray[np.float32] | None

    @classmethod
    def fit(
        cls, text: Sequence[TextSpec], dimensions: int, seed: int, train: Dataset, workbench: Workbench
    ) -> Self:
        """Find the ``dimensions`` directions in which the items of a catalogue differ most."""
        views = [workbench.features(spec, train) for spec in text]
        genres = GenreVectors.of(train.catalog)
        stacked = _side_by_side([view.items for view in views], genres(train.catalog))
        axes = None
        if stacked.shape[1] > dimensions:
            axes = leading(stacked, dimensions, seed)[1].T.astype(np.float32)
        rules = tuple(spec.document for spec in text)
        return cls(tuple(view.encode for view in views), rules, genres, axes)

    def of(self, views: Sequence[Embeddings], items: Dataset) -> Vectors:
        """(n, k) float16 vectors of items, from the vectors of their texts."""
        stacked = _side_by_side(views, self.genres(items.catalog))
        return (stacked if self.axes is None else stacked @ self.axes).astype(np.float16)

    def of_items(self, items: Dataset) -> Vectors:
        """(n, k) float16 vectors of items that were not in the catalogue."""
        made = [
            encode(documents(items, rule)) for encode, rule in zip(self.encoders, self.rules, strict=True)
        ]
        return self.of(made, items)


def _side_by_side(views: Sequence[Embeddings], genres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    parts = [*(unit(view) for view in views if view.shape[1]), genres]
    return np.concatenate(parts, axis=1) / np.sqrt(len(parts))
