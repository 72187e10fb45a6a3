from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from cineblend.data.dataset import Dataset
from cineblend.data.movielens import read_movielens
from cineblend.data.ratings import Ratings
from cineblend.data.split import per_user
from small_data import datasets


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
