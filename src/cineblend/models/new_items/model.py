"""Cold: orders films nobody has rated by a person's taste, learned from films that were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from cineblend.constants import LIKED_SHARE
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.kept import kept
from cineblend.models.base import ModelConfig, Recommender, Scores, Workbench
from cineblend.models.new_items.boosted_order import LearnedOrder, Lesson, OrderConfig, learn_order
from cineblend.models.new_items.item_facts import FilmSpace, genre_names, of_catalog, of_documents
from cineblend.models.new_items.ridge_features import Asked, Tastes
from cineblend.text.features import TextFeatures, TextSpec

_Fit = Callable[[ModelConfig, Dataset], Recommender]


@dataclass(frozen=True)
class ColdConfig:
    """Hyper-parameters, chosen on cold-item hold-outs inside a training set.

    Attributes:
        targets: the collaborative model whose scores of the rated films are carried over to others.
        text: what is read of a film, the main view first. No document rule may read tags: only
            watched films have them, and a map learned with them misleads on new films.
        ridges: penalties of the maps from text alone and from all facts.
        order: how the order is learned on top of the maps.
        beside: more collaborative models whose scores are carried over for the order to see.
        familiar_to: the language model, an encoder's row, that is asked how likely it finds each title,
            which tells how well known a film is; empty for none.
    """

    targets: ModelConfig
    text: tuple[TextSpec, ...]
    ridges: tuple[float, float] = (5.0, 1.0)
    order: OrderConfig = field(default_factory=OrderConfig)
    beside: tuple[ModelConfig, ...] = ()
    familiar_to: str = ""

    def build(self, workbench: Workbench) -> Cold:
        """A fresh, unfitted recommender."""
        return Cold(self, workbench)


@kept("cold films")
@dataclass(frozen=True, eq=False)
class _Fitted:
    tastes: Tastes
    order: LearnedOrder
    catalogue: Asked
    genres: list[str]
    text: tuple[TextFeatures, ...]


class Cold(Recommender):
    """A ridge carries a collaborative model's scores over to any film; an order is learned on top.

    The map is Z (Z'Z + λI)⁻¹ from the rated films' facts Z (see ``TasteMap``), as in Gantner et al.
    2010, "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", with the scores in
    place of factors. For the order every rated film plays the cold one once: in each of a few folds
    the whole map is learned without the fold's films, and boosted trees learn who liked which of
    them from the map's scores, the film's likely renown, and the person's times and kinds of film.

    Films are known by their facts alone: one that has ratings is scored as if it had none, save that
    the map was learned on it. An unseen person is scored like any other, by the collaborative
    model's scores for them; who has no history cannot be (NaN).
    """

    kept = ("_fitted",)

    def __init__(self, config: ColdConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._fitted: _Fitted | None = None

    def fit(self, train: Dataset) -> Self:
        """Learn the order on folds of the films, then the maps on all of them."""
        text = tuple(self._workbench.features(spec, train) for spec in self.config.text)
        familiarity = self._workbench.familiarity(self.config.familiar_to, train)
        films = of_catalog(train.catalog, tuple(view.items for view in text), familiarity)
        space = FilmSpace.over(films)
        features = space.text(films), space.whole(films)

        def learn(part: Dataset, fit: _Fit) -> Tastes:
            model = fit(self.config.targets, part)
            beside = tuple(fit(one, part) for one in self.config.beside)
            return Tastes.fit(model, beside, part, space, films, features, self.config.ridges)

        order = learn_order(self._lessons(train, self.config.order, learn), self.config.order)
        tastes = learn(train, self._workbench.fit)
        catalogue = tastes.catalogue(np.arange(train.n_items))
        self._fitted = _Fitted(tastes, order, catalogue, genre_names(train.catalog), text)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an empty history."""
        if self._fitted is None:
            raise NotFittedError(self)
        return self._scores(self._fitted, users, self._fitted.catalogue)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores; NaN for an empty history.

        A document is read for its year and for genres by their names.
        """
        if self._fitted is None:
            raise NotFittedError(self)
        vectors = tuple(view.encode(documents) for view in self._fitted.text)
        films = of_documents(documents, self._fitted.genres, vectors)
        return self._scores(self._fitted, users, self._fitted.tastes.new(films))

    def _scores(self, fitted: _Fitted, users: UserBatch, asked: Asked) -> Scores:
        return fitted.order.scores(fitted.tastes, users, asked).astype(np.float32)

    def _lessons(
        self, train: Dataset, config: OrderConfig, learn: Callable[[Dataset, _Fit], Tastes]
    ) -> Iterator[Lesson]:
        """Each fold with its films taken out of train; the first is learned from without dates."""
        ratings = train.ratings
        rng = np.random.default_rng(config.seed)
        rated = rng.permutation(np.flatnonzero(ratings.item_counts))
        for fold in range(min(config.folds, len(rated))):
            cold = np.sort(rated[fold :: config.folds])
            column = np.full(train.n_items, -1, np.int32)
            column[cold] = np.arange(len(cold))
            out = column[ratings.item_num] >= 0
            held = ratings.take(out)
            part = train.with_ratings(ratings.take(~out), held_out=held)
            held = held.take(held.value >= LIKED_SHARE * train.scale.high)
            able = np.flatnonzero((part.ratings.user_counts > 0) & (held.user_counts > 0))
            people = np.sort(rng.permutation(able)[: config.people_per_fold])
            if not len(people):
                continue
            liked = np.zeros((train.n_users, len(cold)), bool)
            liked[held.user_num, column[held.item_num]] = True
            # Not by workbench.fit, which would keep every fold's models for good.
            tastes = learn(part, lambda model, data: model.build(self._workbench).fit(data))
            users = UserBatch.known(part.ratings, people.astype(np.int32))
            yield Lesson(tastes, users, tastes.catalogue(cold), liked[people], dated=fold > 0)
