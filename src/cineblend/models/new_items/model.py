"""Cold: orders items without ratings by preferences learned from rated items."""

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
from cineblend.models.new_items.boosted_order import LearnedOrder, OrderConfig, TrainingFold, learn_order
from cineblend.models.new_items.item_facts import ItemSpace, genre_names, of_catalog, of_documents
from cineblend.models.new_items.ridge_features import ItemsToScore, ScoreTransfer
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.popularity_prior import PopularityReference
from cineblend.text.features import TextFeatures, TextSpec

_Fit = Callable[[ModelConfig, Dataset], Recommender]


@register(
    "new-items",
    space={"ridges.0": Number(0.1, 1000, log=True), "ridges.1": Number(0.1, 1000, log=True)},
)
@dataclass(frozen=True)
class ColdConfig:
    """Hyper-parameters, chosen on cold-item hold-outs inside a training set.

    Attributes:
        targets: the collaborative model whose scores of the rated items are transferred to the others.
        text: the text views, the main one first. No document rule may read tags: only watched items have
            them, so a map learned with tags fails on new items.
        ridges: penalties of the maps from text alone and from all facts.
        order: how the order is learned on top of the maps.
        beside: more collaborative models whose transferred scores the order sees.
        familiar_to: the language model (an encoder's row) that tells how familiar each title is, which is a
            prior of an item's popularity; empty for none.
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
    tastes: ScoreTransfer
    order: LearnedOrder
    catalogue: ItemsToScore
    genres: list[str]
    text: tuple[TextFeatures, ...]


class Cold(Recommender):
    """A ridge transfers a collaborative model's scores to all items; boosted trees order the best of them.

    The map is Z (Z'Z + λI)⁻¹ from the rated items' facts Z (see ``TransferMap``), as in Gantner et al.
    2010, "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", with scores in place of
    factors. For the order, every rated item is held out in one of a few folds, and the map is learned without
    the fold's items. The trees learn which of them a user liked from the map's scores, the item's
    expected popularity, and the times and genres of the user's history.

    Only facts describe an item: a rated item is scored as if it had no ratings, but the map was learned on
    it. An unseen user is scored like any other, from the collaborative model's scores. Scores are NaN for an
    empty history.
    """

    kept = ("_fitted",)

    def __init__(self, config: ColdConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._fitted: _Fitted | None = None

    def fit(self, train: Dataset) -> Self:
        """Learn the order on folds of the items, then the maps on all of them."""
        text = tuple(self._workbench.features(spec, train) for spec in self.config.text)
        familiarity = self._workbench.familiarity(self.config.familiar_to, train)
        rated = train.ratings.item_counts > 0
        standing = PopularityReference.of(train.catalog, familiarity, rated).shares(
            train.catalog, familiarity
        )
        names = genre_names(train.catalog)
        films = of_catalog(train.catalog, tuple(view.items for view in text), standing, names)
        space = ItemSpace.over(films.take(np.flatnonzero(rated)))
        features = space.text(films), space.whole(films)

        def learn(part: Dataset, fit: _Fit) -> ScoreTransfer:
            model = fit(self.config.targets, part)
            beside = tuple(fit(other, part) for other in self.config.beside)
            return ScoreTransfer.fit(model, beside, part, space, films, features, self.config.ridges)

        order = learn_order(self._folds(train, self.config.order, learn), self.config.order)
        transfer = learn(train, self._workbench.fit)
        catalogue = transfer.catalogue(np.arange(train.n_items))
        self._fitted = _Fitted(transfer, order, catalogue, names, text)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an empty history."""
        if self._fitted is None:
            raise NotFittedError(self)
        return self._scores(self._fitted, users, self._fitted.catalogue)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores; NaN for an empty history.

        A document is searched for its year and for genres by name.
        """
        if self._fitted is None:
            raise NotFittedError(self)
        vectors = tuple(view.encode(documents) for view in self._fitted.text)
        films = of_documents(documents, self._fitted.genres, vectors)
        return self._scores(self._fitted, users, self._fitted.tastes.new(films))

    def _scores(self, fitted: _Fitted, users: UserBatch, items: ItemsToScore) -> Scores:
        return fitted.order.scores(fitted.tastes, users, items).astype(np.float32)

    def _folds(
        self, train: Dataset, config: OrderConfig, learn: Callable[[Dataset, _Fit], ScoreTransfer]
    ) -> Iterator[TrainingFold]:
        """Yield each fold, with its items removed from train; the first fold is without dates."""
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
            held = held.take(held.value >= train.scale.at(LIKED_SHARE))
            able = np.flatnonzero((part.ratings.user_counts > 0) & (held.user_counts > 0))
            people = np.sort(rng.permutation(able)[: config.people_per_fold])
            if not len(people):
                continue
            liked = np.zeros((train.n_users, len(cold)), bool)
            liked[held.user_num, column[held.item_num]] = True
            # workbench.fit would keep the models of every fold in memory.
            transfer = learn(part, lambda model, data: model.build(self._workbench).fit(data))
            users = UserBatch.known(part.ratings, people.astype(np.int32))
            yield TrainingFold(transfer, users, transfer.catalogue(cold), liked[people], dated=fold > 0)
