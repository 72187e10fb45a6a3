from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from small_data import ratings


@given(ratings())
def test_everybody_known_is_the_matrix_of_the_ratings(train: Ratings):
    batch = UserBatch.known(train)
    np.testing.assert_array_equal(batch.user_num, np.arange(train.n_users))
    np.testing.assert_array_equal(batch.csr().toarray(), train.csr().toarray())


@given(ratings(), st.data())
def test_chosen_users_come_in_the_order_chosen(train: Ratings, data: st.DataObject):
    chosen = np.array(data.draw(st.lists(st.integers(0, train.n_users - 1))), np.int32)
    batch = UserBatch.known(train, chosen)
    np.testing.assert_array_equal(batch.user_num, chosen)
    np.testing.assert_array_equal(batch.csr().toarray(), train.csr().toarray()[chosen])


@given(ratings())
def test_a_history_keeps_the_order_of_the_source(train: Ratings):
    batch = UserBatch.known(train)
    for user in range(train.n_users):
        own = batch.item_num[batch.indptr[user] : batch.indptr[user + 1]]
        np.testing.assert_array_equal(own, train.item_num[train.user_num == user])


@given(ratings(), st.integers(1, 4))
def test_blocks_laid_end_to_end_are_the_batch(train: Ratings, size: int):
    batch = UserBatch.known(train)
    blocks = list(batch.blocks(size))
    assert all(len(block) <= size for block in blocks)
    for column in ("user_num", "item_num", "value", "timestamp"):
        joined = np.concatenate([getattr(block, column) for block in blocks])
        np.testing.assert_array_equal(joined, getattr(batch, column))
    rows = np.vstack([block.csr().toarray() for block in blocks])
    np.testing.assert_array_equal(rows, batch.csr().toarray())


@given(ratings())
def test_known_users_as_unseen_keep_their_histories_only(train: Ratings):
    batch = UserBatch.known(train)
    unseen = batch.as_unseen()
    assert (unseen.user_num == -1).all()
    np.testing.assert_array_equal(unseen.csr().toarray(), batch.csr().toarray())


def test_unseen_people_are_their_histories():
    batch = UserBatch.unseen([{2: 4.5, 0: 1.0}, {}], n_items=3)
    np.testing.assert_array_equal(batch.csr().toarray(), [[1.0, 0.0, 4.5], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(batch.user_num, [-1, -1])
    np.testing.assert_array_equal(batch.row, [0, 0])


def test_nobody_is_a_batch_of_none():
    assert len(UserBatch.unseen([], n_items=3)) == 0
    assert list(UserBatch.unseen([], n_items=3).blocks(2)) == []


@pytest.mark.parametrize("history", [{3: 4.0}, {-1: 4.0}, {0: float("nan")}, {0: float("inf")}])
def test_an_unknown_item_or_no_number_is_refused(history: dict[int, float]):
    with pytest.raises(ValueError, match="must"):
        UserBatch.unseen([history], n_items=3)


def test_other_values_may_stand_in_for_the_ratings():
    batch = UserBatch.unseen([{0: 4.0, 2: 2.0}], n_items=3)
    np.testing.assert_array_equal(batch.csr(np.array([1.0, 0.5])).toarray(), [[1.0, 0.0, 0.5]])


def test_people_of_several_batches_are_joined():
    batches = [UserBatch.unseen(some, 5) for some in ([{2: 4.5, 0: 1.0}, {}], [{}], [{4: 2.0}])]
    joined = UserBatch.joined(batches)
    np.testing.assert_array_equal(joined.csr().toarray(), np.vstack([one.csr().toarray() for one in batches]))
    np.testing.assert_array_equal(joined.user_num, [-1] * 4)
