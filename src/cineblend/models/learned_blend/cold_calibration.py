"""Cold: a film nobody rated gets the cold model's score on the scale of the learned order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from cineblend.data.catalog import Catalog
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
    ScoresSets,
    Spread,
    Workbench,
)
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.config import RankerSettings
from cineblend.models.shared.popularity_prior import AMONG_ITS_TIME, Matrix, dated_columns, standing
from cineblend.text.encoders.encoder import Embeddings

Column = npt.NDArray[np.float64]

_SHARE_COLD = 0.2
"""Share of the rated films whose ratings are taken away to see what the cold model's scores are worth."""
_STEPS = 200
_LEVEL = 1e-5
"""Slope of the mean loss at which the gate counts as learned."""
_WORTH_RIDGE = 1.0
"""Weight of the squared worths of a film's standing."""
_REFERENCE = 16_384
"""Rated films that set each person's scale: all of them up to so many, else as many drawn at random."""
_CELLS = 1 << 24
"""Pairs of a person and a taken film that the gate is learned from, at most, and scores held at once."""


@kept("cold gate")
@dataclass(frozen=True, eq=False)
class ColdGate:
    """log-odds(u, i) = level + renown(i) + slope · z, z the cold model's score in u's scale.

    A person's scale is the mean and deviation of the rated films' scores.

    Attributes:
        model: the cold model, fitted on all of the training set.
        reference: item numbers of rated films whose scores set each person's scale.
        renown: (n_items,) what a film's standing (``models.shared.popularity_prior``) adds; 0 where it is
            unknown, as for a film of middling standing.
        level: log-odds of a film of mean score.
        slope: log-odds a standard deviation.
    """

    model: Recommender
    reference: npt.NDArray[np.intp]
    renown: Column
    level: float
    slope: float

    def items(self, users: UserBatch, item_num: Items) -> Scores:
        """(len(users), c) log-odds; a film or person the model says nothing of is of mean score."""
        users = users.as_unseen()
        return self._odds(by_sets(self.model).score_same(users, item_num), users, self.renown[item_num])

    def documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds."""
        users = users.as_unseen()
        return self._odds(self.model.score_documents(users, documents), users, np.zeros(len(documents)))

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) what each rating of one unseen person adds to the log-odds.

        What it adds to the scores of all films alike cancels in z, and so is no part of it.
        """
        lines = self.model.contributions(users, item_num)
        level = by_sets(self.model).mean_contributions(users, self.reference)
        if lines is None or level is None:
            return np.zeros((len(users.item_num), len(item_num)))
        lines = lines - level[:, None]
        deviation = float(by_sets(self.model).spread_same(users, self.reference)[1][0, 0])
        return self.slope * lines / deviation if deviation > 1e-9 else np.zeros_like(lines)

    def _odds(self, scores: Scores, users: UserBatch, renown: Column) -> Scores:
        spread = by_sets(self.model).spread_same(users, self.reference)
        return (self.level + renown + self.slope * _scaled(scores, spread)).astype(np.float32)


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


