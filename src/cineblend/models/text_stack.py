"""Text stack: several text features side by side, as one matrix of items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.models.base import Workbench
from cineblend.text.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec


def stack(workbench: Workbench, specs: Sequence[TextSpec], train: Dataset) -> TextFeatures:
    """The features of all ``specs``: (n_items, sum of dimensions), each part of unit length or zero."""
    parts = [workbench.features(spec, train) for spec in specs]

    def encode(texts: Sequence[str]) -> Embeddings:
        nothing = np.empty((len(texts), 0), np.float32)
        return np.concatenate([nothing, *(part.encode(texts) for part in parts)], axis=1)

    nothing = np.empty((train.n_items, 0), np.float32)
    return TextFeatures(np.concatenate([nothing, *(part.items for part in parts)], axis=1), encode)
