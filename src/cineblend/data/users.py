"""UserBatch: rating histories of the users to score, known or unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.ratings import Ratings
from cineblend.ids import Nums


@dataclass(frozen=True, eq=False)
class UserBatch:
    """n users and their histories in CSR form.

    Attributes:
        user_num: (n,) int32, row number of a user of the training data; -1 for an unseen user.
        indptr: (n + 1,) int64, where each user's history begins.
        item_num: (m,) int32, rated items.
        value: (m,) float32, ratings.
        timestamp: (m,) int64, seconds since 1970; 0 if unknown.
        n_items: number of items in the catalogue.
        asked_at: (n,) int64, seconds since 1970 when each list is requested. 0 if unknown: the list is
            then for the time of the ratings. None if unknown for all users.
    """

    user_num: Nums
    indptr: npt.NDArray[np.int64]
    item_num: Nums
    value: npt.NDArray[np.float32]
    timestamp: npt.NDArray[np.int64]
    n_items: int
    asked_at: npt.NDArray[np.int64] | None = None

    @classmethod
    def known(cls, train: Ratings, user_num: Nums | None = None) -> UserBatch:
        """Users of the training data, all of them by default, with their training histories."""
        if user_num is None:
            user_num = np.arange(train.n_users, dtype=np.int32)
        starts, counts = train.indptr[user_num], train.user_counts[user_num]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], counts)
        rows = train.order_by_user[np.repeat(starts, counts) + within]
        return cls(
            user_num.astype(np.int32),
            indptr,
            train.item_num[rows],
            train.value[rows],
            train.timestamp[rows],
            train.n_items,
        )

    @classmethod
    def unseen(cls, histories: Sequence[Mapping[int, float]], n_items: int) -> UserBatch:
        """Unseen users, each a map from item row number to rating; a map may be empty.

        Raises:
            ValueError: an item number is outside [0, n_items) or a rating is not finite.
        """
        counts = [len(history) for history in histories]
        item_num = np.array([i for history in histories for i in history], dtype=np.int32)
        value = np.array([v for history in histories for v in history.values()], dtype=np.float32)
        if item_num.size and not (item_num.min() >= 0 and item_num.max() < n_items):
            raise ValueError(f"item numbers must be in [0, {n_items})")
        if not np.isfinite(value).all():
            raise ValueError("ratings must be finite")
        return cls(
            np.full(len(histories), -1, np.int32),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            item_num,
            value,
            np.zeros(len(value), np.int64),
            n_items,
        )

    def as_unseen(self) -> UserBatch:
        """The same histories as unseen users, so that models score them by fold-in only."""
        return replace(self, user_num=np.full(len(self), -1, np.int32))

    def asked(self, at: npt.NDArray[np.int64] | int | None) -> UserBatch:
        """The same users asking at these times, (n,) or one for all; None if unknown."""
        if at is None:
            return self if self.asked_at is None else replace(self, asked_at=None)
        return replace(self, asked_at=np.broadcast_to(np.asarray(at, np.int64), (len(self),)))

    @property
    def ask_time(self) -> npt.NDArray[np.int64]:
        """(n,) ``asked_at``, 0 if unknown."""
        return np.zeros(len(self), np.int64) if self.asked_at is None else self.asked_at

    def take_ratings(self, kept: npt.NDArray[np.bool_]) -> UserBatch:
        """The same users with only the history entries marked in ``kept`` (m,)."""
        counts = np.bincount(self.row[kept], minlength=len(self))
        return replace(
            self,
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            item_num=self.item_num[kept],
            value=self.value[kept],
            timestamp=self.timestamp[kept],
        )

    def __len__(self) -> int:
        return len(self.user_num)

    @cached_property
    def row(self) -> npt.NDArray[np.intp]:
        """(m,) position in the batch of each history entry's user."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def csr(self, value: npt.NDArray[np.floating] | None = None) -> sp.csr_array:
        """(n, n_items) matrix of the ratings, or of ``value`` (m,) instead."""
        data = self.value if value is None else value
        return sp.csr_array((data, self.item_num, self.indptr), shape=(len(self), self.n_items))

    def take(self, kept: npt.NDArray[np.bool_]) -> UserBatch:
        """The users marked in ``kept`` (n,), in their order."""
        rows = kept[self.row]
        return UserBatch(
            self.user_num[kept],
            np.concatenate([[0], np.cumsum(np.diff(self.indptr)[kept])]).astype(np.int64),
            self.item_num[rows],
            self.value[rows],
            self.timestamp[rows],
            self.n_items,
            None if self.asked_at is None else self.asked_at[kept],
        )

    def slice(self, start: int, stop: int) -> UserBatch:
        """The users from ``start`` up to, not including, ``stop``."""
        first, last = self.indptr[start], self.indptr[stop]
        return UserBatch(
            self.user_num[start:stop],
            self.indptr[start : stop + 1] - first,
            self.item_num[first:last],
            self.value[first:last],
            self.timestamp[first:last],
            self.n_items,
            None if self.asked_at is None else self.asked_at[start:stop],
        )

    @classmethod
    def joined(cls, batches: Sequence[UserBatch]) -> UserBatch:
        """The users of one or more batches over the same catalogue."""
        begins = np.cumsum([0, *(len(batch.item_num) for batch in batches)])
        starts = [batch.indptr[:-1] + begin for batch, begin in zip(batches, begins.tolist(), strict=False)]
        return cls(
            np.concatenate([batch.user_num for batch in batches]),
            np.concatenate([*starts, begins[-1:]]).astype(np.int64),
            np.concatenate([batch.item_num for batch in batches]),
            np.concatenate([batch.value for batch in batches]),
            np.concatenate([batch.timestamp for batch in batches]),
            batches[0].n_items,
            None
            if all(batch.asked_at is None for batch in batches)
            else np.concatenate([batch.ask_time for batch in batches]),
        )

    def blocks(self, size: int) -> Iterator[UserBatch]:
        """Split into batches of at most ``size`` users."""
        for start in range(0, len(self), size):
            yield self.slice(start, min(start + size, len(self)))
