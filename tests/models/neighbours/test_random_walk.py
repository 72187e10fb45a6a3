"""RandomWalk: conformance, and the probability of a walk computed by hand."""

from __future__ import annotations

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.models.neighbours.random_walk import RandomWalkConfig
from worlds import checkerboard


class TestRandomWalk(Conformance):
    config = RandomWalkConfig(grading="liked")
    adds_up = True


def test_the_probabilities_of_all_walks_are_summed() -> None:
    world = checkerboard(5, 8, cold=1)
    rated = (UserBatch.known(world.ratings).csr().toarray() > 0).astype(float)
    model = RandomWalkConfig(0.4, "binary").build(FakeBench()).fit(world)
    got = model.score(UserBatch.unseen([{0: 5.0, 3: 1.0}], 8))[0]
    count = rated.sum(axis=0)
    expected = np.zeros(8)
    for start in (0, 3):
        for rater in range(5):
            for end in range(8):
                step = rated[rater, start] / count[start] * rated[rater, end] / rated[rater].sum()
                expected[end] += step / max(count[end], 1) ** 0.4
    np.testing.assert_allclose(got[:7], expected[:7], rtol=1e-6)
    assert np.isnan(got[7])
