"""Batches of films and who liked them: distinct, seeded, liked together, and the same after a kill."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cineblend.errors import UserError
from cineblend.text.finetuning.finetune_config import Interactions
from cineblend.text.finetuning.interactions import item_batches
from worlds import checkerboard

WORLD = checkerboard(n_users=30, n_items=60)
SIZES = Interactions(items_per_step=16, users_per_step=8)


def test_a_batch_holds_distinct_liked_films_and_an_epoch_as_many_as_there_are() -> None:
    found = item_batches(WORLD, SIZES, liked_from=0.8, epochs=2, seed=0)
    assert found is not None
    high = WORLD.ratings.value >= 4
    liked = np.unique(WORLD.ratings.item_num[high])
    assert found.items.shape == (2 * -(-len(liked) // 16), 16)
    assert np.isin(found.items, liked).all()
    assert all(len(set(batch)) == 16 for batch in found.items.tolist())


def test_the_likes_are_those_of_users_with_two_or_more_in_the_batch() -> None:
    found = item_batches(WORLD, SIZES, liked_from=0.8, epochs=1, seed=0)
    assert found is not None
    items = found.items[0].astype(np.int64)
    matrix = found.liked_of(items)
    assert matrix.shape == (8, 16)
    assert (matrix.sum(axis=1) >= 2).all()
    everyone = replace(found, users_per_step=1000).liked_of(items)
    ratings = WORLD.ratings
    dense = np.zeros((WORLD.n_users, WORLD.n_items))
    dense[ratings.user_num, ratings.item_num] = ratings.value >= 4
    expected = dense[:, items]
    np.testing.assert_array_equal(everyone, expected[expected.sum(axis=1) > 1])
    rows = {tuple(row) for row in everyone.tolist()}
    assert all(tuple(row) in rows for row in matrix.tolist())
    np.testing.assert_array_equal(found.liked_of(items), matrix)


def test_part_of_a_batch_was_liked_together() -> None:
    """Even films are liked by even people alone: a share drawn from one person is of one colour."""
    sizes = replace(SIZES, items_per_step=10, liked_together=1.0, items_per_user=16)
    found = item_batches(WORLD, sizes, liked_from=0.8, epochs=1, seed=3)
    assert found is not None
    for batch in found.items:
        assert len(set((batch % 2).tolist())) == 1


def test_the_seed_is_the_draw() -> None:
    first, again, other = (
        item_batches(WORLD, SIZES, liked_from=0.8, epochs=1, seed=seed) for seed in (1, 1, 2)
    )
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.digest() == again.digest() != other.digest()


def test_nobody_who_liked_two_films_gives_no_batches() -> None:
    assert item_batches(WORLD, SIZES, liked_from=1.1, epochs=1, seed=0) is None


@pytest.mark.parametrize("wrong", [{"items_per_step": 1}, {"liked_together": 1.5}, {"items_per_user": 0}])
def test_sizes_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        Interactions(**wrong)  # pyright: ignore[reportArgumentType]