def learn_gate(cold: ModelConfig, config: RankerSettings, train: Dataset, workbench: Workbench) -> ColdGate:
    """Take every rating away from some films, and learn what the cold model's scores of them are worth.

    The slope, the level and what a film's standing is worth are a logistic regression's of "the person
    rated and liked it"; the order of rated films was learned on hold-outs of 1 / ``n_folds`` of what
    people like, so the level is lowered to that share. It was learned from a share of the films not held
    out, which raises all its log-odds; the level is raised as much (the prior correction of King & Zeng,
    Logistic Regression in Rare Events Data, 2001).

    Raises:
        UserError: there are too few films to take one away.
    """
    split = cold_items(train, _SHARE_COLD, config.seed)
    rng = np.random.default_rng(config.seed)
    model = cold.build(workbench).fit(split.train)
    taken = np.flatnonzero(split.test.item_counts)
    reference = _some(np.flatnonzero(split.train.ratings.item_counts), _REFERENCE, rng)
    people = np.flatnonzero(split.train.ratings.user_counts).astype(np.int32)
    people = _some(people, min(config.max_users, max(1, _CELLS // max(len(taken), 1))), rng)
    likes = split.test.take(split.test.value >= config.relevant_share * train.scale.high).csr()
    z: list[Matrix] = []
    liked: list[npt.NDArray[np.bool_]] = []
    known = UserBatch.known(split.train.ratings, people)
    for users in known.blocks(max(1, _CELLS // train.n_items)):
        nobody = users.as_unseen()
        spread = by_sets(model).spread_same(nobody, reference)
        z.append(_scaled(by_sets(model).score_same(nobody, taken), spread))
        liked.append(likes[users.user_num][:, taken].toarray() > 0)
    familiarity = workbench.familiarity(config.familiar_to, train)
    films = _standing_columns(train.catalog, familiarity, np.flatnonzero(train.ratings.item_counts))
    share = np.maximum(np.diff(known.indptr), 1) ** -0.5
    level, slope, worth = _logistic(np.concatenate(z), films[taken], np.concatenate(liked), share)
    fitted = workbench.fit(cold, train)
    rated = _some(np.flatnonzero(train.ratings.item_counts), _REFERENCE, rng)
    level -= np.log(config.n_folds) + np.log(config.negatives)
    return ColdGate(fitted, rated, films @ worth, float(level), slope)


def _some(nums: npt.NDArray[np.integer], limit: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """All of them, or ``limit`` drawn at random, in their order."""
    return nums if len(nums) <= limit else np.sort(rng.permutation(nums)[:limit])


def _scaled(scores: Scores, spread: Spread) -> Matrix:
    mean, deviation = spread
    z = (scores - mean) / np.where(deviation > 1e-9, deviation, np.inf)
    return np.where(np.isnan(z), 0.0, z)


def _standing_columns(catalog: Catalog, familiarity: Embeddings, rated: npt.NDArray[np.intp]) -> Matrix:
    """(n_items, k) each film's standing less the rated films' mean; 0 where it is unknown."""
    shares = standing(catalog, familiarity)[:, list(AMONG_ITS_TIME)].T
    columns: list[Matrix] = []
    for share in shares:
        known = np.isfinite(share)
        if not known[rated].any():
            continue
        told = dated_columns(share, catalog.year)
        told[known] -= told[rated[known[rated]]].mean(axis=0)
        columns.append(told)
    return np.hstack([np.zeros((len(catalog), 0)), *columns])


def _logistic(
    z: Matrix, films: Matrix, liked: npt.NDArray[np.bool_], share: Column
) -> tuple[float, float, Column]:
    """Level, slope of z and worth of the films' columns by a convex fit on (n, t) pairs.

    There is a small ridge; the start has half a like more, so that none is not never.

    Args:
        z: (n, t) scores.
        films: (t, k) columns.
        liked: (n, t).
        share: (n,) what a person's pairs weigh; 1/sqrt(ratings), so that the busy do not decide alone.
    """
    from scipy.optimize import minimize

    share = (share / share.mean())[:, None]
    rate = ((share * liked).sum() + 0.5) / (liked.size + 1)
    films = np.column_stack([np.ones(z.shape[1]), films]).astype(np.float64)
    ridge = np.array([1e-3, 1e-3, *np.full(films.shape[1] - 1, _WORTH_RIDGE)])
    start = np.array([0.0, np.log(rate / (1 - rate)), *np.zeros(films.shape[1] - 1)])

    def loss(theta: Column) -> tuple[float, Column]:
        odds = theta[0] * z + films @ theta[1:]
        value = (share * (np.logaddexp(0, odds) - liked * odds)).sum() + ridge @ theta**2 / 2
        wrong = share * (expit(odds) - liked)
        slope = np.array([(wrong * z).sum(), *(films.T @ wrong.sum(axis=0))]) + ridge * theta
        return float(value / liked.size), slope / liked.size

    def curve(theta: Column) -> Matrix:
        p = expit(theta[0] * z + films @ theta[1:])
        weight = share * p * (1 - p)
        weighted = weight * z
        across = films.T @ weighted.sum(axis=0)
        own = (films.T * weight.sum(axis=0)) @ films
        whole = np.block([[np.array([[(weighted * z).sum()]]), across[None]], [across[:, None], own]])
        return (whole + np.diag(ridge)) / liked.size

    # Bare Newton steps run away where likes are rare and a few scores lie far out.
    found = minimize(
        loss, start, jac=True, hess=curve, method="trust-exact", options={"gtol": 1e-8, "maxiter": _STEPS}
    )
    # It may stop short of the last digits, where rounding hides what a step gains.
    if not np.abs(found.jac).max() < _LEVEL:
        raise CineblendError(
            f"what a new film's score is worth could not be learned: {found.message}",
            remedy="look for scores far from all others, or use a strategy other than cineblend",
        )
    theta = found.x
    worth: Column = theta[2:].astype(np.float64)
    return float(theta[1]), float(max(theta[0], 0.0)), worth
