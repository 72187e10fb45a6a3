"""EasePrior: least squares towards a matrix of text, with both solvers."""

from __future__ import annotations

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.linear.ease import Ease, EaseConfig
from cineblend.models.linear.ease_prior import EasePrior, EasePriorConfig
from cineblend.models.linear.gram_inverse import Solver
from cineblend.models.shared.grading import inputs
from cineblend.text.features import TextSpec
from worlds import checkerboard

TEXT = (TextSpec("fake"),)
CONFIG = EasePriorConfig(TEXT, 1.0, 4.0, 0.5)


class TestEasePrior(Conformance):
    config = CONFIG
    adds_up = True
    reads_text = True


class TestEasePriorPrimal(Conformance):
    config = EasePriorConfig(TEXT, 1.0, 4.0, 0.5, solver="primal")
    adds_up = True
    reads_text = True


@pytest.mark.parametrize("solver", ["primal", "dual"])
def test_equals_explicit_least_squares(solver: Solver) -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    x = inputs(users, "graded", 5.0).toarray()
    vectors = FakeBench().features(TextSpec("fake"), world).items.astype(np.float64)
    nothing = np.zeros((world.n_items, world.n_items))
    prior = zero_diagonal_least_squares(vectors.T, 0.5, 0.0, nothing)
    weights = zero_diagonal_least_squares(x, 1.0, 4.0, prior)
    config = EasePriorConfig(TEXT, 1.0, 4.0, 0.5, solver=solver)
    scores = EasePrior(config, FakeBench()).fit(world).score(users)
    np.testing.assert_allclose(scores, x @ weights, rtol=1e-5, atol=1e-6)


def zero_diagonal_least_squares(x: np.ndarray, strength: float, pull: float, prior: np.ndarray) -> np.ndarray:
    """argmin |X - XB|² + strength |B|² + pull |B - prior|², a column at a time by numpy's least squares."""
    n = x.shape[1]
    weights = np.zeros((n, n))
    for j in range(n):
        others = np.flatnonzero(np.arange(n) != j)
        eye = np.eye(n - 1)
        rows = np.concatenate([x[:, others], np.sqrt(strength) * eye, np.sqrt(pull) * eye])
        target = np.concatenate([x[:, j], np.zeros(n - 1), np.sqrt(pull) * prior[others, j]])
        weights[others, j] = np.linalg.lstsq(rows, target, rcond=None)[0]
    return weights


def test_with_a_prior_weight_of_0_it_is_ease() -> None:
    world = checkerboard(cold=0)
    users = UserBatch.known(world.ratings)
    np.testing.assert_allclose(
        EasePrior(EasePriorConfig(TEXT, 3.0, 0.0), FakeBench()).fit(world).score(users),
        Ease(EaseConfig(3.0), FakeBench()).fit(world).score(users),
        rtol=1e-5,
    )


def test_a_new_text_is_least_squares_towards_its_ridge() -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    bench = FakeBench()
    x = inputs(users, "graded", 5.0).toarray()
    features = bench.features(TextSpec("fake"), world)
    vectors, text = features.items.astype(np.float64), features.encode(["robot Drama"])[0].astype(np.float64)
    towards = vectors @ np.linalg.solve(vectors.T @ vectors + 0.5 * np.eye(len(text)), text)
    weights = np.linalg.solve(x.T @ x + 5.0 * np.eye(world.n_items), 4.0 * towards)
    scores = EasePrior(CONFIG, bench).fit(world).score_documents(users, ["robot Drama", "xyzzy"])
    np.testing.assert_allclose(scores[:, 0], x @ weights, rtol=1e-5)
    assert np.isnan(scores[:, 1]).all()


@pytest.mark.parametrize(
    ("numbers", "named"),
    [((0, 1, 1), "regularization"), ((1, -1, 1), "prior_weight"), ((1, 1, 0), "text_reg")],
)
def test_invalid_hyper_parameters_are_refused(numbers: tuple[float, float, float], named: str) -> None:
    with pytest.raises(UserError, match=named):
        EasePriorConfig(TEXT, *numbers)
