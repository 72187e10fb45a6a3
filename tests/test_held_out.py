"""Regret and AUC: known answers, and an oracle for the ranks."""

from __future__ import annotations

from typing import Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from behaviours.held_out import auc, auc_of, regret_counts
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.models.base import Recommender, Scores


def ratings(rows: list[tuple[int, int, float]], n_users: int, n_items: int) -> Ratings:
    user, item, value = (np.array(column) for column in zip(*rows, strict=True))
    times = np.zeros(len(rows), np.int64)
    columns = user.astype(np.int32), item.astype(np.int32), value.astype(np.float32)
    return Ratings(*columns, times, n_users, n_items)


def test_regret_counts_listed_films_that_were_rated_and_those_rated_low() -> None:
    test = ratings([(0, 1, 2.0), (0, 2, 5.0), (0, 4, 1.0), (3, 0, 2.5), (3, 1, 0.5)], 4, 6)
    listed = np.array([[1, 2, 3], [0, 1, -1], [4, 5, 0]], np.int32)
    low, rated = regret_counts(listed, np.array([0, 3, 1], np.int32), test, 5.0)
    assert low.tolist() == [1, 1, 0]  # 2.0 of 5 is low, 2.5 is not
    assert rated.tolist() == [2, 2, 0]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([3.0, 2.0, 1.0], 1.0),
        ([1.0, 2.0, 3.0], 0.0),
        ([2.0, 3.0, 2.0], 0.25),  # one tie, one lost
        ([2.0, 2.0, 2.0], 0.5),
    ],
)
def test_auc_of_one_liked_and_two_disliked_films(scores: list[float], expected: float) -> None:
    found = auc(np.array(scores), np.zeros(3, np.intp), np.array([True, False, False]))
    assert found.tolist() == [expected]


def test_auc_is_of_a_persons_own_films_and_none_without_both_kinds() -> None:
    score = np.array([5.0, 9.0, 1.0, 8.0, 7.0])
    person = np.array([0, 1, 0, 2, 2])
    liked = np.array([True, True, False, True, True])
    np.testing.assert_array_equal(auc(score, person, liked), [1.0, np.nan, np.nan])


@settings(deadline=None)  # the oracle is imported on the first call
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_auc_is_scikit_learns(rows: list[tuple[int, float, bool]]) -> None:
    person, score, liked = (np.array(column) for column in zip(*rows, strict=True))
    for one, found in enumerate(auc(score, person, liked)):
        mine = person == one
        if len(np.unique(liked[mine])) == 2:
            assert found == pytest.approx(roc_auc_score(liked[mine], score[mine]))
        else:
            assert np.isnan(found)


class ByNumber(Recommender):
    """score(u, i) = i; NaN for item 0."""

    def fit(self, train: Dataset) -> Self:
        return self

    def score(self, users: UserBatch) -> Scores:
        found = np.tile(np.arange(users.n_items, dtype=np.float32), (len(users), 1))
        found[:, 0] = np.nan
        return found


def test_auc_of_a_model_leaves_out_what_is_neither_and_what_is_no_candidate() -> None:
    test = ratings([(0, 5, 5.0), (0, 1, 1.0), (0, 4, 3.0), (2, 0, 5.0), (2, 3, 1.0), (2, 5, 5.0)], 3, 6)
    candidates = np.array([True] * 5 + [False])
    batch = UserBatch.unseen([{}, {}], 6)
    both = auc_of(ByNumber(), batch, np.array([0, 2], np.int32), test, 5.0, candidates)
    np.testing.assert_array_equal(both, [np.nan, 0.0])  # what cannot be scored counts below
    all_of = auc_of(ByNumber(), batch, np.array([0, 2], np.int32), test, 5.0, np.ones(6, bool))
    np.testing.assert_array_equal(all_of, [1.0, 0.5])
