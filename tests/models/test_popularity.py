"""Popularity: the most rated items first, for all users."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conformance import Conformance

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.popularity import Popularity, PopularityConfig
from worlds import checkerboard


class TestPopularity(Conformance):
    config = PopularityConfig()
    personal = False


def scores_of(world: Dataset) -> np.ndarray:
    return Popularity().fit(world).score(UserBatch.unseen([{}], world.n_items))[0]


def test_the_score_is_the_number_of_ratings_except_for_ties() -> None:
    world = checkerboard()
    counts = np.bincount(world.ratings.item_num, minlength=world.n_items)
    rated = counts > 0
    np.testing.assert_array_equal(np.floor(scores_of(world)[rated]), counts[rated])
    assert (scores_of(world) - counts <= 0.5)[rated].all()
    assert np.isnan(scores_of(world)[~rated]).all()


def test_among_items_with_equal_counts_the_one_rated_later_comes_first() -> None:
    world = checkerboard(cold=0)
    both = np.isin(world.ratings.item_num, [0, 1])  # rated by all users
    late = replace(
        world.ratings, timestamp=np.where(world.ratings.item_num == 1, 2_000_000_000, world.ratings.timestamp)
    )
    scores = scores_of(replace(world, ratings=late.take(both)))
    assert np.argsort(-scores)[:2].tolist() == [1, 0]
