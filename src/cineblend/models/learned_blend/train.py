"""Training: fit a linear score, then boosted trees that correct its order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.kept import kept
from cineblend.models.learned_blend.config import BoostConfig, RankerSettings
from cineblend.models.learned_blend.features import PERSON_FEATURES, Table, preference_features
from cineblend.models.learned_blend.training_set import TrainingRows
from cineblend.models.learned_blend.tree_scorer import Forest
from cineblend.models.shared.boosting import lightgbm

Weights = npt.NDArray[np.float64]

_FEWEST_IN_LEAF, _MOST_LEAVES_OF_ROWS = 20, 50
"""With few rows, a leaf needs a 50th of them, and at least 20."""
_FEW_LIKED = 0.1
"""Share of the liked items that lie below the floor of a preference."""
_FEWEST_RATED = 50
"""Least number of liked rows, and of disliked rows, for learning a preference."""
_ONE_THREAD_ROWS = 50_000
"""Up to this many rows, one thread is as fast as two, which wait for each other at every split."""


_SHORT = 8.0
"""Number of ratings at which the shortness of a history is one half."""


@kept("linear order")
@dataclass(frozen=True, eq=False)
class Linear:
    """score = (features - centre) · (weights + shortness · short) + level, a logistic regression's log-odds.

    A short history carries less information, so each feature may have another weight there.

    Attributes:
        centre: (features,) float64, the features' means.
        weights: (features,) float64.
        short: (features,) float64, added to the weights for an empty history.
        level: the intercept.
        history: index of the feature ln(1 + ratings).
    """

    centre: Weights
    weights: Weights
    short: Weights
    level: float
    history: int

    def score(self, rows: Table) -> Weights:
        """(...,) float64 scores of (..., features)."""
        centred = rows - self.centre
        score = centred @ self.weights + self.level
        if self.short.any():
            score += (centred @ self.short) * shortness(rows[..., self.history])
        return score

    def at(self, log_length: float) -> Weights:
        """(features,) weights for a history with this ln(1 + ratings)."""
        return self.weights + self.short * float(shortness(np.array(log_length)))

    def without_last(self, n: int) -> Linear:
        """Return a copy in which the last ``n`` features weigh 0."""
        kept_ = np.arange(len(self.weights)) < len(self.weights) - n
        return Linear(self.centre, self.weights * kept_, self.short * kept_, self.level, self.history)


def shortness(log_length: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Map ln(1 + ratings) to 1 for an empty history, falling towards 0 for a long one."""
    return _SHORT / (_SHORT + np.expm1(log_length))


@kept("bag of trees")
@dataclass(frozen=True, eq=False)
class Booster:
    """The trees of one bag (anything with ``model_to_string``) and the factor of their score."""

    share: float
    trees: Any


@kept("order")
@dataclass(frozen=True, eq=False)
class Order:
    """A learned order: the linear score plus the trees' corrections.

    The trees start from the whole linear score. The final score leaves out its terms that depend on the
    user alone: they are equal for all items of a user and would shift rated items against cold-start items.

    Attributes:
        linear: the score that the trees start from.
        boosters: LightGBM models, one for each bag and kind; empty where there is nothing to learn.
        n_personal: how many of the last features depend on the user alone.
    """

    linear: Linear
    boosters: tuple[Booster, ...]
    n_personal: int = 0

    def score(self, rows: Table) -> Weights:
        """(m,) float64 scores of (m, features)."""
        score = self.impersonal.score(rows)
        if not self.boosters:
            return score
        return score + self.forest.score(np.column_stack([rows, score_column(self.linear, rows)]))

    @cached_property
    def impersonal(self) -> Linear:
        """The linear score without the features that depend on the user alone."""
        return self.linear.without_last(self.n_personal)

    @cached_property
    def forest(self) -> Forest:
        """The trees of all boosters as one forest."""
        return Forest.read((booster.share, booster.trees.model_to_string()) for booster in self.boosters)


