"""Fitted: a fitted recommender and all that an application needs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.data.dataset import RatingScale
from cineblend.models.base import ModelConfig, Recommender
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.text.features import TextFeatures


@dataclass(frozen=True, eq=False)
class FilmFacts:
    """What is known of each of the n films beside its catalogue row.

    Attributes:
        n_ratings: (n,) int32 ratings of the training data.
        mean_rating: (n,) float32 their mean; NaN for a film without any.
        spot: (n, 2) float32 place on the map in [0, 1], films of like text and like people near each
            other; NaN for a film without a place. None where no map was made.
    """

    n_ratings: npt.NDArray[np.int32]
    mean_rating: npt.NDArray[np.float32]
    spot: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A recommender ready to answer, and what it was made of.

    Attributes:
        strategy: name of its row.
        title: what people read.
        config: its hyper-parameters.
        model: the fitted recommender.
        catalog: the items its columns stand for.
        films: what is known of each.
        scale: lowest and highest rating.
        text: the catalogue's texts as unit vectors, for "films like these" and for words; its encoder
            is opened when the first new text is encoded. None where the strategy reads no text.
        similarity: how alike two films are. None in a fit that makes none: the
            recommender is asked in its place.
        made_from: name, licence and digests of the data; seed, versions, time; how many of what.
        figures: the comparison's rows, as in results.json, where there was one; shown, not used.
        version: the manifest's sha256, first 16 hex digits; empty before it is written.
    """

    strategy: str
    title: str
    config: ModelConfig
    model: Recommender
    catalog: Catalog
    films: FilmFacts
    scale: RatingScale
    text: TextFeatures | None = None
    similarity: ItemSimilarity | None = None
    made_from: Mapping[str, Any] = field(default_factory=dict[str, Any])
    figures: Mapping[str, Any] | None = None
    version: str = ""
