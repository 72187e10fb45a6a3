"""Fitted: a fitted recommender with everything an application needs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.data.dataset import CHOSE, RatingScale
from cineblend.data.noun import FILM, Noun
from cineblend.models.base import ModelConfig, Recommender
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.models.stars import Stars
from cineblend.text.features import TextFeatures


@dataclass(frozen=True, eq=False)
class FilmFacts:
    """The facts about each of the n films beside its catalogue row.

    Attributes:
        n_ratings: (n,) int32 number of ratings in the training data.
        mean_rating: (n,) float32 mean rating; NaN without a rating.
        spot: (n, 2) float32 place on the map in [0, 1]; films with similar texts and viewers are close
            together. NaN for a film without a place. None if no map was made.
    """

    n_ratings: npt.NDArray[np.int32]
    mean_rating: npt.NDArray[np.float32]
    spot: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A recommender ready to answer, and its origin.

    Attributes:
        strategy: name of its strategy.
        title: its title for people.
        config: its hyper-parameters.
        model: the fitted recommender.
        catalog: the items of its score columns.
        films: facts about each film.
        scale: lowest and highest rating.
        text: the catalogue's texts as unit vectors, for "films like these" and for words; its encoder is
            opened when the first new text is encoded. None if the strategy reads no text.
        similarity: the similarity of two films. None in a fit that makes none: the recommender is used
            instead.
        stars: predicts ratings; None for data without ratings, and in older bundles.
        meaning: the catalogue's genres, keywords and texts as vectors, by which words find films. None where
            they are learned on first use.
        made_from: name, licence and digests of the data; seed, versions, time; counts.
        figures: the comparison's rows, as in results.json, if there are any; shown, not used.
        noun: what an item is called.
        version: first 16 hex digits of the manifest's sha256; empty before it is written.
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
    stars: Stars | None = None
    meaning: TextFeatures | None = None
    made_from: Mapping[str, Any] = field(default_factory=dict[str, Any])
    figures: Mapping[str, Any] | None = None
    noun: Noun = FILM
    version: str = ""

    @property
    def feedback(self) -> Literal["explicit", "implicit"]:
        """What the model learned from: ratings, "explicit", or plays, clicks or purchases, "implicit"."""
        return self.made_from.get("data", {}).get("feedback", "explicit")

    @property
    def rows_called(self) -> str:
        """What the model learned from."""
        return "ratings" if self.feedback == "explicit" else "interactions"

    @property
    def act(self) -> str:
        """What people did with the films, such as "played"; empty where they rated them."""
        data = self.made_from.get("data", {})
        return data.get("act", CHOSE) if self.feedback == "implicit" else ""
