"""ScoreTransfer: a fitted collaborative model's scores, transferred to all items by their facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import Recommender
from cineblend.models.new_items.item_facts import ItemFacts, ItemSpace, Matrix, Rows
from cineblend.models.new_items.popularity_features import TitleNeighbours, popularity_columns
from cineblend.models.new_items.ridge import TransferMap
from cineblend.models.new_items.user_features import UserColumns


@kept("asked films")
@dataclass(frozen=True, eq=False)
class ItemsToScore:
    """Items to score, with everything that does not depend on the user.

    Attributes:
        films: their facts.
        features: their numbers in each description of ``ItemSpace``.
        near: their neighbours by title.
        columns: (n, c) features of their popularity.
    """

    films: ItemFacts
    features: tuple[Matrix, Matrix]
    near: TitleNeighbours
    columns: Matrix


@kept("tastes")
@dataclass(frozen=True, eq=False)
class ScoreTransfer:
    """Maps from items' facts to a collaborative model's scores.

    A user's score of an item is z = (s - mean) / deviation, s the transferred score, and mean and deviation
    taken over the rated items. It does not depend on which other items are scored.
    """

    model: Recommender
    others: tuple[Recommender, ...]
    space: ItemSpace
    films: ItemFacts
    features: tuple[Matrix, Matrix]
    maps: tuple[TransferMap, TransferMap]
    count: Matrix
    rated: Rows
    high: float

    @classmethod
    def fit(
        cls,
        model: Recommender,
        others: tuple[Recommender, ...],
        train: Dataset,
        space: ItemSpace,
        films: ItemFacts,
        features: tuple[Matrix, Matrix],
        ridges: tuple[float, float],
    ) -> Self:
        """Learn from models fitted on ``train``; ``films`` and ``features`` are the catalogue's."""
        count = train.ratings.item_counts.astype(np.float64)
        rated = np.flatnonzero(count)
        text, whole = (
            TransferMap.fit(view, rated, ridge) for view, ridge in zip(features, ridges, strict=True)
        )
        return cls(model, others, space, films, features, (text, whole), count, rated, train.scale.high)

    def catalogue(self, rows: Rows) -> ItemsToScore:
        """The items of some rows of the catalogue."""
        own = np.full(len(self.count), -1, np.int32)
        own[self.rated] = np.arange(len(self.rated))
        text, whole = self.features
        return self._with_columns(self.films.take(rows), (text[rows], whole[rows]), own[rows])

    def new(self, films: ItemFacts) -> ItemsToScore:
        """Items that are not in the catalogue."""
        return self._with_columns(films, (self.space.text(films), self.space.whole(films)), None)

    def z(self, users: UserBatch, items: ItemsToScore) -> tuple[Matrix, Matrix]:
        """(n users, n items) scores by text alone, and by all facts; NaN without a history."""
        known = self.model.score(users)[:, self.rated].astype(np.float64)
        by_text, by_all = (
            map_.z(known, features) for map_, features in zip(self.maps, items.features, strict=True)
        )
        return by_text, by_all

    def beside(self, users: UserBatch, items: ItemsToScore) -> tuple[Matrix, ...]:
        """(n users, n items) scores by all facts, for each model of ``others``."""
        map_, features = self.maps[1], items.features[1]
        known = (model.score(users)[:, self.rated].astype(np.float64) for model in self.others)
        return tuple(map_.z(scores, features) for scores in known)

    def people(self, users: UserBatch) -> UserColumns:
        """Columns of the users, from their histories."""
        return UserColumns.of(users, self.films, self.count, self.rated, self.high)

    def _with_columns(
        self, films: ItemFacts, features: tuple[Matrix, Matrix], own: npt.NDArray[np.int32] | None
    ) -> ItemsToScore:
        rated, count = self.films.take(self.rated), self.count[self.rated]
        near = TitleNeighbours.find(films, rated, own)
        maps = (self.maps[0], features[0]), (self.maps[1], features[1])
        return ItemsToScore(
            films, features, near, popularity_columns(films, rated, count, near, maps, self.space)
        )
