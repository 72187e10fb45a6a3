"""A workbench for tests: bag-of-words features, no cache, no weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.kept import kept
from cineblend.models.base import ModelConfig, Recommender
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec


@kept("bag of words")
@dataclass(frozen=True)
class BagOfWords:
    """Counts of known words, scaled to unit length."""

    words: tuple[str, ...]

    def __call__(self, documents: Sequence[str]) -> Embeddings:
        column = {word: number for number, word in enumerate(self.words)}
        vectors = np.zeros((len(documents), len(self.words)), np.float32)
        for row, document in enumerate(documents):
            for word in document.split():
                if word in column:
                    vectors[row, column[word]] += 1
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


class FakeBench:
    """Implements ``models.base.Workbench`` without remembering anything.

    Args:
        known: (n_items,) how familiar each title is to the language model "fake"; by default there is none.
    """

    def __init__(self, known: npt.NDArray[np.floating] | None = None) -> None:
        self._known = known
        self.notes: list[str] = []

    def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
        texts = [
            f"{title} {' '.join(genres)}"
            for title, genres in zip(train.catalog.title, train.catalog.genres, strict=True)
        ]
        words = sorted({word for text in texts for word in text.split()})
        bag = BagOfWords(tuple(words))
        return TextFeatures(bag(texts), bag)

    def familiarity(self, language_model: str, train: Dataset) -> Embeddings:
        if self._known is None or language_model != "fake":
            return np.full((train.n_items, 2), np.nan, np.float32)
        return np.column_stack([self._known, np.zeros(train.n_items)]).astype(np.float32)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def fit(self, config: ModelConfig, train: Dataset) -> Recommender:
        return config.build(self).fit(train)