def learn(training: TrainingRows, config: RankerSettings, *, by_length: bool = False) -> Order:
    """Fit the linear score, then each kind of trees on its errors.

    Args:
        training: the training rows.
        config: the hyper-parameters.
        by_length: whether the linear weights depend on the length of the history.
    """
    rows, liked, names = training.rows, training.liked, training.names
    linear = fit_linear(rows, liked, names, config.regularization, by_length=by_length)
    # Each tree sees a share of the rows, which LightGBM refuses to be none.
    boosts = [boost for boost in config.boosts if training.liked.any() and len(rows) * boost.row_share >= 1]
    return Order(
        linear,
        tuple(
            Booster(boost.share / boost.bags, _fit_trees(training, linear, boost, config.seed + bag))
            for boost in boosts
            for bag in range(boost.bags)
        ),
        sum(name in PERSON_FEATURES for name in training.names),
    )


def proposed_order(names: tuple[str, ...], config: RankerSettings) -> Order:
    """The order of the weighted sum that proposes candidates, where none can be learned."""
    share = {part.name: part.proposes for part in config.parts}
    weights = np.array([share.get(name, 0.0) for name in names])
    nothing = np.zeros(len(names))
    return Order(Linear(nothing, weights, nothing, 0.0, names.index("history")), ())


def score_column(linear: Linear, rows: Table) -> Table:
    """(m,) the linear score as a feature, rounded like the other features."""
    return np.round(linear.score(rows), 3).astype(np.float32)


@kept("preference")
@dataclass(frozen=True, eq=False)
class Preference:
    """A penalty for items that a user is likely to dislike.

    Attributes:
        linear: log-odds that a rated item is liked rather than disliked.
        floor: log-odds that 90 % of the liked items reach; items above it get no penalty.
        share: factor of the distance below the floor.
    """

    linear: Linear
    floor: float
    share: float

    def score(self, rows: Table) -> Weights:
        """(...,) float64 penalties, 0 or below, of (..., features)."""
        return self.share * np.minimum(self.linear.score(rows) - self.floor, 0)

    def weights(self, rows: Table) -> Weights:
        """(..., features) derivative of the penalty by each feature; 0 for an item without penalty."""
        below = self.linear.score(rows) < self.floor
        return self.share * below[..., None] * self.linear.weights


def learn_preference(training: TrainingRows, config: RankerSettings) -> Preference | None:
    """Fit a preference on the rated rows; None if it is off or if too few are liked or disliked."""
    rated = training.liked | training.disliked
    if not config.preference or min(training.liked.sum(), training.disliked.sum()) < _FEWEST_RATED:
        return None
    columns = preference_features(training.names, tuple(part.name for part in config.parts))
    rows, liked = training.rows[rated], training.liked[rated]
    names = (*(training.names[column] for column in columns), "history")
    fitted = fit_linear(rows[:, columns], liked, names, config.regularization)
    d = len(training.names)
    weights, centre = np.zeros(d), np.zeros(d)
    weights[columns], centre[columns] = fitted.weights, fitted.centre
    linear = Linear(centre, weights, np.zeros(d), fitted.level, training.names.index("history"))
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
    """Fit a logistic regression with a ridge penalty.

    Args:
        rows: (m, features).
        liked: (m,).
        names: names of the features.
        regularization: weight of the squared coefficients of the standardised features.
        by_length: whether the weights depend on the length of the history.
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
        error = 1 / (1 + np.exp(-score)) - target
        value = (np.logaddexp(0, score) - target * score).sum() + regularization * theta[:width] @ theta[
            :width
        ]
        slope = (error.astype(np.float32) @ scaled).astype(np.float64) + 2 * regularization * theta[:width]
        return value / m, np.append(slope, error.sum()) / m

    theta = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    short = theta[d : 2 * d] / spread if by_length else np.zeros(d)
    return Linear(centre, theta[:d] / spread, short, float(theta[width]), history)


def _fit_trees(training: TrainingRows, linear: Linear, boost: BoostConfig, seed: int) -> Any:
    lgb = lightgbm()
    start = linear.score(training.rows)
    rows = np.column_stack([training.rows, score_column(linear, training.rows)])
    data = lgb.Dataset(
        rows,
        training.liked.astype(np.int32),
        group=training.group if boost.objective == "lambdarank" else None,
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
        "num_threads": 2 if len(rows) > _ONE_THREAD_ROWS else 1,
        "seed": seed,
        "verbose": -1,
    }
    return lgb.train(settings, data, boost.rounds)
