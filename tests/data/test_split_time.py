"""Splits by time: laws on any dataset, and known answers where times tie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cineblend.data.catalog import Tags
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.data.split_time import before_and_after, last_one, last_share
from cineblend.errors import UserError
from small_data import datasets
from worlds import checkerboard


def timed(dataset: Dataset) -> bool:
    time = dataset.ratings.timestamp
    return len(np.unique(time)) > 1


def assert_partition(dataset: Dataset, split: Split) -> None:
    """Every rating is in one part, and each part keeps the source's order."""
    whole, train, test = dataset.ratings, split.train.ratings, split.test
    pairs = whole.user_num.astype(np.int64) * whole.n_items + whole.item_num
    for part in (train, test):
        rows = [
            int(np.flatnonzero(pairs == u * whole.n_items + i)[0])
            for u, i in zip(*columns(part), strict=True)
        ]
        assert rows == sorted(rows)
    assert len(train) + len(test) == len(whole)
    np.testing.assert_array_equal((train.csr() + test.csr()).toarray(), whole.csr().toarray())


def columns(part: Ratings) -> tuple[list[int], list[int]]:
    return part.user_num.tolist(), part.item_num.tolist()


@given(datasets(), st.sampled_from([0.1, 0.2, 0.5]), st.integers(1, 5))
def test_nobodys_training_rating_is_later_than_their_test(dataset: Dataset, fraction: float, least: int):
    assume(timed(dataset))
    split = last_share(dataset, fraction, least)
    assert_partition(dataset, split)
    train, test = split.train.ratings, split.test
    for user in range(dataset.n_users):
        count = int(dataset.ratings.user_counts[user])
        held = test.timestamp[test.user_num == user]
        assert len(held) == (int(np.ceil(fraction * count)) if count >= least else 0)
        if held.size:
            assert train.timestamp[train.user_num == user].max(initial=-1) <= held.min()


@given(datasets(), st.integers(1, 4))
def test_the_last_one_is_one_rating_and_the_latest(dataset: Dataset, least: int):
    assume(timed(dataset))
    split = last_one(dataset, least)
    assert_partition(dataset, split)
    counts = dataset.ratings.user_counts
    np.testing.assert_array_equal(split.test.user_counts, counts >= least)
    for user, time in zip(split.test.user_num, split.test.timestamp, strict=True):
        assert time == dataset.ratings.timestamp[dataset.ratings.user_num == user].max()


@given(datasets(), st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_one_cut_parts_the_ratings_of_everybody(dataset: Dataset, share: float):
    assume(timed(dataset))
    time = np.sort(dataset.ratings.timestamp)
    cut = time[min(int(share * len(time)), len(time) - 1)]
    if cut == time[0]:
        with pytest.raises(UserError, match="no rating is older"):
            before_and_after(dataset, share)
        return
    split = before_and_after(dataset, share)
    assert_partition(dataset, split)
    assert split.train.ratings.timestamp.max() < cut <= split.test.timestamp.min()
    assert len(split.train.ratings) <= share * len(time)


def world(user: list[int], item: list[int], time: list[int]) -> Dataset:
    """The checkerboard's people and films with these ratings."""
    base = checkerboard()
    columns = np.array(user, np.int32), np.array(item, np.int32), np.full(len(user), 5, np.float32)
    ratings = Ratings(*columns, np.array(time, np.int64), base.n_users, base.n_items)
    return replace(base, ratings=ratings)


def test_equal_times_are_told_apart_by_the_sources_order() -> None:
    made = world(user=[1, 0, 0, 1, 0, 0], item=[9, 4, 2, 8, 1, 7], time=[5, 3, 3, 5, 3, 1])
    split = last_share(made, 0.5, 2)
    assert columns(split.train.ratings) == ([1, 0, 0], [9, 4, 7])
    assert columns(split.test) == ([0, 1, 0], [2, 8, 1])
    assert columns(last_one(made, 3).test) == ([0], [1])


def test_ratings_of_the_cuts_own_second_are_all_test() -> None:
    made = world(user=[0, 1, 2, 3, 4], item=[0, 1, 2, 3, 4], time=[10, 20, 20, 20, 30])
    split = before_and_after(made, 0.5)
    assert columns(split.train.ratings) == ([0], [0])
    assert columns(split.test)[0] == [1, 2, 3, 4]


def test_a_second_cut_ends_the_test_and_what_is_later_is_in_neither() -> None:
    made = world(user=[0, 1, 2, 3, 4], item=[0, 1, 2, 3, 4], time=[10, 20, 30, 40, 50])
    later = Tags(np.array([2, 4], np.int32), np.array([2, 4], np.int32), ("now", "then"), np.zeros(2, bool))
    split = before_and_after(replace(made, tags=later), 0.4, 0.8)
    assert columns(split.train.ratings) == ([0, 1], [0, 1])
    assert columns(split.test) == ([2, 3], [2, 3])
    assert split.train.tags.held_out.all()
    assert split.asked_at is not None
    assert (split.asked_at == 30).all()
    tied = world(user=[0, 1, 2, 3, 4], item=[0, 1, 2, 3, 4], time=[10, 20, 20, 20, 20])
    with pytest.raises(UserError, match="no rating lies between the cuts"):
        before_and_after(tied, 0.4, 0.8)


@pytest.mark.parametrize("cut", [lambda d: last_share(d, 0.2, 1), lambda d: last_one(d, 1)])
def test_ratings_without_times_are_an_error(cut) -> None:
    base = checkerboard()
    untimed = replace(base, ratings=replace(base.ratings, timestamp=np.zeros(len(base.ratings), np.int64)))
    with pytest.raises(UserError, match="no times"):
        cut(untimed)
    with pytest.raises(UserError, match="no times"):
        before_and_after(untimed, 0.8)
