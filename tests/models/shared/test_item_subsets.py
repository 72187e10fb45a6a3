"""VectorSets: columns and moments of each set, whatever is cached."""

from __future__ import annotations

import numpy as np

from cineblend.models.shared.item_subsets import VectorSets

RNG = np.random.default_rng(3)
VECTORS = RNG.normal(size=(30, 4)).astype(np.float32)


def test_alternating_sets_are_not_confused() -> None:
    sets = VectorSets(VECTORS)
    asked = [np.array(nums) for nums in ([1, 2, 3], [3, 2, 1], [7], [])]
    for which in (0, 1, 2, 3, 0, 2, 1):
        nums = asked[which].astype(np.intp)
        np.testing.assert_array_equal(sets.columns(nums), VECTORS[nums].T.astype(np.float64))


def test_a_repeated_set_is_gathered_once() -> None:
    sets, nums, same = VectorSets(VECTORS), np.arange(5), np.arange(5)
    first = sets.columns(nums)
    assert sets.columns(nums) is first
    assert sets.columns(same) is not first
    assert sets.mean(nums) is sets.mean(nums)
    np.testing.assert_allclose(sets.mean(nums), VECTORS[:5].mean(axis=0), atol=1e-7)


def test_spread_equals_that_of_the_products() -> None:
    sets, people = VectorSets(VECTORS), RNG.normal(size=(5, 4))
    for nums in (np.arange(0, 30, 2), np.array([4]), np.arange(30)):
        products = people @ VECTORS[nums].T
        mean, deviation = sets.spread(people, nums)
        np.testing.assert_allclose(mean[:, 0], products.mean(axis=1), atol=1e-6)
        np.testing.assert_allclose(deviation[:, 0], products.std(axis=1), atol=1e-6)


def test_without_a_known_user_or_items_the_spread_is_0() -> None:
    sets = VectorSets(VECTORS)
    unknown = np.full((1, 4), np.nan)
    for people, nums in ((unknown, np.arange(30)), (np.ones((1, 4)), np.array([], np.intp))):
        mean, deviation = sets.spread(people, nums)
        np.testing.assert_array_equal((mean, deviation), np.zeros((2, 1, 1)))
