"""Training: the linear score is the ridge's optimum over rows that all count the same."""

from __future__ import annotations

import numpy as np

from cineblend.models.adjacent import AdjacentConfig
from cineblend.models.ranker.config import Part, RankerConfig
from cineblend.models.ranker.lessons import Lessons
from cineblend.models.ranker.train import learn

CONFIG = RankerConfig((Part("adjacent", AdjacentConfig(), 1.0),), regularization=2.0, boosts=())


def lessons(seed: int = 0) -> Lessons:
    """One person who likes much and thirty who like little, and for other reasons."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(900, 3)).astype(np.float32) * [1, 5, 0.2] + [0, 3, -1]
    group = np.array([300, *[20] * 30])
    much = np.arange(900) < 300
    odds = np.where(much, 2 * rows[:, 0] - 0.2 * rows[:, 1] + 1, 6 * rows[:, 2] + 2)
    return Lessons(rows.astype(np.float32), rng.random(900) < 1 / (1 + np.exp(-odds)), group, ("a", "b", "c"))


def test_the_linear_score_is_where_the_slope_of_the_plain_logistic_loss_is_the_ridges() -> None:
    taught = lessons()
    linear = learn(taught, CONFIG).linear
    wrong = 1 / (1 + np.exp(-linear.score(taught.rows))) - taught.liked
    spread = taught.rows.std(axis=0, dtype=np.float64)
    slope = wrong @ ((taught.rows - linear.centre) / spread)
    np.testing.assert_allclose(slope, -2 * CONFIG.regularization * linear.weights * spread, atol=0.05)
    assert abs(wrong.sum()) < 0.05
    assert np.abs(2 * CONFIG.regularization * linear.weights * spread).max() > 1


def test_who_taught_which_rows_makes_no_difference_to_it() -> None:
    taught = lessons()
    others = Lessons(taught.rows, taught.liked, np.array([20] * 30 + [300]), taught.names)
    ours, theirs = learn(taught, CONFIG).linear, learn(others, CONFIG).linear
    np.testing.assert_array_equal(ours.weights, theirs.weights)


def test_nothing_liked_teaches_nothing() -> None:
    taught = lessons()
    nothing = Lessons(taught.rows, np.zeros(900, bool), taught.group, taught.names)
    assert not learn(nothing, CONFIG).linear.weights.any()
