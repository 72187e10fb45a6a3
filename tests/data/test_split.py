from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from cineblend.data.dataset import Dataset
from cineblend.data.movielens import read_movielens
from cineblend.data.ratings import Ratings
from cineblend.data.split import cold_users, per_user
from cineblend.errors import UserError
from small_data import datasets
from worlds import checkerboard


def sklearn_rows(ratings: Ratings, fraction: float, seed: int, least: int) -> tuple[np.ndarray, np.ndarray]:
    """The study's split, one user after the other."""
    train: list[int] = []
    test: list[int] = []
    for user in range(ratings.n_users):
        rows = np.flatnonzero(ratings.user_num == user)
        if len(rows) < least:
            train.extend(rows)
        else:
            kept, held = train_test_split(rows, test_size=fraction, random_state=seed)
            train.extend(kept)
            test.extend(held)
    return np.array(train, np.intp), np.array(test, np.intp)


def assert_same(ours: Ratings, theirs: Ratings) -> None:
    assert ours.fingerprint() == theirs.fingerprint()


@given(datasets(), st.sampled_from([0.1, 0.2, 0.5]), st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_the_rows_are_scikit_learns(dataset: Dataset, fraction: float, seed: int, least: int):
    split = per_user(dataset, fraction, seed, least)
    train, test = sklearn_rows(dataset.ratings, fraction, seed, least)
    assert_same(split.train.ratings, dataset.ratings.take(train))
    assert_same(split.test, dataset.ratings.take(test))


@given(datasets(), st.integers(0, 1000))
def test_every_rating_is_in_one_part_and_numbers_keep_their_meaning(dataset: Dataset, seed: int):
    split = per_user(dataset, 0.3, seed, 2)
    both = split.train.ratings.csr() + split.test.csr()
    np.testing.assert_array_equal(both.toarray(), dataset.ratings.csr().toarray())
    assert len(split.train.ratings) + len(split.test) == len(dataset.ratings)
    assert split.train.catalog is dataset.catalog
    assert split.train.users is dataset.users


@given(datasets(), st.integers(0, 1000))
def test_the_tags_on_test_pairs_are_marked(dataset: Dataset, seed: int):
    split = per_user(dataset, 0.4, seed, 2)
    held = set(zip(split.test.user_num.tolist(), split.test.item_num.tolist(), strict=True))
    tags = split.train.tags
    pairs = zip(tags.user_num.tolist(), tags.item_num.tolist(), strict=True)
    assert tags.held_out.tolist() == [pair in held for pair in pairs]


@pytest.mark.real_data
def test_the_studys_split_comes_out_row_for_row(ml_latest_small_dir: Path):
    dataset = read_movielens(ml_latest_small_dir, "ml-latest-small")
    split = per_user(dataset, 0.2, 42, 5)
    assert (len(split.train.ratings), len(split.test)) == (80_419, 20_417)
    assert np.count_nonzero(split.train.ratings.item_counts) == 8_965
    train, test = sklearn_rows(dataset.ratings, 0.2, 42, 5)
    assert_same(split.train.ratings, dataset.ratings.take(train))
    assert_same(split.test, dataset.ratings.take(test))


@given(datasets(), st.integers(0, 1000), st.sampled_from([0.4, 0.7]))
def test_cold_users_are_absent_from_train_and_keep_every_rating(dataset: Dataset, seed: int, share: float):
    counts = dataset.ratings.user_counts
    n_cold = int(share * (counts >= 2).sum())
    if not 0 < n_cold < dataset.n_users:
        with pytest.raises(UserError, match="users with at least 2 ratings"):
            cold_users(dataset, share, 0.3, seed, 2)
        return
    split = cold_users(dataset, share, 0.3, seed, 2)
    assert split.given is not None
    cold = split.test.user_counts > 0
    assert cold.sum() == n_cold
    assert (counts[cold] >= 2).all()
    np.testing.assert_array_equal(split.train.ratings.user_counts, np.where(cold, 0, counts))
    np.testing.assert_array_equal(split.test.user_counts[cold], np.ceil(0.3 * counts[cold]))
    together = split.train.ratings.csr() + split.given.csr() + split.test.csr()
    np.testing.assert_array_equal(together.toarray(), dataset.ratings.csr().toarray())
    assert len(split.train.ratings) + len(split.given) + len(split.test) == len(dataset.ratings)
    tags = split.train.tags
    rated = dataset.ratings.csr().toarray()[tags.user_num, tags.item_num] > 0
    np.testing.assert_array_equal(tags.held_out, (tags.user_num >= 0) & cold[tags.user_num] & rated)


def timed_world(time: list[int]) -> Dataset:
    """Twelve people who rated films 0, 1, 2, ... in the source's order, at these times."""
    base, n = checkerboard(), len(time)
    user = np.repeat(np.arange(base.n_users, dtype=np.int32), n)
    item = np.tile(np.arange(n, dtype=np.int32), base.n_users)
    times = np.tile(np.array(time, np.int64), base.n_users)
    value = np.full(len(user), 5, np.float32)
    return replace(base, ratings=Ratings(user, item, value, times, base.n_users, base.n_items))


@pytest.mark.parametrize(
    ("time", "first", "given_items", "asked"),
    [
        ([50, 10, 40, 20, 30], 2, [1, 3], 20),  # by time, whatever the source's order
        ([30, 10, 10, 10, 40], 2, [1, 2], 10),  # a tie: the source's order
        ([0, 0, 0, 0, 0], 3, [0, 1, 2], 0),  # no times: the source's order
        ([50, 10, 40, 20, 30], 4, [1, 2, 3, 4], 40),  # one rating is left to be judged on
    ],
)
def test_the_first_ratings_are_the_history_and_the_rest_the_test(time, first, given_items, asked):
    split = cold_users(timed_world(time), 0.5, 0.2, 7, 5, first)
    assert split.given is not None
    assert split.asked_at is not None
    strangers = np.unique(split.test.user_num)
    assert len(strangers) == 6
    rest = [item for item in range(len(time)) if item not in given_items]
    for user in strangers:
        assert split.given.item_num[split.given.user_num == user].tolist() == given_items
        assert split.test.item_num[split.test.user_num == user].tolist() == rest
    assert (split.asked_at[strangers] == asked).all()
    assert not np.delete(split.asked_at, strangers).any()
    people = split.people(strangers.astype(np.int32))
    assert (people.user_num == -1).all()
    assert (people.ask_time == asked).all()


def test_who_would_have_nothing_left_to_be_judged_on_stays_in_train():
    world = timed_world([1, 2, 3, 4, 5])
    with pytest.raises(UserError, match="0 users with at least 6 ratings"):
        cold_users(world, 0.5, 0.2, 7, 5, 5)


@given(datasets(), st.integers(0, 1000), st.integers(1, 4))
def test_first_ratings_are_never_later_than_the_rest(dataset: Dataset, seed: int, first: int):
    counts = dataset.ratings.user_counts
    if not 0 < int(0.5 * (counts > first).sum()) < dataset.n_users:
        return
    split = cold_users(dataset, 0.5, 0.2, seed, 1, first)
    assert split.given is not None
    assert split.asked_at is not None
    cold = split.test.user_counts > 0
    np.testing.assert_array_equal(split.given.user_counts, np.where(cold, first, 0))
    assert (split.given.timestamp <= split.asked_at[split.given.user_num]).all()
    assert (split.test.timestamp >= split.asked_at[split.test.user_num]).all()
    together = split.train.ratings.csr() + split.given.csr() + split.test.csr()
    np.testing.assert_array_equal(together.toarray(), dataset.ratings.csr().toarray())


def test_cold_users_come_as_strangers_with_their_given_histories():
    world = checkerboard()
    split = cold_users(world, 0.5, 0.2, 3, 5)
    assert split.given is not None
    users = np.flatnonzero(split.test.user_counts).astype(np.int32)
    people = split.people(users)
    assert (people.user_num == -1).all()
    np.testing.assert_array_equal(people.csr().toarray(), split.given.csr().toarray()[users])
    assert cold_users(world, 0.5, 0.2, 3, 5).test.fingerprint() == split.test.fingerprint()
    assert cold_users(world, 0.5, 0.2, 4, 5).test.fingerprint() != split.test.fingerprint()
