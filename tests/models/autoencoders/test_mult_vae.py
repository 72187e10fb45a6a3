"""MultVAE: conformance, and one matrix for several nets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.autoencoders.mult_vae import MultVAE, MultVAEConfig
from worlds import checkerboard

CONFIG = MultVAEConfig(n_factors=8, epochs=30, n_nets=2)


class TestMultVAE(Conformance):
    # Low ratings count as feedback too: only likes give the board one colour for each user.
    config = MultVAEConfig(n_factors=8, epochs=60, n_nets=2, grading="liked")


def test_a_score_is_its_level_plus_the_contributions() -> None:
    world = checkerboard()
    model = MultVAE(CONFIG).fit(world)
    users = UserBatch.unseen([{0: 5.0, 3: 1.0, 4: 3.5}], world.n_items)
    items = np.flatnonzero(world.ratings.item_counts)
    added = model.contributions(users, items)
    np.testing.assert_allclose(added.sum(axis=0) + model._level, model.score(users)[0, items], rtol=1e-5)
    twice = UserBatch.unseen([{0: 5.0}, {0: 3.5}], world.n_items)
    # The value of a single rating does not matter: x has length 1.
    np.testing.assert_allclose(model.score(twice)[0], model.score(twice)[1], rtol=1e-6)


def test_an_item_without_a_column_has_no_score() -> None:
    world = checkerboard()
    model = MultVAEConfig(n_items=5, n_factors=4, epochs=3, n_nets=1).build(FakeBench()).fit(world)
    best = np.sort(np.argsort(-world.ratings.item_counts, kind="stable")[:5])
    other = int(np.setdiff1d(np.arange(world.n_items), best)[0])
    known, alone = model.score(UserBatch.unseen([{int(best[0]): 5.0}, {other: 5.0}], world.n_items))
    np.testing.assert_array_equal(np.flatnonzero(np.isfinite(known)), best)
    assert np.isnan(alone).all()
    users = UserBatch.unseen([{int(best[0]): 5.0, other: 4.0}], world.n_items)
    added = model.contributions(users, np.array([other, best[1]]))
    assert added is not None
    assert (added[0] != 0).tolist() == [False, True]
    assert not added[1].any()


def test_another_seed_gives_another_model() -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    one, other = (MultVAEConfig(n_factors=4, epochs=2, n_nets=1, seed=seed) for seed in (1, 2))
    scores = [MultVAE(config).fit(world).score(users)[:, :9] for config in (one, other)]
    assert np.isfinite(scores).all()
    assert (scores[0] != scores[1]).all()


def test_without_training_likes_scores_by_likes_are_0() -> None:
    world = checkerboard()
    low = replace(world.ratings, value=np.full_like(world.ratings.value, 1.0))
    model = MultVAE(replace(CONFIG, grading="liked")).fit(replace(world, ratings=low))
    scores = model.score(UserBatch.unseen([{0: 5.0}, {0: 1.0}], world.n_items))
    assert not np.nan_to_num(scores[0]).any()
    assert np.isnan(scores[1]).all()


def test_without_any_rating_nothing_can_be_scored() -> None:
    world = checkerboard()
    empty = replace(world, ratings=world.ratings.take(np.empty(0, np.intp)))
    model = MultVAE(CONFIG).fit(empty)
    users = UserBatch.unseen([{0: 5.0}], world.n_items)
    assert np.isnan(model.score(users)).all()
    assert np.isnan(model.score_items(users, np.array([[0, 3]]))).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_nets": 0},
        {"n_items": 0},
        {"dropout": 1.0},
        {"noise": -1.0},
        {"kl_weight": np.nan},
        {"learning_rate": 0.0},
    ],
)
def test_invalid_hyper_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        MultVAEConfig(**wrong)  # pyright: ignore[reportArgumentType]
