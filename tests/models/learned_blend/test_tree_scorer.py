"""Forest: equal to LightGBM's own predictions, for trees of any number of leaves that fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cineblend.errors import UserError
from cineblend.models.learned_blend.config import BoostConfig
from cineblend.models.learned_blend.tree_scorer import Forest


def trained(leaves: int, n_trees: int = 4, *, objective: str = "regression") -> tuple[Any, np.ndarray]:
    import lightgbm as lgb

    rng = np.random.default_rng(leaves)
    rows = np.round(rng.normal(size=(700, 5)), 3).astype(np.float32)
    rows[:, 4] = rng.integers(0, 3, 700)
    wanted = rows[:, 0] * rows[:, 1] + rows[:, 4] + rng.normal(size=700) / 5
    settings = {
        "objective": objective,
        "num_leaves": leaves,
        "min_data_in_leaf": 2,
        "verbose": -1,
        "num_threads": 1,
    }
    return lgb.train(settings, lgb.Dataset(rows, wanted), n_trees), rows


@pytest.mark.parametrize("leaves", [2, 16, 17, 33, 64])
def test_scores_equal_lightgbms_predictions(leaves: int) -> None:
    model, rows = trained(leaves)
    text = model.model_to_string()
    assert f"num_leaves={leaves}" in text
    expected = model.predict(rows, raw_score=True)
    forest = Forest.read([(1.0, text)])
    np.testing.assert_allclose(forest.score(rows), expected, rtol=1e-12)
    at_the_edges = np.repeat(next(steps for _, steps in forest.thresholds), 5).reshape(-1, 5)
    np.testing.assert_allclose(
        forest.score(at_the_edges), model.predict(at_the_edges, raw_score=True), rtol=1e-12
    )


def test_models_are_summed_with_their_factors() -> None:
    (first, rows), (second, _) = trained(7), trained(12)
    forest = Forest.read([(0.5, first.model_to_string()), (-2.0, second.model_to_string())])
    expected = 0.5 * first.predict(rows, raw_score=True) - 2 * second.predict(rows, raw_score=True)
    np.testing.assert_allclose(forest.score(rows), expected, rtol=1e-10, atol=1e-12)


def test_trees_without_a_test_give_a_constant() -> None:
    import lightgbm as lgb

    rows = np.zeros((50, 2), np.float32)
    model = lgb.train({"verbose": -1}, lgb.Dataset(rows, np.full(50, 3.0)), 2)
    forest = Forest.read([(1.0, model.model_to_string())])
    np.testing.assert_allclose(forest.score(rows), np.asarray(model.predict(rows, raw_score=True)))


def test_no_rows_and_no_trees() -> None:
    model, rows = trained(4)
    assert Forest.read([(1.0, model.model_to_string())]).score(rows[:0]).shape == (0,)
    np.testing.assert_array_equal(Forest.read([]).score(rows), np.zeros(len(rows)))


def test_unsupported_trees_are_refused() -> None:
    model, _ = trained(65)
    with pytest.raises(ValueError, match="65 leaves, more than 64"):
        Forest.read([(1.0, model.model_to_string())])
    text = trained(4)[0].model_to_string()
    with pytest.raises(ValueError, match="missing values"):
        Forest.read([(1.0, text.replace("decision_type=2", "decision_type=10"))])
    with pytest.raises(UserError, match="leaves is 65"):
        BoostConfig(leaves=65)
