"""TextSpec and TextFeatures: which text, through which encoder, and the vectors it became."""

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
        finetune: how the encoder is tuned on the training ratings first; None uses it as it comes.
        projection: how the vectors are mapped to taste afterwards; None leaves them as they are.
        dimension: how many numbers of the encoder's vector are kept, scaled to unit length; 0 for all.
    """

    encoder: str
    document: str = "default"
    finetune: FinetuneConfig | None = None
    projection: ProjectionConfig | None = None
    dimension: int = 0


@kept("text")
@dataclass(frozen=True, eq=False)
class TextFeatures:
    """A catalogue's texts as vectors, and the way to turn another text into one.

    Attributes:
        items: (n_items, dimension) float32, unit length unless they are projected: a projection keeps
            lengths, which tell how much an item is likely to be rated.
        encode: texts to (n, dimension) in the same space; of a kept class where the features are to be kept.
    """

    items: Embeddings
    encode: Callable[[Sequence[str]], Embeddings]

    @cached_property
    def by_dimension(self) -> npt.NDArray[np.float64]:
        """(dimension, n_items) float64: the form in which a vector's products with all items are fastest."""
        return self.items.T.astype(np.float64, order="C")
