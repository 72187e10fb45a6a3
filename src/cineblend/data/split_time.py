"""Split a dataset's ratings into train and test by time: the later ratings are the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.errors import UserError


def last_share(dataset: Dataset, test_fraction: float, min_ratings: int) -> Split:
    """Hold out the latest share of every user's ratings, rounded up.

    Ties in time are broken by the source's order: the later row counts as later. All ratings of users
    with fewer than ``min_ratings`` stay in train. Rows keep the source's order.

    Raises:
        UserError: the ratings have no times.
    """
    counts = dataset.ratings.user_counts
    n_test = np.where(counts >= min_ratings, np.ceil(test_fraction * counts), 0)
    return _cut(dataset, _latest(dataset, n_test.astype(np.int64)))


def last_one(dataset: Dataset, min_ratings: int) -> Split:
    """Hold out every user's latest rating; ties and small histories as in ``last_share``.

    Raises:
        UserError: the ratings have no times.
    """
    n_test = (dataset.ratings.user_counts >= min_ratings).astype(np.int64)
    return _cut(dataset, _latest(dataset, n_test))


def before_and_after(dataset: Dataset, train_share: float, until_share: float = 1.0) -> Split:
    """Split all ratings at one time: train holds the earlier ratings, test the later ones.

    The cut is the time of the first rating after the earliest ``train_share`` of all. Ratings at that
    second belong to the test, so no tie is broken and train may be slightly smaller than its share. The
    test includes users without earlier ratings. If ``until_share`` is below 1, the test ends before a
    second cut, computed in the same way. Ratings after it are in neither part, and the tags on them
    count as held out.

    Raises:
        UserError: the ratings have no times, or a part would be empty.
    """
    time = _times(dataset.ratings)
    cut = _cut_time(time, train_share)
    later = time >= cut
    if later.all():
        raise UserError(
            f"no rating is older than the cut after the first {train_share:.0%} of the ratings",
            expected="ratings with different times",
            remedy="use a protocol that splits at random",
        )
    if until_share >= 1:
        return _cut(dataset, later, cut)
    in_test = later & (time < _cut_time(time, until_share))
    if not in_test.any():
        raise UserError(
            f"no rating lies between the cuts after the first {train_share:.0%} and {until_share:.0%} "
            "of the ratings",
            expected="ratings with different times",
            remedy="use fewer cuts",
        )
    split = _cut(dataset, later, cut)
    return replace(split, test=dataset.ratings.take(in_test))


def _cut_time(time: npt.NDArray[np.int64], share: float) -> int:
    """The time of the first rating after the earliest ``share`` of all."""
    at = min(int(share * len(time)), len(time) - 1)
    return int(np.partition(time, at)[at])


def _latest(dataset: Dataset, n_test: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """(n,) True for the ``n_test`` latest ratings of each user."""
    ratings = dataset.ratings
    # The sort is stable, so equal times keep the order of the source.
    order = np.lexsort((_times(ratings), ratings.user_num))
    owner = ratings.user_num[order]
    left = ratings.indptr[owner + 1] - np.arange(len(order))
    latest = np.zeros(len(order), bool)
    latest[order] = left <= n_test[owner]
    return latest


def _times(ratings: Ratings) -> npt.NDArray[np.int64]:
    time = ratings.timestamp
    if not time.size or time.min() == time.max():
        raise UserError(
            "the ratings have no times, or all have the same time",
            expected="a time for each rating, because this protocol splits by time",
            remedy="name the column with the times (--time-column), or use a protocol that splits at random",
        )
    return time


def last_times(ratings: Ratings) -> npt.NDArray[np.int64]:
    """(n_users,) time of each user's latest rating; 0 without ratings or times."""
    last = np.zeros(ratings.n_users, np.int64)
    np.maximum.at(last, ratings.user_num, ratings.timestamp)
    return last


def _cut(dataset: Dataset, in_test: npt.NDArray[np.bool_], asked_at: int = 0) -> Split:
    """The split; every user asks at ``asked_at``, or if 0 at the time of their last training rating."""
    test, train = dataset.ratings.take(in_test), dataset.ratings.take(~in_test)
    at = np.full(train.n_users, asked_at, np.int64) if asked_at else last_times(train)
    return Split(dataset.with_ratings(train, held_out=test), test, asked_at=at)
