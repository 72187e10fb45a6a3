"""Pairs of items liked by the same user, the training data of the ranking loss."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.ids import Nums


@dataclass(frozen=True, eq=False)
class LikedPairs:
    """Pairs of items, each liked by one user.

    Attributes:
        items: (n, 2) int32 item row numbers, users in ascending order.
        user: (n,) int32 row number of the user who liked both.
        liked: ascending int64, ``user * width + item`` of every like.
        width: number of items.
    """

    items: Nums
    user: Nums
    liked: npt.NDArray[np.int64]
    width: int

    def __len__(self) -> int:
        return len(self.items)

    def also_liked(self, batch: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """(b, b) bool: whether the user of pair i liked the second item of pair j, for i != j.

        Such an item is not a wrong answer for pair i. Pair i's own two items also count as liked.

        Args:
            batch: (b,) pair numbers.
        """
        cells = self.user[batch].astype(np.int64)[:, None] * self.width + self.items[batch, 1]
        found = np.searchsorted(self.liked, cells, "right") > np.searchsorted(self.liked, cells)
        return found & ~np.eye(len(batch), dtype=bool)

    def digest(self) -> str:
        """Hex sha256 of the pairs, their users and all likes."""
        content = np.concatenate(
            [[self.width, len(self.user)], self.user, self.items.ravel(), self.liked]
        ).astype("<i8")
        return hashlib.sha256(content.tobytes()).hexdigest()


def liked_pairs(
    train: Dataset, *, liked_from: float, max_per_user: int, max_pairs: int, seed: int
) -> LikedPairs:
    """Random pairs of different items liked by the same user.

    A user's pairs are distinct as unordered pairs, and their order is random. Every pair of a user's
    liked items is equally likely.

    Args:
        train: the ratings.
        liked_from: an item counts as liked from this share of the scale's highest rating (0.8 of 5 stars
            is the study's 4.0).
        max_per_user: maximum number of pairs per user.
        max_pairs: maximum number of pairs in total, chosen at random.
        seed: seed of the draw.
    """
    rng = np.random.default_rng(seed)
    width = max(train.n_items, 1)
    liked = _liked(train, train.scale.at(liked_from), width)
    items = (liked % width).astype(np.int32)
    indptr = np.searchsorted(liked, np.arange(train.ratings.n_users + 1, dtype=np.int64) * width)
    counts = np.diff(indptr)
    user, drawn = _draw_distinct(counts * (counts - 1) // 2, max_per_user, rng)
    first, second = _unrank(drawn)
    pairs = np.stack([items[indptr[user] + first], items[indptr[user] + second]], axis=1)
    flip = rng.random(len(pairs)) < 0.5
    pairs[flip] = pairs[flip, ::-1]
    if len(pairs) > max_pairs:
        kept = np.sort(rng.choice(len(pairs), max_pairs, replace=False))
        pairs, user = pairs[kept], user[kept]
    return LikedPairs(pairs, user.astype(np.int32), liked, width)


def _liked(train: Dataset, threshold: float, width: int) -> npt.NDArray[np.int64]:
    """``user * width + item`` of every like, ascending, without duplicates."""
    ratings = train.ratings
    high = ratings.value >= threshold
    return np.unique(ratings.user_num[high].astype(np.int64) * width + ratings.item_num[high])


def _draw_distinct(
    totals: npt.NDArray[np.int64], at_most: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """Draw min(at_most, total) distinct numbers from [0, total) for every row, as (row, number).

    Floyd's sampling without replacement (Bentley & Floyd, CACM 30(9), 1987), all rows at once.
    """
    wanted = np.minimum(totals, at_most)
    drawn = np.full((len(totals), at_most), -1, np.int64)
    for step in range(at_most):
        rows = np.flatnonzero(wanted > step)
        highest = totals[rows] - wanted[rows] + step
        number = rng.integers(0, highest, endpoint=True)
        taken = (drawn[rows] == number[:, None]).any(axis=1)
        drawn[rows, step] = np.where(taken, highest, number)
    row, _ = np.nonzero(drawn >= 0)
    return row, drawn[drawn >= 0]


def _unrank(
    number: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The number-th pair (first, second), first < second, in the order (0,1) (0,2) (1,2) (0,3) ..."""
    second = ((1 + np.sqrt(1 + 8 * number.astype(np.float64))) // 2).astype(np.int64)
    second -= second * (second - 1) // 2 > number
    return number - second * (second - 1) // 2, second
