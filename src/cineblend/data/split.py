"""Splitting a dataset's ratings into train and test by chance: by rating, by item or by user."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Nums


@dataclass(frozen=True, eq=False)
class Split:
    """What to learn from and what to be judged on; row numbers mean the same in all of it.

    Attributes:
        train: what models learn from.
        test: the ratings that lists are judged by.
        given: the histories that unseen people come with, of whom train knows nothing; None where
            everybody who is judged is in train.
        asked_at: (n_users,) int64, seconds since 1970 when each person asks for a list; None where the
            test is not what came next, so that no such time can be told.
    """

    train: Dataset
    test: Ratings
    given: Ratings | None = None
    asked_at: npt.NDArray[np.int64] | None = None

    def people(self, user_num: Nums) -> UserBatch:
        """These users with the histories a model may look at: unseen ones where there are given ones."""
        at = None if self.asked_at is None else self.asked_at[user_num]
        if self.given is None:
            return UserBatch.known(self.train.ratings, user_num).asked(at)
        return UserBatch.known(self.given, user_num).as_unseen().asked(at)


@dataclass(frozen=True)
class SplitRecord:
    """Which split of which ratings something was chosen on: what a tuned strategy keeps of it.

    Attributes:
        data_sha256: fingerprint of all the ratings that were split.
        protocol: the name of the protocol that split them.
        seed: its seed.
        train_sha256: fingerprint of the training ratings.
    """

    data_sha256: str
    protocol: str
    seed: int
    train_sha256: str

    @classmethod
    def of(cls, dataset: Dataset, split: Split, protocol: str, seed: int) -> SplitRecord:
        """The record of a split that a protocol made of a dataset."""
        return cls(dataset.ratings.fingerprint(), protocol, seed, split.train.ratings.fingerprint())


def per_user(dataset: Dataset, test_fraction: float, seed: int, min_ratings: int) -> Split:
    """Hold out a random share of every user's ratings, as the study does.

    The same rows in the same order as scikit-learn's ``train_test_split(test_size=test_fraction,
    random_state=seed)`` called on each user's rows in file order, users in ascending row number:
    every user's generator starts from the same seed, so one permutation serves all users with
    equally many ratings. Users with fewer than ``min_ratings`` stay whole in train.
    """
    ratings = dataset.ratings
    counts = ratings.user_counts
    train_rows: list[npt.NDArray[np.intp]] = [np.empty(0, np.intp)]
    test_rows = [np.empty(0, np.intp)]
    train_owner: list[npt.NDArray[np.intp]] = [np.empty(0, np.intp)]
    test_owner = [np.empty(0, np.intp)]
    for count in np.unique(counts[counts > 0]):
        owners = np.flatnonzero(counts == count)
        rows = ratings.order_by_user[ratings.indptr[owners][:, None] + np.arange(count)]
        n_test = math.ceil(test_fraction * count) if count >= min_ratings else 0
        order = np.random.RandomState(seed).permutation(count) if n_test else np.arange(count)
        test_rows.append(rows[:, order[:n_test]].ravel())
        train_rows.append(rows[:, order[n_test:]].ravel())
        test_owner.append(np.repeat(owners, n_test))
        train_owner.append(np.repeat(owners, count - n_test))
    train = ratings.take(_by_owner(train_rows, train_owner))
    test = ratings.take(_by_owner(test_rows, test_owner))
    return Split(dataset.with_ratings(train, held_out=test), test)


def cold_items(dataset: Dataset, item_fraction: float, seed: int) -> Split:
    """Take every rating away from a random share of the rated items: films new to the model.

    Items are drawn over ascending ids by numpy's ``default_rng(seed).permutation``; the share is
    rounded down.

    Raises:
        UserError: the share takes no item, or every one.
    """
    ratings = dataset.ratings
    rated = np.flatnonzero(ratings.item_counts)
    rated = rated[np.argsort(dataset.catalog.items.ids[rated], kind="stable")]
    n_cold = int(item_fraction * len(rated))
    if not 0 < n_cold < len(rated):
        raise UserError(
            f"a share of {item_fraction} of {len(rated)} rated items is {n_cold} items",
            expected="at least one item to take away and one to keep",
        )
    cold = np.zeros(dataset.n_items, bool)
    cold[np.random.default_rng(seed).permutation(rated)[:n_cold]] = True
    in_test = cold[ratings.item_num]
    test = ratings.take(in_test)
    return Split(dataset.with_ratings(ratings.take(~in_test), held_out=test), test)


def cold_users(
    dataset: Dataset,
    user_fraction: float,
    test_fraction: float,
    seed: int,
    min_ratings: int,
    first: int = 0,
) -> Split:
    """Take every rating away from a random share of the users, and give part of them back as history.

    Users are drawn by ``default_rng(seed).permutation`` over those with at least ``min_ratings``
    ratings and at least one more than ``first``, in ascending row number; the share is rounded down.
    Whatever such a person tagged counts as held out, for a model that has never met them cannot have
    read it.

    Args:
        dataset: what to split.
        user_fraction: share of the users with enough ratings who become unseen.
        test_fraction: share of such a person's ratings that is the test, cut as ``per_user`` cuts them;
            not used where ``first`` is given.
        seed: drives the choice of users, and the cut where chance makes it.
        min_ratings: how many ratings are enough.
        first: 0, or the history is each person's first so many ratings by time, and the rest is the
            test; equal times, and ratings without times, count in the source's order. The person then
            asks at the time of the last rating of the history.

    Raises:
        UserError: the share takes nobody, or everyone.
    """
    least = max(min_ratings, first + 1)
    enough = np.flatnonzero(dataset.ratings.user_counts >= least)
    n_cold = int(user_fraction * len(enough))
    if not 0 < n_cold < np.count_nonzero(dataset.ratings.user_counts):
        raise UserError(
            f"a share of {user_fraction} of {len(enough)} users with at least {least} ratings "
            f"is {n_cold} users",
            expected="at least one user to take away and one to keep",
        )
    cold = np.zeros(dataset.n_users, bool)
    cold[np.random.default_rng(seed).permutation(enough)[:n_cold]] = True
    theirs = cold[dataset.ratings.user_num]
    taken = dataset.ratings.take(theirs)
    train = dataset.with_ratings(dataset.ratings.take(~theirs), held_out=taken)
    if first:
        return _given_first(train, taken, first)
    cut = per_user(dataset, test_fraction, seed, min_ratings)
    given = cut.train.ratings
    return Split(train, cut.test.take(cold[cut.test.user_num]), given.take(cold[given.user_num]))


def _given_first(train: Dataset, taken: Ratings, n: int) -> Split:
    """The split that gives each person their first ``n`` of the ratings in ``taken`` back."""
    # Sorting is stable: equal times keep the order of the source.
    order = np.lexsort((taken.timestamp, taken.user_num))
    place = np.arange(len(order)) - taken.indptr[taken.user_num[order]]
    early = np.zeros(len(order), bool)
    early[order] = place < n
    last = order[place == n - 1]
    asked_at = np.zeros(taken.n_users, np.int64)
    asked_at[taken.user_num[last]] = taken.timestamp[last]
    return Split(train, taken.take(~early), taken.take(early), asked_at)


def _by_owner(rows: list[npt.NDArray[np.intp]], owner: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.intp]:
    order = np.argsort(np.concatenate(owner), kind="stable")
    return np.concatenate(rows)[order]
