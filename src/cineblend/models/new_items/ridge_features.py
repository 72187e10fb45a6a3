"""Tastes: a fitted collaborative model carried over to every film by its facts, two ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import Recommender
from cineblend.models.new_items.item_facts import FilmFacts, FilmSpace, Matrix, Rows
from cineblend.models.new_items.popularity_features import TitleNeighbours, film_columns
from cineblend.models.new_items.ridge import TasteMap
from cineblend.models.new_items.user_features import People


@kept("asked films")
@dataclass(frozen=True, eq=False)
class Asked:
    """Films to score, with all that does not depend on the person.

    Attributes:
        films: their facts.
        features: their numbers in each description of ``FilmSpace``.
        near: their neighbours by title.
        columns: (n, c) their renown.
    """

    films: FilmFacts
    features: tuple[Matrix, Matrix]
    near: TitleNeighbours
    columns: Matrix


@kept("tastes")
@dataclass(frozen=True, eq=False)
class Tastes:
    """What is learned without an order: maps from facts to a collaborative model's scores.

    A person's score of a film is z = (s - mean) / deviation, s the score carried over and the mean and
    deviation taken over the rated films: it does not depend on which other films are asked about.
    """

    model: Recommender
    others: tuple[Recommender, ...]
    space: FilmSpace
    films: FilmFacts
    features: tuple[Matrix, Matrix]
    maps: tuple[TasteMap, TasteMap]
    count: Matrix
    rated: Rows
    high: float

    @classmethod
    def fit(
        cls,
        model: Recommender,
        others: tuple[Recommender, ...],
        train: Dataset,
        space: FilmSpace,
        films: FilmFacts,
        features: tuple[Matrix, Matrix],
        ridges: tuple[float, float],
    ) -> Self:
        """Learn from models fitted on ``train``; films and features are the catalogue's."""
        count = train.ratings.item_counts.astype(np.float64)
        rated = np.flatnonzero(count)
        text, whole = (TasteMap.fit(one, rated, ridge) for one, ridge in zip(features, ridges, strict=True))
        return cls(model, others, space, films, features, (text, whole), count, rated, train.scale.high)

    def catalogue(self, rows: Rows) -> Asked:
        """Films of the catalogue."""
        own = np.full(len(self.count), -1, np.int32)
        own[self.rated] = np.arange(len(self.rated))
        text, whole = self.features
        return self._asked(self.films.take(rows), (text[rows], whole[rows]), own[rows])

    def new(self, films: FilmFacts) -> Asked:
        """Films that the catalogue lacks."""
        return self._asked(films, (self.space.text(films), self.space.whole(films)), None)

    def z(self, users: UserBatch, asked: Asked) -> tuple[Matrix, Matrix]:
        """(n people, n films) scores by the text alone and by all facts; NaN without a history."""
        known = self.model.score(users)[:, self.rated].astype(np.float64)
        by_text, by_all = (
            taste.z(known, features) for taste, features in zip(self.maps, asked.features, strict=True)
        )
        return by_text, by_all

    def beside(self, users: UserBatch, asked: Asked) -> tuple[Matrix, ...]:
        """(n people, n films) scores by all facts, one a model of ``others``."""
        taste, features = self.maps[1], asked.features[1]
        known = (model.score(users)[:, self.rated].astype(np.float64) for model in self.others)
        return tuple(taste.z(one, features) for one in known)

    def people(self, users: UserBatch) -> People:
        """Who they are, by their histories."""
        return People.of(users, self.films, self.count, self.rated, self.high)

    def _asked(
        self, films: FilmFacts, features: tuple[Matrix, Matrix], own: npt.NDArray[np.int32] | None
    ) -> Asked:
        rated, count = self.films.take(self.rated), self.count[self.rated]
        near = TitleNeighbours.find(films, rated, own)
        maps = (self.maps[0], features[0]), (self.maps[1], features[1])
        return Asked(films, features, near, film_columns(films, rated, count, near, maps, self.space))
