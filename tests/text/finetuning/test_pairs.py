"""Pairs of liked items: distinct, within a user, seeded, and each as likely as the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.ids import Nums, Vocabulary
from cineblend.text.finetuning.pairs import LikedPairs, liked_pairs
from small_data import datasets
from worlds import checkerboard


def study_pairs(dataset: Dataset, seed: int) -> Nums:
    return liked_pairs(dataset, liked_from=0.8, max_per_user=10, max_pairs=10_000, seed=seed).items


def liked_sets(dataset: Dataset) -> dict[int, set[int]]:
    sets: dict[int, set[int]] = {user: set() for user in range(dataset.n_users)}
    ratings = dataset.ratings
    for user, item, value in zip(ratings.user_num, ratings.item_num, ratings.value, strict=True):
        if value >= 0.8 * dataset.scale.high:
            sets[int(user)].add(int(item))
    return sets


def with_ratings(user: list[int], item: list[int], value: list[float], n_items: int) -> Dataset:
    dataset = checkerboard(n_items=n_items)
    n_users = max(user) + 1
    ratings = Ratings(
        np.array(user, np.int32),
        np.array(item, np.int32),
        np.array(value, np.float32),
        np.zeros(len(user), np.int64),
        n_users,
        n_items,
    )
    return replace(dataset, users=Vocabulary(np.arange(n_users)), ratings=ratings)


def unordered(pairs: Nums) -> list[tuple[int, int]]:
    return [(min(a, b), max(a, b)) for a, b in pairs.tolist()]


@given(datasets(), st.integers(0, 5), st.integers(1, 12))
def test_each_user_gives_as_many_distinct_pairs_as_allowed(dataset: Dataset, seed: int, most: int) -> None:
    drawn = liked_pairs(dataset, liked_from=0.8, max_per_user=most, max_pairs=10_000, seed=seed)
    pairs = drawn.items
    assert pairs.dtype == drawn.user.dtype == np.int32
    start = 0
    for user, liked in liked_sets(dataset).items():
        count = min(most, len(liked) * (len(liked) - 1) // 2)
        own = unordered(pairs[start : start + count])
        assert all(a in liked and b in liked and a != b for a, b in own)
        assert len(set(own)) == count
        assert (drawn.user[start : start + count] == user).all()
        start += count
    assert start == len(pairs)


def test_the_same_seed_gives_the_same_pairs_and_another_others() -> None:
    dataset = checkerboard(n_items=40)
    first = study_pairs(dataset, seed=1)
    np.testing.assert_array_equal(first, study_pairs(dataset, seed=1))
    assert not np.array_equal(first, study_pairs(dataset, seed=2))


def test_the_total_is_capped_by_a_random_choice() -> None:
    dataset = checkerboard(n_users=30, n_items=40)
    every = study_pairs(dataset, seed=3)
    capped = liked_pairs(dataset, liked_from=0.8, max_per_user=10, max_pairs=50, seed=3)
    some = capped.items
    liked = liked_sets(dataset)
    assert all(
        set(pair) <= liked[user] for pair, user in zip(some.tolist(), capped.user.tolist(), strict=True)
    )
    assert len(every) == 300
    assert len(some) == 50
    kept = set(map(tuple, every.tolist()))
    assert set(map(tuple, some.tolist())) <= kept
    assert not np.array_equal(some, every[:50])


def three_pairs(dataset: Dataset, seed: int) -> Nums:
    return liked_pairs(dataset, liked_from=0.8, max_per_user=3, max_pairs=99, seed=seed).items


def test_every_pair_and_both_orders_are_equally_likely() -> None:
    dataset = with_ratings([0] * 5, [0, 1, 2, 3, 4], [5.0] * 5, n_items=6)
    counts = Counter(tuple(pair) for seed in range(2000) for pair in three_pairs(dataset, seed).tolist())
    assert len(counts) == 20
    # 6,000 draws over 20 ordered pairs: 300 each, standard deviation 16.
    assert all(230 < count < 370 for count in counts.values())


def test_the_threshold_is_a_share_of_the_scale_and_includes_itself() -> None:
    dataset = with_ratings([0, 0, 0], [0, 1, 2], [4.0, 4.0, 3.5], n_items=4)
    assert unordered(study_pairs(dataset, seed=0)) == [(0, 1)]


def test_an_item_rated_twice_is_no_pair_with_itself() -> None:
    dataset = with_ratings([0, 0, 1], [2, 2, 3], [5.0, 4.0, 5.0], n_items=4)
    assert study_pairs(dataset, seed=0).shape == (0, 2)


@given(datasets(), st.integers(0, 5), st.data())
def test_also_liked_is_what_the_users_likes_say(dataset: Dataset, seed: int, data: st.DataObject) -> None:
    pairs = liked_pairs(dataset, liked_from=0.5, max_per_user=5, max_pairs=10_000, seed=seed)
    numbers = st.integers(0, max(len(pairs) - 1, 0))
    batch = np.array(data.draw(st.lists(numbers, max_size=6 if len(pairs) else 0, unique=True)), np.int64)
    ratings = dataset.ratings
    high = ratings.value >= 0.5 * dataset.scale.high
    liked = set(zip(ratings.user_num[high].tolist(), ratings.item_num[high].tolist(), strict=True))
    expected = [
        [i != j and (int(pairs.user[i]), int(pairs.items[j, 1])) in liked for j in batch.tolist()]
        for i in batch.tolist()
    ]
    np.testing.assert_array_equal(
        pairs.also_liked(batch), np.array(expected, bool).reshape(len(batch), len(batch))
    )


def test_the_digest_tells_who_liked_what() -> None:
    def digest(value: list[float]) -> str:
        dataset = with_ratings([0, 0, 0, 1, 1], [0, 1, 2, 1, 2], value, n_items=4)
        return liked_pairs(dataset, liked_from=0.8, max_per_user=1, max_pairs=99, seed=0).digest()

    assert digest([5, 5, 1, 1, 1]) == digest([5, 4.5, 2, 1, 1])
    assert digest([5, 5, 1, 1, 1]) != digest([5, 5, 1, 1, 5])


def test_nothing_liked_is_no_pairs() -> None:
    dataset = with_ratings([0, 0], [0, 1], [1.0, 2.0], n_items=4)
    pairs: LikedPairs = liked_pairs(dataset, liked_from=0.8, max_per_user=3, max_pairs=9, seed=0)
    assert len(pairs) == 0
    assert pairs.also_liked(np.empty(0, np.int64)).shape == (0, 0)
