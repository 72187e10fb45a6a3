"""Inner folds: hold out each part of the training ratings in turn, to learn an order from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.data.users import UserBatch
from cineblend.ids import Nums


def inner_folds(train: Dataset, n_folds: int, seed: int, n_lessons: int = 0) -> Iterator[Split]:
    """Yield the first ``n_lessons`` of ``n_folds`` splits of ``train``, or all if it is 0.

    Each rating is held out in one of the ``n_folds``. A user's ratings are dealt to the folds in a random
    order from a random fold on, so that each fold holds out an equal share of every user, to one rating. Tags
    on held-out pairs are marked as such.
    """
    ratings = train.ratings
    rng = np.random.default_rng(seed)
    shuffled = np.lexsort((rng.random(len(ratings)), ratings.user_num))
    within = np.arange(len(ratings)) - ratings.indptr[ratings.user_num[shuffled]]
    first = rng.integers(n_folds, size=ratings.n_users)
    fold = np.empty(len(ratings), np.int64)
    fold[shuffled] = (within + first[ratings.user_num[shuffled]]) % n_folds
    for number in range(n_lessons or n_folds):
        test = ratings.take(fold == number)
        yield Split(train.with_ratings(ratings.take(fold != number), held_out=test), test)


def without(split: Split, people: Nums) -> Split:
    """Remove every rating of these users from both halves of the split."""
    removed = np.zeros(split.train.n_users, bool)
    removed[people] = True
    train, test = split.train, split.test
    theirs = removed[train.ratings.user_num]
    kept = train.with_ratings(train.ratings.take(~theirs), held_out=train.ratings.take(theirs))
    return Split(kept, test.take(~removed[test.user_num]))


def first_ratings(ratings: Ratings, people: Nums, length: int) -> UserBatch:
    """Users with only their first ``length`` ratings, undated, and the time of the last one as ask time."""
    users = UserBatch.known(ratings, people)
    order = np.lexsort((users.timestamp, users.row))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - users.indptr[users.row[order]]
    first = users.take_ratings(rank < length)
    at = np.zeros(len(users), np.int64)
    np.maximum.at(at, first.row, first.timestamp)
    return replace(first, timestamp=np.zeros_like(first.timestamp)).asked(at)
