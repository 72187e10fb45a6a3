"""A learned blend of so few ratings that no order can be learned lists by the proposal, and says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.models.learned_blend.config import Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from worlds import checkerboard

CONFIG = RankerConfig((Part("ease", EaseConfig(1.0), 1.0),), n_folds=2)


@pytest.mark.parametrize("n_ratings", [1, 2])
def test_a_handful_of_ratings_is_listed_by_the_proposal(n_ratings: int):
    world = checkerboard(cold=0)
    few = replace(world, ratings=world.ratings.take(np.arange(len(world.ratings)) < n_ratings))
    bench = FakeBench()
    model = CONFIG.build(bench).fit(few)
    scores = model.score(UserBatch.unseen([{0: 5.0}], world.n_items))
    assert np.isfinite(scores[0, few.ratings.item_counts > 0]).all()
    assert any("too few ratings" in note for note in bench.notes)
