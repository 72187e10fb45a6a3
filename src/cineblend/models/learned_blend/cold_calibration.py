"""ColdCalibration: puts scores of items without ratings on the scale of the learned order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.split import cold_items
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import (
    Contributions,
    ModelConfig,
    Recommender,
    Scores,
    ScoresDescribed,
    ScoresSets,
    Spread,
    Workbench,
)
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.config import RankerSettings
from cineblend.models.learned_blend.logistic import Column, logistic
from cineblend.models.learned_blend.popularity_term import PopularityColumns, PopularityTerm
from cineblend.models.learned_blend.release_age import ReleaseAge, learn_release_age
from cineblend.models.shared.popularity_prior import Matrix
from cineblend.text.encoders.encoder import Embeddings

Years = npt.NDArray[np.int32]

_SHARE_COLD = 0.2
"""Share of the rated items whose ratings are removed to calibrate the cold model's scores."""
_REFERENCE = 16_384
"""Largest number of rated items that set each user's scale; more than this are sampled."""
_CELLS = 1 << 24
"""Largest number of (user, removed item) pairs to calibrate on, and of scores held at once."""


@kept("described cold items")
@dataclass(frozen=True, eq=False)
class Described:
    """n items that were not in the catalogue.

    Attributes:
        vectors: (n, d) float32, what the cold model scores.
        renown: (n,) see ``ColdCalibration``.
        year: (n,) year of release, 0 where unknown; None in bundles of earlier versions.
    """

    vectors: Embeddings
    renown: Column
    year: Years | None = None


@kept("cold gate")
@dataclass(frozen=True, eq=False)
class ColdCalibration:
    """log-odds(u, i) = level + renown(i) + age(u, i) + slope · z, z the cold model's score on u's scale.

    A user's scale is the mean and deviation of the rated items' scores.

    Attributes:
        model: the cold model, fitted on the whole training set.
        reference: item numbers of the rated items whose scores set each user's scale.
        renown: (n_items,) log-odds added by an item's popularity prior (``models.shared.popularity_prior``);
            0 where it is unknown, as for an item of average popularity.
        level: log-odds of an item of mean score.
        slope: log-odds for one standard deviation.
        term: gives the renown of items that were not in the catalogue.
        age: see ``ReleaseAge``; None where it was not learned.
        year: (n_items,) year of release, 0 where unknown; None in bundles of earlier versions.
    """

    model: Recommender
    reference: npt.NDArray[np.intp]
    renown: Column
    level: float
    slope: float
    term: PopularityTerm | None = None
    age: ReleaseAge | None = None
    year: Years | None = None

    def items(self, users: UserBatch, item_num: Items) -> Scores:
        """(len(users), c) log-odds; an item or user that the model cannot score gets the mean score."""
        users = users.as_unseen()
        year = None if self.year is None else self.year[item_num]
        scores = by_sets(self.model).score_same(users, item_num)
        return self._odds(scores, users, self.renown[item_num], year)

    def documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds."""
        users = users.as_unseen()
        return self._odds(self.model.score_documents(users, documents), users, np.zeros(len(documents)))

    def describe(self, items: Dataset) -> Described | None:
        """What scoring needs of items that were not in the catalogue; None if the model needs a catalogue."""
        if not isinstance(self.model, ScoresDescribed):
            return None
        renown = np.zeros(items.n_items)
        if self.term is not None:
            renown = self.term.of(items.catalog)
        return Described(self.model.describe(items), renown, items.catalog.year)

    def described(self, users: UserBatch, items: Described) -> Scores:
        """(len(users), n) log-odds of described items."""
        users = users.as_unseen()
        model = cast("ScoresDescribed", self.model)
        return self._odds(model.score_described(users, items.vectors), users, items.renown, items.year)

    def described_contributions(self, users: UserBatch, items: Described) -> Contributions:
        """(len(history), n) what each rating of one unseen user adds to the log-odds of described items."""
        return self._relative(
            users, cast("ScoresDescribed", self.model).described_contributions(users, items.vectors)
        )

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) what each rating of one unseen user adds to the log-odds.

        The part of a contribution that is equal for all items cancels in z and is left out.
        """
        added = self.model.contributions(users, item_num)
        return (
            np.zeros((len(users.item_num), len(item_num))) if added is None else self._relative(users, added)
        )

    def _relative(self, users: UserBatch, added: Contributions) -> Contributions:
        """Contributions less their level over the reference, in the log-odds' unit."""
        level = by_sets(self.model).mean_contributions(users, self.reference)
        if level is None:
            return np.zeros_like(added)
        added = added - level[:, None]
        deviation = float(by_sets(self.model).spread_same(users, self.reference)[1][0, 0])
        return self.slope * added / deviation if deviation > 1e-9 else np.zeros_like(added)

    def _odds(
        self, scores: Scores, users: UserBatch, popularity: Column, year: Years | None = None
    ) -> Scores:
        spread = by_sets(self.model).spread_same(users, self.reference)
        odds = self.level + popularity + self.slope * _scaled(scores, spread)
        if self.age is not None and year is not None:
            odds += self.age.of(users.ask_time, year)
        return odds.astype(np.float32)


