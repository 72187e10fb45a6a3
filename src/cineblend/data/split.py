"""Split a dataset's ratings into train and test at random: by rating, by item or by user."""

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
    """Training and test data, with the same row numbers.

    Attributes:
        train: the data that models learn from.
        test: the ratings that lists are evaluated on.
        given: the histories of unseen users, who are not in train; None if every evaluated user is in
            train.
        asked_at: (n_users,) int64, seconds since 1970 when each user asks for a list; None if the test
            ratings do not follow the training ratings in time.
    """

    train: Dataset
    test: Ratings
    given: Ratings | None = None
    asked_at: npt.NDArray[np.int64] | None = None

    def people(self, user_num: Nums) -> UserBatch:
        """These users with the histories that a model may read; they are unseen if ``given`` is set."""
        at = None if self.asked_at is None else self.asked_at[user_num]
        if self.given is None:
            return UserBatch.known(self.train.ratings, user_num).asked(at)
        return UserBatch.known(self.given, user_num).as_unseen().asked(at)


@dataclass(frozen=True)
class SplitRecord:
    """Identity of the split that a strategy was tuned on.

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
        """The record of a dataset's split under a protocol."""
        return cls(dataset.ratings.fingerprint(), protocol, seed, split.train.ratings.fingerprint())


def per_user(dataset: Dataset, test_fraction: float, seed: int, min_ratings: int) -> Split:
    """Hold out a random share of every user's ratings, as the study does.

    Gives the same rows in the same order as scikit-learn's ``train_test_split(test_size=test_fraction,
    random_state=seed)``, called on each user's rows in file order, users in ascending row number. Every
    user's generator starts from the same seed, so users with equally many ratings share one permutation.
    All ratings of users with fewer than ``min_ratings`` stay in train.
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
    """Hold out every rating of a random share of the rated items, which become cold-start items.

    Items are drawn from ascending ids by numpy's ``default_rng(seed).permutation``; their number is
    rounded down.

    Raises:
        UserError: the share holds out no item, or all items.
    """
    ratings = dataset.ratings
    rated = np.flatnonzero(ratings.item_counts)
    rated = rated[np.argsort(dataset.catalog.items.ids[rated], kind="stable")]
    n_cold = int(item_fraction * len(rated))
    if not 0 < n_cold < len(rated):
        raise UserError(
            f"a share of {item_fraction} of {len(rated)} rated items is {n_cold} items",
            expected="at least one item to hold out and one to keep",
            remedy="change the share, or use a dataset with more items",
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
    """Take a random share of the users out of train, and split their ratings into history and test.

    Users are drawn by ``default_rng(seed).permutation`` from those with at least ``min_ratings``
    ratings and at least ``first + 1``, in ascending row number; their number is rounded down. All tags
    of these users are marked as held out, because a model cannot have read tags of unseen users.

    Args:
        dataset: the dataset to split.
        user_fraction: share of the users with enough ratings who become unseen.
        test_fraction: share of an unseen user's ratings in the test, split as in ``per_user``; ignored
            if ``first`` is not 0.
        seed: seed of the choice of users, and of a random split of their ratings.
        min_ratings: minimum number of ratings.
        first: if not 0, the history is each user's first ``first`` ratings by time, and the rest is the
            test. Ties and ratings without times keep the source's order. The user then asks at the time
            of the last rating of the history.

    Raises:
        UserError: the share selects no user, or all users.
    """
    least = max(min_ratings, first + 1)
    enough = np.flatnonzero(dataset.ratings.user_counts >= least)
    n_cold = int(user_fraction * len(enough))
    if not 0 < n_cold < np.count_nonzero(dataset.ratings.user_counts):
        raise UserError(
            f"a share of {user_fraction} of {len(enough)} users with at least {least} ratings "
            f"is {n_cold} users",
            expected="at least one user to hold out and one to keep",
            remedy="change the share, or use a dataset with more users",
        )
    cold = np.zeros(dataset.n_users, bool)
    cold[np.random.default_rng(seed).permutation(enough)[:n_cold]] = True
    is_cold = cold[dataset.ratings.user_num]
    taken = dataset.ratings.take(is_cold)
    train = dataset.with_ratings(dataset.ratings.take(~is_cold), held_out=taken)
    if first:
        return _given_first(train, taken, first)
    cut = per_user(dataset, test_fraction, seed, min_ratings)
    given = cut.train.ratings
    return Split(train, cut.test.take(cold[cut.test.user_num]), given.take(cold[given.user_num]))


def _given_first(train: Dataset, taken: Ratings, n: int) -> Split:
    """The split whose histories are each user's first ``n`` ratings of ``taken``."""
    # The sort is stable, so equal times keep the order of the source.
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
