"""TextSpec: the document rule and encoder of a text feature; and TextFeatures: the resulting vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.kept import kept
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.finetune_config import FinetuneConfig
from cineblend.text.finetuning.projection import ProjectionConfig


@dataclass(frozen=True)
class TextSpec:
    """How an item becomes a vector.

    Attributes:
        encoder: "tfidf" or the name of an encoder row.
        document: name of the rule that writes an item's text.
        finetune: how to fine-tune the encoder on the training ratings; None uses it without fine-tuning.
        projection: how to learn a map of the vectors to users' tastes; None leaves them as they are.
        dimension: number of leading components to keep, scaled to unit length; 0 keeps all.
    """

    encoder: str
    document: str = "default"
    finetune: FinetuneConfig | None = None
    projection: ProjectionConfig | None = None
    dimension: int = 0


@kept("no words")
@dataclass(frozen=True)
class NoWords:
    """Encodes every text as a vector of length 0: the feature of a field that no item has."""

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), 0) float32."""
        return np.zeros((len(texts), 0), np.float32)


@kept("text")
@dataclass(frozen=True, eq=False)
class TextFeatures:
    """The vectors of a catalogue's texts, and a function that encodes other texts.

    Attributes:
        items: (n_items, dimension) float32, of unit length unless they are projected. The length of a
            projected vector predicts how often the item is rated.
        encode: texts to (n, dimension) in the same space; of a kept class if a bundle stores the features.
    """

    items: Embeddings
    encode: Callable[[Sequence[str]], Embeddings]

    @cached_property
    def by_dimension(self) -> npt.NDArray[np.float64]:
        """(dimension, n_items) float64: the fastest form for products of a vector with all items."""
        return self.items.T.astype(np.float64, order="C")