def by_sets(model: Recommender) -> ScoresSets:
    """The model, or its scores of the whole catalogue where it has no shorter way to those of a set."""
    return model if isinstance(model, ScoresSets) else _Whole(model)


@dataclass(frozen=True, eq=False)
class _Whole:
    model: Recommender

    def score_same(self, users: UserBatch, item_num: Items) -> Scores:
        return self.model.score(users)[:, item_num]

    def spread_same(self, users: UserBatch, item_num: Items) -> Spread:
        own = np.ma.masked_invalid(self.score_same(users, item_num).astype(np.float64))
        return own.mean(axis=1, keepdims=True).filled(0), own.std(axis=1, keepdims=True).filled(0)

    def mean_contributions(self, users: UserBatch, item_num: Items) -> Column | None:
        lines = self.model.contributions(users, item_num)
        return None if lines is None else lines.mean(axis=1)


def learn_calibration(
    cold: ModelConfig, config: RankerSettings, train: Dataset, workbench: Workbench
) -> ColdCalibration:
    """Remove all ratings of some items, score them with the cold model, and calibrate these scores.

    A logistic regression of "the user rated and liked it" gives the slope, the level and the coefficients of
    the popularity prior. The order of rated items was learned on hold-outs of 1 / ``n_folds`` of the likes,
    so the level is lowered to that share. That order was also learned from only a share of the items that
    were not held out, which raises all its log-odds; the level is raised as much (the prior correction of
    King & Zeng, Logistic Regression in Rare Events Data, 2001).

    Raises:
        UserError: there are too few items to remove one.
    """
    split = cold_items(train, _SHARE_COLD, config.seed)
    rng = np.random.default_rng(config.seed)
    model = cold.build(workbench).fit(split.train)
    removed = np.flatnonzero(split.test.item_counts)
    reference = _sample(np.flatnonzero(split.train.ratings.item_counts), _REFERENCE, rng)
    people = np.flatnonzero(split.train.ratings.user_counts).astype(np.int32)
    people = _sample(people, min(config.max_users, max(1, _CELLS // max(len(removed), 1))), rng)
    likes = split.test.take(split.test.value >= train.scale.at(config.relevant_share)).csr()
    z: list[Matrix] = []
    liked: list[npt.NDArray[np.bool_]] = []
    known = UserBatch.known(split.train.ratings, people)
    for users in known.blocks(max(1, _CELLS // train.n_items)):
        unseen = users.as_unseen()
        sets = by_sets(model)
        spread = sets.spread_same(unseen, reference)
        z.append(_scaled(sets.score_same(unseen, removed), spread))
        liked.append(likes[users.user_num][:, removed].toarray() > 0)
    familiarity = workbench.familiarity(config.familiar_to, train)
    columns_of = PopularityColumns.of(train, familiarity)
    columns = columns_of(train.catalog, familiarity)
    weight = np.maximum(np.diff(known.indptr), 1) ** -0.5
    level, slope, worth = logistic(np.concatenate(z), columns[removed], np.concatenate(liked), weight)
    fitted = workbench.fit(cold, train)
    rated = _sample(np.flatnonzero(train.ratings.item_counts), _REFERENCE, rng)
    level -= np.log(config.n_folds) + np.log(config.negatives)
    gate = ColdCalibration(
        fitted, rated, columns @ worth, float(level), slope, PopularityTerm(columns_of, worth)
    )
    learned_without = replace(gate, model=model, reference=reference, level=0.0)
    age = learn_release_age(learned_without.items, train, config.max_users, rng)
    return replace(gate, age=age, year=train.catalog.year)


def _sample(nums: npt.NDArray[np.integer], limit: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return all numbers, or ``limit`` of them drawn at random, in their order."""
    return nums if len(nums) <= limit else np.sort(rng.permutation(nums)[:limit])


def _scaled(scores: Scores, spread: Spread) -> Matrix:
    mean, deviation = spread
    z = (scores - mean) / np.where(deviation > 1e-9, deviation, np.inf)
    return np.where(np.isnan(z), 0.0, z)
