"""Neighbours, item-kNN and user-kNN: computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from conformance import Conformance
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.models.neighbours import item_knn
from cineblend.models.neighbours import strongest as neighbours
from cineblend.models.neighbours.item_knn import ItemKNN, ItemKNNConfig
from cineblend.models.neighbours.strongest import cosines, nearest, strongest
from cineblend.models.neighbours.user_knn import UserKNN, UserKNNConfig
from worlds import checkerboard

ROWS = sp.csr_array(np.array([[3.0, 4, 0], [0, 2, 0], [0, 0, 0]]))


class TestItemKNN(Conformance):
    config = ItemKNNConfig(n_neighbours=8, shrinkage=1.0)
    adds_up = True


class TestUserKNN(Conformance):
    config = UserKNNConfig(n_neighbours=5, shrinkage=1.0)


def three_people():
    """Items 0, 1, 2 and one without ratings; user 0 rated 0 and 1, user 1 all three, user 2 item 2."""
    world = checkerboard(n_users=3, n_items=4, cold=1)
    pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 2], [2, 2]], np.int32)
    n = len(pairs)
    ratings = Ratings(
        pairs[:, 0].copy(), pairs[:, 1].copy(), np.full(n, 5, np.float32), np.zeros(n, np.int64), 3, 4
    )
    return world.with_ratings(ratings, held_out=ratings.take(np.zeros(n, bool)))


def test_cosines_with_shrinkage() -> None:
    np.testing.assert_allclose(cosines(ROWS, ROWS, 0), [[1, 0.8, 0], [0.8, 1, 0], [0, 0, 0]])
    np.testing.assert_allclose(cosines(ROWS, ROWS, 10)[0], [25 / 35, 8 / 20, 0])


def test_the_nearest_are_the_largest_above_zero() -> None:
    similar = np.array([[0.1, 0.5, 0.3, 0.0], [0.0, 0.0, 0.2, -1.0]])
    np.testing.assert_array_equal(nearest(similar, 2).toarray(), [[0, 0.5, 0.3, 0], [0, 0, 0.2, 0]])
    np.testing.assert_array_equal(nearest(similar, 9).toarray(), np.maximum(similar, 0))


def test_item_knn_by_hand() -> None:
    """Items 0 and 1 have the same raters: cosine 1; item 2 shares one of two with each: 1/2."""
    world = three_people()
    users = UserBatch.unseen([{0: 5.0}, {2: 5.0}, {0: 5.0, 1: 5.0}, {}], 4)
    nan = np.nan
    scores = ItemKNN(ItemKNNConfig(2, 0.0)).fit(world).score(users)
    expected = [[0, 1, 0.5, nan], [0.5, 0.5, 0, nan], [1, 1, 1, nan], [nan] * 4]
    np.testing.assert_allclose(scores, expected, rtol=1e-6)
    nearest_only = ItemKNN(ItemKNNConfig(1, 0.0)).fit(world).score(users)
    np.testing.assert_allclose(nearest_only[1, :2], [0, 0])  # item 2 is the second nearest of both


def test_item_knn_does_not_depend_on_its_blocks(monkeypatch) -> None:
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    whole = ItemKNN(ItemKNNConfig(5)).fit(world).score(users)
    monkeypatch.setattr(item_knn, "_BLOCK", 7)
    np.testing.assert_array_equal(ItemKNN(ItemKNNConfig(5)).fit(world).score(users), whole)


def test_user_knn_by_hand() -> None:
    """User 1 has the cosine 2 / √6 with user 0 and 1 / √3 with user 2; users 0 and 2 share nothing."""
    world = three_people()
    scores = UserKNN(UserKNNConfig(9, 0.0)).fit(world).score(UserBatch.known(world.ratings))
    near, far = 2 / np.sqrt(6), 1 / np.sqrt(3)
    expected = [[1, 1, 1], [near / (near + far)] * 2 + [far / (near + far)], [1, 1, 1]]
    np.testing.assert_allclose(scores[:, :3], expected, rtol=1e-6)
    assert np.isnan(scores[:, 3]).all()


def test_user_knn_excludes_only_a_known_user_from_the_neighbours() -> None:
    world = three_people()
    model = UserKNN(UserKNNConfig(1, 0.0)).fit(world)
    person = UserBatch.known(world.ratings, np.array([0], np.int32))
    np.testing.assert_allclose(model.score(person)[0, :3], [1, 1, 1])  # user 1 is the nearest
    np.testing.assert_allclose(model.score(person.as_unseen())[0, :3], [1, 1, 0])  # user 0 is


def test_user_knn_cannot_score_a_user_without_shared_items() -> None:
    world = three_people()
    scores = UserKNN().fit(world).score(UserBatch.unseen([{}, {3: 5.0}], 4))
    assert np.isnan(scores).all()


@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_the_strongest_entries_of_a_sparse_row_are_kept(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense = rng.integers(0, 5, (7, 8)) * (rng.random((7, 8)) < 0.6)
    rows = sp.csr_array(dense.astype(np.float64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_ENTRIES", 10)
        found = strongest(rows, k)
    expected = np.zeros_like(dense)
    for row, values in enumerate(dense):
        order = [at for at in np.argsort(-values, kind="stable") if values[at] > 0][:k]
        expected[row, order] = values[order]
    np.testing.assert_array_equal(found.toarray(), expected)
    assert found.nnz == (expected > 0).sum()
