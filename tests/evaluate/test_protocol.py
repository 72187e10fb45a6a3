"""Protocol: the study's rules."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.data.dataset import RatingScale
from cineblend.errors import UserError
from cineblend.evaluate.protocol import PROTOCOLS, ColdItems, RandomHoldout, protocol
from worlds import checkerboard


def test_the_study_holds_out_a_fifth_and_likes_from_four_stars_on() -> None:
    rules = PROTOCOLS["study"]
    assert isinstance(rules, RandomHoldout)
    assert (rules.test_fraction, rules.min_ratings, rules.seed, rules.k) == (0.2, 5, 42, 25)
    assert rules.relevant_from(RatingScale(0.5, 5.0)) == 4.0
    assert rules.relevant_from(RatingScale(1, 10)) == 8.0


def test_another_seed_is_another_split_of_the_same_sizes() -> None:
    world = checkerboard()
    first, other = (protocol("study", seed=seed).split(world) for seed in (1, 2))
    assert len(first.test) == len(other.test)
    assert first.train.ratings.fingerprint() != other.train.ratings.fingerprint()


def test_k_below_one_is_an_error() -> None:
    with pytest.raises(UserError, match="k is 0"):
        RandomHoldout("study", k=0)


def test_its_description_states_every_rule() -> None:
    words = RandomHoldout("study").describe(RatingScale(0.5, 5.0))
    assert words["relevant_from"] == 4.0
    assert {"split", "relevance", "candidates", "users", "seed", "k"} <= set(words)
    assert np.isfinite(words["test_fraction"])


def test_cold_items_lose_every_rating_and_are_the_only_candidates() -> None:
    world = checkerboard()
    rules = ColdItems("cold-items", item_fraction=0.25)
    split = rules.split(world)
    cold = rules.candidates(split)
    assert cold.sum() == int(0.25 * (world.ratings.item_counts > 0).sum())
    assert not split.train.ratings.item_counts[cold].any()
    assert len(split.train.ratings) + len(split.test) == len(world.ratings)
    np.testing.assert_array_equal(split.test.item_counts[cold], world.ratings.item_counts[cold])


def test_a_share_that_takes_no_item_is_an_error() -> None:
    with pytest.raises(UserError, match="0 items"):
        ColdItems("cold-items", item_fraction=0.01).split(checkerboard())
