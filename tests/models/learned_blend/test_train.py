"""Training: the linear score is the optimum of the ridge problem, with equal weights for all rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.models.learned_blend.config import Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.learned_blend.train import fit_linear, learn, learn_preference
from cineblend.models.learned_blend.training_set import TrainingRows
from cineblend.models.sequence.co_occurrence import AdjacentConfig

CONFIG = RankerConfig((Part("adjacent", AdjacentConfig(), 1.0),), regularization=2.0, boosts=())


def training_rows(seed: int = 0) -> TrainingRows:
    """One user who likes much, and thirty who like little and by another feature."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(900, 3)).astype(np.float32) * [1, 5, 0.2] + [0, 3, -1]
    group = np.array([300, *[20] * 30])
    much = np.arange(900) < 300
    odds = np.where(much, 2 * rows[:, 0] - 0.2 * rows[:, 1] + 1, 6 * rows[:, 2] + 2)
    liked = rng.random(900) < 1 / (1 + np.exp(-odds))
    return TrainingRows(rows.astype(np.float32), liked, np.zeros(900, bool), group, ("a", "b", "history"))


def test_at_the_linear_score_the_gradients_of_loss_and_ridge_cancel() -> None:
    training = training_rows()
    linear = learn(training, CONFIG).linear
    wrong = 1 / (1 + np.exp(-linear.score(training.rows))) - training.liked
    spread = training.rows.std(axis=0, dtype=np.float64)
    slope = wrong @ ((training.rows - linear.centre) / spread)
    np.testing.assert_allclose(slope, -2 * CONFIG.regularization * linear.weights * spread, atol=0.05)
    assert abs(wrong.sum()) < 0.05
    assert np.abs(2 * CONFIG.regularization * linear.weights * spread).max() > 1


def test_the_grouping_of_rows_does_not_change_the_linear_score() -> None:
    training = training_rows()
    others = replace(training, group=np.array([20] * 30 + [300]))
    ours, theirs = learn(training, CONFIG).linear, learn(others, CONFIG).linear
    np.testing.assert_array_equal(ours.weights, theirs.weights)


def test_without_likes_all_weights_are_0() -> None:
    training = training_rows()
    nothing = replace(training, liked=np.zeros(900, bool))
    assert not learn(nothing, CONFIG).linear.weights.any()


def test_weights_may_depend_on_how_short_a_history_is() -> None:
    rng = np.random.default_rng(0)
    history = np.repeat(np.log1p([1.0, 200.0]), 4000)
    rows = np.column_stack([rng.normal(size=8000), history]).astype(np.float32)
    odds = np.where(history < 1, 2.0, -1.0) * rows[:, 0]
    liked = rng.random(8000) < 1 / (1 + np.exp(-odds))
    found = fit_linear(rows, liked, ("a", "history"), 0.1, by_length=True)
    np.testing.assert_allclose(found.at(float(np.log1p(1)))[0], 2.0, atol=0.2)
    np.testing.assert_allclose(found.at(float(np.log1p(200)))[0], -1.0, atol=0.2)
    row = rows[:1]
    centred = row[0, 0] - found.centre[0]
    slope = found.at(float(row[0, 1]))
    expected = centred * slope[0] + (row[0, 1] - found.centre[1]) * slope[1] + found.level
    np.testing.assert_allclose(found.score(row)[0], expected, rtol=1e-5)


def test_a_preference_lowers_only_items_that_may_be_disliked() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(6000, 3)).astype(np.float32)
    fate = rng.random(6000) < 1 / (1 + np.exp(-3 * rows[:, 0]))
    rated = rng.random(6000) < 0.5
    names = ("signed", "age", "history")
    training = TrainingRows(rows, rated & fate, rated & ~fate, np.array([6000]), names)
    found = learn_preference(training, replace(CONFIG, preference=1.0))
    assert found is not None
    taken = found.score(rows)
    assert (taken <= 0).all()
    np.testing.assert_allclose((taken[training.liked] < 0).mean(), 0.1, atol=0.01)
    assert np.corrcoef(taken, rows[:, 0])[0, 1] > 0.5
    assert found.linear.weights[1] == 0
    np.testing.assert_array_equal(found.weights(rows)[taken == 0], 0)
    assert learn_preference(training, CONFIG) is None
