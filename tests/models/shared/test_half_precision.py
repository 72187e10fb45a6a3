"""Half precision: which arrays are rounded, how far, and that a rounded model gives nearly equal scores."""

from __future__ import annotations

import numpy as np
import pytest

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.models.autoencoders.mult_vae import MultVAE, MultVAEConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.shared.half_precision import halved, rounded
from worlds import checkerboard

MANY = np.random.default_rng(0).normal(size=20_000).astype(np.float32)


def test_numbers_are_rounded_to_the_nearest_half_precision_value() -> None:
    found = rounded(MANY)
    np.testing.assert_array_equal(found, MANY.astype(np.float16).astype(np.float32))
    assert np.abs(found - MANY).max() <= np.abs(MANY).max() / 2048
    np.testing.assert_array_equal(rounded(found), found)


@pytest.mark.parametrize("values", [MANY[:100], MANY * 1e-5, MANY * 1e5, MANY[:0]])
def test_small_arrays_and_very_small_or_large_numbers_are_not_rounded(values: np.ndarray) -> None:
    assert rounded(values) is values


def test_a_rounded_model_gives_nearly_the_same_scores() -> None:
    world = checkerboard(n_users=40, n_items=160)
    users = UserBatch.known(world.ratings)
    model = MultVAE(MultVAEConfig(epochs=5)).fit(world)
    small = halved(model)
    assert small.state()["_weights"].size >= 1 << 14
    assert (small.state()["_weights"] != model.state()["_weights"]).any()
    np.testing.assert_allclose(small.score(users), model.score(users), atol=2e-3)
    exact = EaseConfig().build(FakeBench()).fit(world)
    np.testing.assert_array_equal(halved(exact).score(users), exact.score(users))
