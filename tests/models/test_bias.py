"""Bias: damped means, computed by hand."""

from __future__ import annotations

import numpy as np
from conformance import Conformance

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.models.bias import Bias, BiasConfig
from worlds import checkerboard


class TestBias(Conformance):
    config = BiasConfig()
    personal = False

    def test_items_without_ratings_are_scored_by_text_or_nan(self, model, world) -> None:
        cold = world.ratings.item_counts == 0
        assert np.isnan(model.score(UserBatch.known(world.ratings))[:, cold]).all()


def test_by_hand() -> None:
    """Ratings 5, 5, 2: the mean is 4; item 0 deviates by +2 over two ratings, item 1 by -2 over one."""
    world = checkerboard(n_users=2, n_items=3, cold=1)
    ratings = Ratings(
        np.array([0, 1, 1], np.int32),
        np.array([0, 0, 1], np.int32),
        np.array([5, 5, 2], np.float32),
        np.zeros(3, np.int64),
        2,
        3,
    )
    world = world.with_ratings(ratings, held_out=ratings.take(np.zeros(3, bool)))
    scores = (
        Bias(BiasConfig(item_damping=2.0, user_damping=1.0))
        .fit(world)
        .score(UserBatch.unseen([{}, {0: 5.0}, {0: 5.0, 2: 1.0}], 3))
    )
    film = np.array([4 + 2 / 4, 4 - 2 / 3, np.nan])
    person = (5 - 4.5) / 2  # item 2 has no bias
    np.testing.assert_allclose(scores, [film, film + person, film + person], rtol=1e-6)


def test_without_damping_it_is_the_mean() -> None:
    world = checkerboard()
    scores = Bias(BiasConfig(0.0, 0.0)).fit(world).score(UserBatch.unseen([{}], world.n_items))[0]
    ratings = world.ratings
    for item in range(4):
        np.testing.assert_allclose(scores[item], ratings.value[ratings.item_num == item].mean(), rtol=1e-5)
