"""ColdCalibration: puts scores of items without ratings on the scale of the learned order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from cineblend.data.dataset import Dataset
from cineblend.data.split import cold_items
from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError
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
from cineblend.models.learned_blend.popularity_term import Column, PopularityColumns, PopularityTerm
from cineblend.models.shared.popularity_prior import Matrix
from cineblend.text.encoders.encoder import Embeddings

_SHARE_COLD = 0.2
"""Share of the rated items whose ratings are removed to calibrate the cold model's scores."""
_STEPS = 200
_LEVEL = 1e-5
"""Largest slope of the mean loss at which the calibration has converged."""
_POPULARITY_RIDGE = 1.0
"""Weight of the squared coefficients of an item's popularity prior."""
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
    """

    vectors: Embeddings
    renown: Column


@kept("cold gate")
@dataclass(frozen=True, eq=False)
class ColdCalibration:
    """log-odds(u, i) = level + renown(i) + slope · z, z the cold model's score on u's scale.

    A user's scale is the mean and deviation of the rated items' scores.

    Attributes:
        model: the cold model, fitted on the whole training set.
        reference: item numbers of the rated items whose scores set each user's scale.
        renown: (n_items,) log-odds added by an item's popularity prior (``models.shared.popularity_prior``);
            0 where it is unknown, as for an item of average popularity.
        level: log-odds of an item of mean score.
        slope: log-odds for one standard deviation.
        term: gives the renown of items that were not in the catalogue.
    """

    model: Recommender
    reference: npt.NDArray[np.intp]
    renown: Column
    level: float
    slope: float
    term: PopularityTerm | None = None

    def items(self, users: UserBatch, item_num: Items) -> Scores:
        """(len(users), c) log-odds; an item or user that the model cannot score gets the mean score."""
        users = users.as_unseen()
        return self._odds(by_sets(self.model).score_same(users, item_num), users, self.renown[item_num])

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
        return Described(self.model.describe(items), renown)

    def described(self, users: UserBatch, items: Described) -> Scores:
        """(len(users), n) log-odds of described items."""
        users = users.as_unseen()
        model = cast("ScoresDescribed", self.model)
        return self._odds(model.score_described(users, items.vectors), users, items.renown)

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

    def _odds(self, scores: Scores, users: UserBatch, popularity: Column) -> Scores:
        spread = by_sets(self.model).spread_same(users, self.reference)
        return (self.level + popularity + self.slope * _scaled(scores, spread)).astype(np.float32)


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
    level, slope, worth = _logistic(np.concatenate(z), columns[removed], np.concatenate(liked), weight)
    fitted = workbench.fit(cold, train)
    rated = _sample(np.flatnonzero(train.ratings.item_counts), _REFERENCE, rng)
    level -= np.log(config.n_folds) + np.log(config.negatives)
    term = PopularityTerm(columns_of, worth)
    return ColdCalibration(fitted, rated, columns @ worth, float(level), slope, term)


def _sample(nums: npt.NDArray[np.integer], limit: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return all numbers, or ``limit`` of them drawn at random, in their order."""
    return nums if len(nums) <= limit else np.sort(rng.permutation(nums)[:limit])


def _scaled(scores: Scores, spread: Spread) -> Matrix:
    mean, deviation = spread
    z = (scores - mean) / np.where(deviation > 1e-9, deviation, np.inf)
    return np.where(np.isnan(z), 0.0, z)


def _logistic(
    z: Matrix, columns: Matrix, liked: npt.NDArray[np.bool_], weight: Column
) -> tuple[float, float, Column]:
    """Fit level, slope of z and coefficients of the items' columns, by a convex fit on (n, t) pairs.

    There is a small ridge. The start has half a like more, so that a rate of 0 has finite log-odds.

    Args:
        z: (n, t) scores.
        columns: (t, k) features of the items.
        liked: (n, t).
        weight: (n,) weight of a user's pairs; 1/sqrt(ratings) keeps active users from dominating.
    """
    from scipy.optimize import minimize

    weight = (weight / weight.mean())[:, None]
    rate = ((weight * liked).sum() + 0.5) / (liked.size + 1)
    columns = np.column_stack([np.ones(z.shape[1]), columns]).astype(np.float64)
    ridge = np.array([1e-3, 1e-3, *np.full(columns.shape[1] - 1, _POPULARITY_RIDGE)])
    start = np.array([0.0, np.log(rate / (1 - rate)), *np.zeros(columns.shape[1] - 1)])

    def loss(theta: Column) -> tuple[float, Column]:
        odds = theta[0] * z + columns @ theta[1:]
        value = (weight * (np.logaddexp(0, odds) - liked * odds)).sum() + ridge @ theta**2 / 2
        error = weight * (expit(odds) - liked)
        slope = np.array([(error * z).sum(), *(columns.T @ error.sum(axis=0))]) + ridge * theta
        return float(value / liked.size), slope / liked.size

    def hessian(theta: Column) -> Matrix:
        p = expit(theta[0] * z + columns @ theta[1:])
        curvature = weight * p * (1 - p)
        weighted = curvature * z
        across = columns.T @ weighted.sum(axis=0)
        own = (columns.T * curvature.sum(axis=0)) @ columns
        whole = np.block([[np.array([[(weighted * z).sum()]]), across[None]], [across[:, None], own]])
        return (whole + np.diag(ridge)) / liked.size

    # Plain Newton steps diverge where likes are rare and a few scores are outliers.
    found = minimize(
        loss, start, jac=True, hess=hessian, method="trust-exact", options={"gtol": 1e-8, "maxiter": _STEPS}
    )
    # It may stop before the last digits, where rounding hides the gain of a step.
    if not np.abs(found.jac).max() < _LEVEL:
        raise CineblendError(
            f"the calibration of the scores of items without ratings did not converge: {found.message}",
            remedy="look for outliers among the ratings, or use a strategy other than cineblend",
        )
    theta = found.x
    worth: Column = theta[2:].astype(np.float64)
    return float(theta[1]), float(max(theta[0], 0.0)), worth
