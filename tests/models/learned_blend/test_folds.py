"""Inner folds: every rating held out once, an equal share of every user."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.data.catalog import Tags
from cineblend.models.learned_blend.folds import first_ratings, inner_folds, without
from worlds import checkerboard


def test_every_rating_is_held_out_exactly_once_and_an_equal_share_of_every_user() -> None:
    world = checkerboard(20, 40)
    folds = list(inner_folds(world, 5, 1))
    total = np.zeros((20, 40), int)
    for fold in folds:
        total[fold.test.user_num, fold.test.item_num] += 1
        assert len(fold.test) + len(fold.train.ratings) == len(world.ratings)
        share = fold.test.user_counts / world.ratings.user_counts
        assert (np.abs(share - 0.2) < 1 / world.ratings.user_counts).all()
    np.testing.assert_array_equal(total, world.ratings.csr().toarray() > 0)


def test_the_seed_decides_the_folds() -> None:
    world = checkerboard(20, 40)
    first, same, other = (
        [fold.test.item_num.tolist() for fold in inner_folds(world, 3, seed)] for seed in (1, 1, 2)
    )
    assert first == same != other


def test_a_tag_on_a_held_out_pair_is_marked_as_such() -> None:
    world = checkerboard(4, 8)
    ratings = world.ratings
    tags = Tags(ratings.user_num[:3], ratings.item_num[:3], ("a", "b", "c"), np.zeros(3, bool))
    marked = np.array([fold.train.tags.held_out for fold in inner_folds(replace(world, tags=tags), 3, 1)])
    np.testing.assert_array_equal(marked.sum(axis=0), [1, 1, 1])


def test_removed_users_are_in_neither_half() -> None:
    world = checkerboard()
    split = next(iter(inner_folds(world, 3, 1)))
    gone = np.array([0, 3], np.int32)
    fewer = without(split, gone)
    for ratings in (fewer.train.ratings, fewer.test):
        assert not np.isin(ratings.user_num, gone).any()
    assert len(fewer.test) == (~np.isin(split.test.user_num, gone)).sum()


def test_a_short_history_is_the_first_ratings_without_their_times() -> None:
    world = checkerboard()
    users = first_ratings(world.ratings, np.array([1, 4], np.int32), 2)
    np.testing.assert_array_equal(np.diff(users.indptr), [2, 2])
    assert not users.timestamp.any()
    for place, user in enumerate((1, 4)):
        own = world.ratings.take(world.ratings.user_num == user)
        first = np.lexsort((np.arange(len(own)), own.timestamp))[:2]
        assert set(users.slice(place, place + 1).item_num.tolist()) == set(own.item_num[first].tolist())
        assert users.ask_time[place] == own.timestamp[first].max()
