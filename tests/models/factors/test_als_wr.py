"""WeightedALS: exact least squares with a ridge by the number of ratings."""

from __future__ import annotations

import numpy as np
from conformance import Conformance

from cineblend.data.users import UserBatch
from cineblend.models.factors.als_wr import WeightedALS, WeightedALSConfig
from factor_loss import implicit_loss, people_of
from worlds import checkerboard


class TestImplicit(Conformance):
    # Low ratings count as feedback too: only likes give the board one colour for each user.
    config = WeightedALSConfig(2, 0.01, 20.0, 20, "liked")
    adds_up = True


class TestExplicit(Conformance):
    config = WeightedALSConfig(4, 0.02, epochs=20, feedback="explicit")
    adds_up = True


def test_a_fold_in_minimises_the_loss() -> None:
    world = checkerboard()
    model = WeightedALS(WeightedALSConfig(4, 0.05, 5.0, epochs=10)).fit(world)
    people = people_of(model, world)
    least = implicit_loss(model, world, people)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert implicit_loss(model, world, people + 1e-3 * rng.standard_normal(people.shape)) > least


def test_more_epochs_never_raise_the_loss() -> None:
    world = checkerboard()
    losses = [
        implicit_loss(WeightedALS(WeightedALSConfig(4, 0.05, 5.0, epochs)).fit(world), world)
        for epochs in (1, 2, 4, 8)
    ]
    assert losses == sorted(losses, reverse=True)


def test_factors_fitted_elsewhere_give_the_same_scores() -> None:
    world = checkerboard()
    fitted = WeightedALS(WeightedALSConfig(4)).fit(world)
    assert fitted._items is not None
    adopted = WeightedALS.of(fitted.config, fitted._items, world.ratings.item_counts > 0, world.scale.high)
    users = UserBatch.known(world.ratings)
    np.testing.assert_array_equal(adopted.score(users), fitted.score(users))


def test_explicit_factors_predict_ratings() -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    model = WeightedALS(WeightedALSConfig(4, 0.01, epochs=20, feedback="explicit")).fit(world)
    predicted = model.score(users)[users.row, users.item_num]
    assert np.abs(predicted - users.value).max() < 0.5
