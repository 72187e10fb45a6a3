from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.ratings import Ratings, found_in
from small_data import ratings


def columns(user: list[int], item: list[int], n_users: int = 3, n_items: int = 3) -> Ratings:
    n = len(user)
    return Ratings(
        np.array(user, np.int32),
        np.array(item, np.int32),
        np.ones(n, np.float32),
        np.zeros(n, np.int64),
        n_users,
        n_items,
    )


@given(ratings())
def test_the_matrix_holds_every_rating_at_its_pair(some: Ratings):
    matrix = some.csr()
    assert matrix.shape == (some.n_users, some.n_items)
    assert matrix.nnz == len(some)
    dense = matrix.toarray()
    np.testing.assert_array_equal(dense[some.user_num, some.item_num], some.value)


@given(ratings())
def test_the_order_by_user_groups_users_and_keeps_their_rows_in_order(some: Ratings):
    order, indptr = some.order_by_user, some.indptr
    assert indptr[0] == 0
    assert indptr[-1] == len(some)
    for user in range(some.n_users):
        rows = order[indptr[user] : indptr[user + 1]]
        np.testing.assert_array_equal(rows, np.flatnonzero(some.user_num == user))


@given(ratings())
def test_counts_are_those_of_users_and_items(some: Ratings):
    assert some.user_counts.shape == (some.n_users,)
    assert some.item_counts.shape == (some.n_items,)
    assert some.user_counts.sum() == some.item_counts.sum() == len(some)


@given(ratings(), st.randoms(use_true_random=False))
def test_the_fingerprint_tells_order_and_size(some: Ratings, random):
    rows = np.array(random.sample(range(len(some)), len(some)), np.intp)
    same = np.array_equal(rows, np.arange(len(some)))
    assert (some.take(rows).fingerprint() == some.fingerprint()) == same
    wider = Ratings(some.user_num, some.item_num, some.value, some.timestamp, some.n_users, some.n_items + 1)
    assert wider.fingerprint() != some.fingerprint()


@given(ratings())
def test_a_mask_and_its_row_numbers_take_the_same(some: Ratings):
    mask = some.value > 2
    assert some.take(mask).fingerprint() == some.take(np.flatnonzero(mask)).fingerprint()
    assert some.take(mask).n_users == some.n_users


@pytest.mark.parametrize(
    ("user", "item", "problem"),
    [([3], [0], "user_num"), ([-1], [0], "user_num"), ([0], [3], "item_num"), ([0], [-1], "item_num")],
)
def test_a_row_number_out_of_range_is_refused(user: list[int], item: list[int], problem: str):
    with pytest.raises(ValueError, match=problem):
        columns(user, item)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        columns([0, 1], [0])


def test_ratings_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        columns([0], [0]).value[0] = 3


@given(st.lists(st.integers(-3, 9)), st.lists(st.integers(-3, 9)))
def test_numbers_are_found_as_by_numpy(sought: list[int], keys: list[int]):
    given_, among = np.array(sought * 2, np.int64).reshape(2, -1), np.array(keys, np.int64)
    np.testing.assert_array_equal(found_in(given_, among), np.isin(given_, among))
