"""Adjacent: conformance, and pairs counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from worlds import checkerboard


class TestAdjacentByTheClosest(Conformance):
    config = AdjacentConfig(hours=1e6, grading="liked", norm=2.0)
    adds_up = True


class TestAdjacent(Conformance):
    config = AdjacentConfig(hours=1e6, grading="liked")
    adds_up = True


class TestAdjacentByAFew(Conformance):
    config = AdjacentConfig(hours=1e6, grading="liked", n_neighbours=12)
    adds_up = True


def in_order(times: list[int]) -> Dataset:
    """One user who rated items 0, 1, 2, ... at these times."""
    world = checkerboard(1, len(times) + 1, cold=1)
    ratings = world.ratings
    n = len(times)
    return replace(
        world,
        ratings=replace(
            ratings,
            user_num=np.zeros(n, np.int32),
            item_num=np.arange(n, dtype=np.int32),
            value=np.full(n, 5, np.float32),
            timestamp=np.array(times, np.int64),
        ),
    )


def near_first(config: AdjacentConfig, times: list[int]) -> np.ndarray:
    world = in_order(times)
    return config.build(FakeBench()).fit(world).score(UserBatch.unseen([{0: 5.0}], world.n_items))[0]


def test_a_pair_counts_by_its_distance() -> None:
    got = near_first(AdjacentConfig(window=2, decay=4.0), [10, 30, 20, 40])
    np.testing.assert_allclose(got[1:4], [np.exp(-2 / 4), np.exp(-1 / 4), 0], rtol=1e-6)


def test_items_rated_long_apart_are_no_pair() -> None:
    got = near_first(AdjacentConfig(hours=1.0), [10, 20, 7200, 7300])
    assert got[1] > 0
    assert (got[2:4] == 0).all()


def test_ratings_without_a_time_form_no_pairs() -> None:
    assert (near_first(AdjacentConfig(), [0, 0, 0, 0])[:4] == 0).all()


def test_a_norm_of_two_prefers_one_close_pair_to_two_loose_ones() -> None:
    world = in_order([10, 20, 30, 40])
    person = UserBatch.unseen([{0: 5.0, 3: 5.0}], world.n_items)
    sums = AdjacentConfig(decay=1.0).build(FakeBench()).fit(world).score(person)[0]
    roots = AdjacentConfig(decay=1.0, norm=2.0).build(FakeBench()).fit(world).score(person)[0]
    near, far = np.exp(-1), np.exp(-2)
    np.testing.assert_allclose(sums[1], near + far, rtol=1e-6)
    np.testing.assert_allclose(roots[1], np.hypot(near, far), rtol=1e-6)
