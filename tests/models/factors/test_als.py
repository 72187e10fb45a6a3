"""ALS: implicit's factors and this package's fold-in."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from conformance import Conformance

from cineblend.data.users import UserBatch
from cineblend.models.factors import least_squares
from cineblend.models.factors.als import ALS, ALSConfig
from cineblend.models.shared.grading import inputs
from worlds import checkerboard

CONFIG = ALSConfig(n_factors=4, regularization=0.5, confidence=5.0, epochs=20)


class TestALS(Conformance):
    # Low ratings count as feedback too: only likes give the board one colour for each user.
    config = ALSConfig(n_factors=2, regularization=0.5, confidence=20.0, epochs=20, grading="liked")
    adds_up = True


def fitted_by_implicit(world, epochs: int):
    from implicit.cpu.als import AlternatingLeastSquares

    rated = np.flatnonzero(world.ratings.item_counts)
    confidence = inputs(UserBatch.known(world.ratings), "graded", 5.0)[:, rated]
    confidence.data = 1 + 5.0 * confidence.data
    model = AlternatingLeastSquares(
        4,
        regularization=0.5,
        alpha=1.0,
        dtype=np.float64,  # pyright: ignore[reportArgumentType]
        use_cg=False,
        iterations=epochs,
        random_state=42,
    )
    model.fit(sp.csr_matrix(confidence), show_progress=False)
    return model, rated


@pytest.mark.filterwarnings("ignore:OpenBLAS is configured:RuntimeWarning")
def test_a_known_users_fold_in_equals_the_fitted_factor() -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    model, rated = fitted_by_implicit(world, epochs=300)  # converged: one more half-step changes nothing
    ours = ALS(ALSConfig(4, 0.5, 5.0, epochs=300)).fit(world)
    expected = np.asarray(model.user_factors) @ np.asarray(model.item_factors).T
    np.testing.assert_allclose(ours.score(users)[:, rated], expected, atol=2e-3)
    np.testing.assert_array_equal(ours.score(users), ours.score(users.as_unseen()))


def test_fold_in_solves_equation_4() -> None:
    world = checkerboard()
    model = ALS(CONFIG).fit(world)
    items, columns = model._items, model._columns.items
    assert items is not None
    history = {0: 5.0, 3: 1.0, 4: 3.5}
    c = np.ones(len(columns))
    c[[0, 3, 4]] += 5.0 * np.array([1.0, 0.2, 0.5])
    p = np.zeros(len(columns))
    p[[0, 3, 4]] = 1
    factor = np.linalg.solve(items.T @ (c[:, None] * items) + 0.5 * np.eye(4), items.T @ (c * p))
    scores = model.score(UserBatch.unseen([history], world.n_items))[0, columns]
    np.testing.assert_allclose(scores, items @ factor, rtol=1e-5)


def test_fold_in_does_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    world = checkerboard()
    model, users = ALS(CONFIG).fit(world), UserBatch.known(world.ratings)
    whole = model.score(users)
    monkeypatch.setattr(least_squares, "_CELLS", 100)
    np.testing.assert_allclose(model.score(users), whole, rtol=1e-6)


def test_the_same_seed_gives_the_same_scores_and_another_gives_others() -> None:
    world = checkerboard(n_users=60, n_items=80)
    users = UserBatch.known(world.ratings)
    first, again, other = (
        ALS(ALSConfig(8, 1.0, epochs=3, seed=seed)).fit(world).score(users) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.nanmax(np.abs(first - other)) > 1e-4


def test_an_empty_history_cannot_be_scored() -> None:
    world = checkerboard()
    assert np.isnan(ALS(CONFIG).fit(world).score(UserBatch.unseen([{}], world.n_items))).all()
