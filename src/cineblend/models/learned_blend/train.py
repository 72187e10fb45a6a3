"""Training: a linear score first, then trees that mend its order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.kept import kept
from cineblend.models.learned_blend.config import BoostConfig, RankerSettings
from cineblend.models.learned_blend.features import PERSON_FEATURES, Table, preference_features
from cineblend.models.learned_blend.training_set import Lessons
from cineblend.models.learned_blend.tree_scorer import Forest
from cineblend.models.shared.boosting import lightgbm

Weights = npt.NDArray[np.float64]

_FEWEST_IN_LEAF, _MOST_LEAVES_OF_ROWS = 20, 50
"""Few rows are cut into leaves of a fiftieth of them at least, and of so many."""
_FEW_LIKED = 0.1
"""Share of the liked films that lie below the floor of a preference."""
_FEWEST_TOLD = 50
"""Liked, and disliked, rows that a preference is learned from at least."""
_ALONE = 50_000
"""Up to so many rows one thread is as fast as two, which wait for each other at every split."""


_SHORT = 8.0
"""Ratings at which a history counts as half short."""


@kept("linear order")
@dataclass(frozen=True, eq=False)
class Linear:
    """score = (features - centre) · (weights + shortness · short) + level, a logistic regression's log-odds.

    A short history says less, so each feature may weigh more or less there.

    Attributes:
        centre: (features,) float64.
        weights: (features,) float64.
        short: (features,) float64; what is added to the weights for an empty history.
        level: the intercept.
        history: which feature is ln(1 + ratings).
    """

    centre: Weights
    weights: Weights
    short: Weights
    level: float
    history: int

    def score(self, rows: Table) -> Weights:
        """(...,) float64 for (..., features)."""
        apart = rows - self.centre
        found = apart @ self.weights + self.level
        if self.short.any():
            found += (apart @ self.short) * shortness(rows[..., self.history])
        return found

    def at(self, log_length: float) -> Weights:
        """(features,) the weights for a history of that ln(1 + ratings)."""
        return self.weights + self.short * float(shortness(np.array(log_length)))

    def without_last(self, n: int) -> Linear:
        """The same without the weights of the last ``n`` features."""
        kept_ = np.arange(len(self.weights)) < len(self.weights) - n
        return Linear(self.centre, self.weights * kept_, self.short * kept_, self.level, self.history)


def shortness(log_length: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """From 1 for an empty history towards 0 for a long one, by ln(1 + ratings)."""
    return _SHORT / (_SHORT + np.expm1(log_length))


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
        return self.linear.without_last(self.n_personal)

    @cached_property
    def forest(self) -> Forest:
        """All boosters' trees as one."""
        return Forest.read((booster.share, booster.trees.model_to_string()) for booster in self.boosters)


def learn(lessons: Lessons, config: RankerSettings, *, by_length: bool = False) -> Order:
    """Fit the linear score, then each kind of trees on what it leaves.

    Args:
        lessons: the rows.
        config: the numbers.
        by_length: let the linear weights depend on how short a history is.
    """
    rows, liked, names = lessons.rows, lessons.liked, lessons.names
    linear = fit_linear(rows, liked, names, config.regularization, by_length=by_length)
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


@kept("preference")
@dataclass(frozen=True, eq=False)
class Preference:
    """What is taken from a film's score where a person who watches it may well dislike it.

    Attributes:
        linear: the log-odds that a rated film is liked rather than disliked.
        floor: log-odds that nine in ten liked films reach; films above it lose nothing.
        share: factor of what lies below.
    """

    linear: Linear
    floor: float
    share: float

    def score(self, rows: Table) -> Weights:
        """(...,) float64, 0 or below, for (..., features)."""
        return self.share * np.minimum(self.linear.score(rows) - self.floor, 0)

    def weights(self, rows: Table) -> Weights:
        """(..., features) what one more of each feature adds: 0 for a film that loses nothing."""
        below = self.linear.score(rows) < self.floor
        return self.share * below[..., None] * self.linear.weights


def learn_preference(lessons: Lessons, config: RankerSettings) -> Preference | None:
    """From the rated rows alone; None where too few are liked or disliked, or none is asked for."""
    told = lessons.liked | lessons.disliked
    if not config.preference or min(lessons.liked.sum(), lessons.disliked.sum()) < _FEWEST_TOLD:
        return None
    columns = preference_features(lessons.names, tuple(part.name for part in config.parts))
    rows, liked = lessons.rows[told], lessons.liked[told]
    names = (*(lessons.names[column] for column in columns), "history")
    found = fit_linear(rows[:, columns], liked, names, config.regularization)
    d = len(lessons.names)
    weights, centre = np.zeros(d), np.zeros(d)
    weights[columns], centre[columns] = found.weights, found.centre
    linear = Linear(centre, weights, np.zeros(d), found.level, lessons.names.index("history"))
    floor = float(np.quantile(linear.score(rows[liked]), _FEW_LIKED))
    return Preference(linear, floor, config.preference)


def fit_linear(
    rows: Table,
    liked: npt.NDArray[np.bool_],
    names: tuple[str, ...],
    regularization: float,
    *,
    by_length: bool = False,
) -> Linear:
    """Logistic regression with a ridge.

    Args:
        rows: (m, features).
        liked: (m,).
        names: of the features.
        regularization: of the squared weights of the features over their deviations.
        by_length: let the weights depend on how short a history is.
    """
    from scipy.optimize import minimize

    target = liked.astype(np.float64)
    m, d = rows.shape
    history = names.index("history")
    if not liked.any():
        return Linear(np.zeros(d), np.zeros(d), np.zeros(d), 0.0, history)
    centre = rows.mean(axis=0, dtype=np.float64)
    spread = rows.std(axis=0, dtype=np.float64)
    spread[spread < 1e-6] = np.inf
    scaled = ((rows - centre) / spread).astype(np.float32)
    if by_length:
        scaled = np.hstack([scaled, scaled * shortness(rows[:, history]).astype(np.float32)[:, None]])
    width = scaled.shape[1]

    def loss(theta: Weights) -> tuple[float, Weights]:
        score = scaled @ theta[:width].astype(np.float32) + theta[width]
        score = score.astype(np.float64)
        wrong = 1 / (1 + np.exp(-score)) - target
        value = (np.logaddexp(0, score) - target * score).sum() + regularization * theta[:width] @ theta[
            :width
        ]
        slope = (wrong.astype(np.float32) @ scaled).astype(np.float64) + 2 * regularization * theta[:width]
        return value / m, np.append(slope, wrong.sum()) / m

    found = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    short = found[d : 2 * d] / spread if by_length else np.zeros(d)
    return Linear(centre, found[:d] / spread, short, float(found[width]), history)


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
