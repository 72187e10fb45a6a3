"""Inner folds: parts of the training ratings held out in turn, to learn an order from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.split import Split


def inner_folds(train: Dataset, n_folds: int, seed: int, n_lessons: int = 0) -> Iterator[Split]:
    """The first ``n_lessons`` of ``n_folds`` splits of ``train``, 0 for all; each rating is held out in one.

    A user's ratings are dealt out in a random order from a random fold on, so that each fold holds
    out an equal share of every user, to one rating. Tags on held-out pairs are marked as such.
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
