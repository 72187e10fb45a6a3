"""PMF: cornac's factors, and this package's scores and fold-in."""

from __future__ import annotations

import numpy as np
import pytest
from conformance import Conformance

from cineblend.data.users import UserBatch
from cineblend.models.factors.pmf import PMF, PMFConfig
from worlds import checkerboard

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:cornac.*")


class TestPMF(Conformance):
    config = PMFConfig(n_factors=4, epochs=300, learning_rate=0.01)


def test_scores_equal_those_of_cornac_with_the_same_order() -> None:
    import cornac

    world = checkerboard()
    ratings = world.ratings
    rows = zip(ratings.user_num.tolist(), ratings.item_num.tolist(), ratings.value.tolist(), strict=True)
    table = cornac.data.Dataset.from_uir(list(rows), seed=42)
    reference = cornac.models.PMF(k=5, max_iter=20, learning_rate=0.005, lambda_reg=0.001, seed=42).fit(table)
    ours = PMF(PMFConfig(n_factors=5, epochs=20)).fit(world).score(UserBatch.known(ratings))
    for user in range(world.n_users):
        theirs = reference.score(table.uid_map[user])
        mine = ours[user, list(table.iid_map)]
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-7)


def test_the_same_seed_gives_the_same_scores_and_another_gives_others() -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    first, again, other = (
        PMF(PMFConfig(n_factors=4, epochs=5, seed=seed)).fit(world).score(users) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.nanmax(np.abs(first - other)) > 1e-3


def test_an_empty_history_gets_the_mean_user() -> None:
    world = checkerboard()
    model = PMF(PMFConfig(n_factors=4, epochs=20)).fit(world)
    everyone = model.score(UserBatch.known(world.ratings))
    stranger = model.score(UserBatch.unseen([{}], world.n_items))[0]
    rated = world.ratings.item_counts > 0
    np.testing.assert_allclose(stranger[rated], everyone[:, rated].mean(axis=0), rtol=1e-4, atol=1e-6)


def test_fold_in_lowers_the_loss_on_the_users_ratings() -> None:
    world = checkerboard()
    model = PMF(PMFConfig(n_factors=4, epochs=200)).fit(world)
    history = {0: 5.0, 1: 1.0, 2: 5.0, 3: 1.0}
    scores = model.score(UserBatch.unseen([{}, history], world.n_items))
    wanted = np.array([1, 0, 1, 0])
    loss = ((1 / (1 + np.exp(-scores[:, :4])) - wanted) ** 2).sum(axis=1)
    assert loss[1] < 0.5 * loss[0]
