"""A workbench for tests: bag-of-words features, no cache, no weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.models.base import ModelConfig, Recommender
from cineblend.text.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec


class FakeBench:
    """Implements ``models.base.Workbench`` without remembering anything."""

    def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
        texts = [
            f"{title} {' '.join(genres)}"
            for title, genres in zip(train.catalog.title, train.catalog.genres, strict=True)
        ]
        words = sorted({word for text in texts for word in text.split()})
        column = {word: number for number, word in enumerate(words)}

        def encode(documents: Sequence[str]) -> Embeddings:
            vectors = np.zeros((len(documents), len(words)), np.float32)
            for row, document in enumerate(documents):
                for word in document.split():
                    if word in column:
                        vectors[row, column[word]] += 1
            length = np.linalg.norm(vectors, axis=1, keepdims=True)
            return (vectors / np.where(length > 0, length, 1)).astype(np.float32)

        return TextFeatures(encode(texts), encode)

    def fit(self, config: ModelConfig, train: Dataset) -> Recommender:
        return config.build(self).fit(train)
