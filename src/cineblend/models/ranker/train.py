"""Training: a linear score first, then trees that mend its order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.kept import kept
from cineblend.models.boosting import lightgbm
from cineblend.models.ranker.config import BoostConfig, RankerConfig
from cineblend.models.ranker.features import PERSON_FEATURES, Table
from cineblend.models.ranker.forest import Forest
from cineblend.models.ranker.lessons import Lessons

Weights = npt.NDArray[np.float64]

_FEWEST_IN_LEAF, _MOST_LEAVES_OF_ROWS = 20, 50
"""Few rows are cut into leaves of a fiftieth of them at least, and of so many."""
_ALONE = 50_000
"""Up to so many rows one thread is as fast as two, which wait for each other at every split."""


@kept("linear order")
@dataclass(frozen=True, eq=False)
class Linear:
    """score = (features - centre) · weights + level: the log-odds that a film is held out and liked.

    Attributes:
        centre: (features,) float64.
        weights: (features,) float64.
        level: the intercept.
    """

    centre: Weights
    weights: Weights
    level: float

    def score(self, rows: Table) -> Weights:
        """(...,) float64 for (..., features)."""
        return (rows - self.centre) @ self.weights + self.level


@kept("bag of trees")
@dataclass(frozen=True, eq=False)
class Booster:
    """One bag's trees, anything that gives LightGBM's text of them, and the factor of what they add."""

    share: float
    trees: Any


@kept("order")
@dataclass(frozen=True, eq=False)
class Order:
    """What was learned: the linear score plus the trees' corrections.

    What the linear score has of the person alone, the same for all their films, is where the trees start
    and no part of the score: it would move the rated films against those nobody rated.

    Attributes:
        linear: where the trees start.
        boosters: LightGBM models, one a bag and kind; none where there is nothing to learn.
        n_personal: how many of the last features are of the person alone.
    """

    linear: Linear
    boosters: tuple[Booster, ...]
    n_personal: int = 0

    def score(self, rows: Table) -> Weights:
        """(m,) float64 for (m, features)."""
        score = self.impersonal.score(rows)
        if not self.boosters:
            return score
        return score + self.forest.score(np.column_stack([rows, score_column(self.linear, rows)]))

    @cached_property
    def impersonal(self) -> Linear:
        """The linear score without what is of the person alone."""
        weights = self.linear.weights.copy()
        weights[len(weights) - self.n_personal :] = 0
        return Linear(self.linear.centre, weights, self.linear.level)

    @cached_property
    def forest(self) -> Forest:
        """All boosters' trees as one."""
        return Forest.read((booster.share, booster.trees.model_to_string()) for booster in self.boosters)


def learn(lessons: Lessons, config: RankerConfig) -> Order:
    """Fit the linear score, then each kind of trees on what it leaves."""
    linear = _fit_linear(lessons, config.regularization)
    boosts = config.boosts if lessons.liked.any() else ()
    return Order(
        linear,
        tuple(
            Booster(boost.share / boost.bags, _fit_trees(lessons, linear, boost, config.seed + bag))
            for boost in boosts
            for bag in range(boost.bags)
        ),
        sum(name in PERSON_FEATURES for name in lessons.names),
    )


def score_column(linear: Linear, rows: Table) -> Table:
    """(m,) the linear score as a feature, rounded like the others."""
    return np.round(linear.score(rows), 3).astype(np.float32)


def _fit_linear(lessons: Lessons, regularization: float) -> Linear:
    """Logistic regression with a ridge."""
    from scipy.optimize import minimize

    rows, liked = lessons.rows, lessons.liked.astype(np.float64)
    m, d = rows.shape
    if not liked.any():
        return Linear(np.zeros(d), np.zeros(d), 0.0)
    centre = rows.mean(axis=0, dtype=np.float64)
    spread = rows.std(axis=0, dtype=np.float64)
    spread[spread < 1e-6] = np.inf
    scaled = ((rows - centre) / spread).astype(np.float32)

    def loss(theta: Weights) -> tuple[float, Weights]:
        score = scaled @ theta[:d].astype(np.float32) + theta[d]
        score = score.astype(np.float64)
        wrong = 1 / (1 + np.exp(-score)) - liked
        value = (np.logaddexp(0, score) - liked * score).sum() + regularization * theta[:d] @ theta[:d]
        slope = (wrong.astype(np.float32) @ scaled).astype(np.float64) + 2 * regularization * theta[:d]
        return value / m, np.append(slope, wrong.sum()) / m

    found = minimize(loss, np.zeros(d + 1), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    return Linear(centre, found[:d] / spread, float(found[d]))


def _fit_trees(lessons: Lessons, linear: Linear, boost: BoostConfig, seed: int) -> Any:
    lgb = lightgbm()
    start = linear.score(lessons.rows)
    rows = np.column_stack([lessons.rows, score_column(linear, lessons.rows)])
    data = lgb.Dataset(
        rows,
        lessons.liked.astype(np.int32),
        group=lessons.group if boost.objective == "lambdarank" else None,
        init_score=start,
        params={"max_bin": 127, "verbose": -1},
    )
    settings = {
        "objective": boost.objective,
        "lambdarank_truncation_level": boost.depth,
        "learning_rate": boost.learning_rate,
        "num_leaves": boost.leaves,
        "min_data_in_leaf": min(boost.min_in_leaf, max(_FEWEST_IN_LEAF, len(rows) // _MOST_LEAVES_OF_ROWS)),
        "feature_fraction": boost.feature_share,
        "bagging_fraction": boost.row_share,
        "bagging_freq": 1,
        "lambda_l2": boost.l2,
        "max_bin": 127,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 2 if len(rows) > _ALONE else 1,
        "seed": seed,
        "verbose": -1,
    }
    return lgb.train(settings, data, boost.rounds)
