"""Ratings: user, item, value and time of each rating, as typed columns with a CSR view."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.ids import Nums


@dataclass(frozen=True, eq=False)
class Ratings:
    """Columns of equal length n, one row per rating, in the order of the source.

    Attributes:
        user_num: (n,) int32, row number of the user, in [0, n_users).
        item_num: (n,) int32, row number of the item, in [0, n_items).
        value: (n,) float32, the rating on the dataset's scale.
        timestamp: (n,) int64, seconds since 1970; all 0 if the source has no times.
        n_users: number of users, with or without ratings.
        n_items: number of items, with or without ratings.
    """

    user_num: Nums
    item_num: Nums
    value: npt.NDArray[np.float32]
    timestamp: npt.NDArray[np.int64]
    n_users: int
    n_items: int

    def __post_init__(self) -> None:
        for column in (self.user_num, self.item_num, self.value, self.timestamp):
            if column.shape != self.user_num.shape:
                raise ValueError(f"columns differ in length: {column.shape} and {self.user_num.shape}")
            column.setflags(write=False)
        for name, nums, limit in (
            ("user_num", self.user_num, self.n_users),
            ("item_num", self.item_num, self.n_items),
        ):
            if nums.size and not (nums.min() >= 0 and nums.max() < limit):
                raise ValueError(f"{name} has values outside [0, {limit})")

    def __len__(self) -> int:
        return len(self.user_num)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Ratings:
        """The given rows, in the given order, over the same users and items."""
        return Ratings(
            self.user_num[rows],
            self.item_num[rows],
            self.value[rows],
            self.timestamp[rows],
            self.n_users,
            self.n_items,
        )

    @cached_property
    def order_by_user(self) -> npt.NDArray[np.intp]:
        """(n,) row indices, grouped by user, in the original order within a user."""
        return np.argsort(self.user_num, kind="stable")

    @cached_property
    def indptr(self) -> npt.NDArray[np.int64]:
        """(n_users + 1,) where each user's rows begin in ``order_by_user``."""
        return np.concatenate([[0], np.cumsum(self.user_counts)]).astype(np.int64)

    @cached_property
    def user_counts(self) -> npt.NDArray[np.int64]:
        """(n_users,) number of ratings of each user."""
        return np.bincount(self.user_num, minlength=self.n_users)

    @cached_property
    def item_counts(self) -> npt.NDArray[np.int64]:
        """(n_items,) number of ratings of each item."""
        return np.bincount(self.item_num, minlength=self.n_items)

    def csr(self) -> sp.csr_array:
        """(n_users, n_items) float32 matrix of the rating values."""
        return sp.csr_array((self.value, (self.user_num, self.item_num)), shape=(self.n_users, self.n_items))

    def fingerprint(self) -> str:
        """Hex sha256 of all columns; equal for equal ratings in equal order."""
        digest = hashlib.sha256(f"{self.n_users} {self.n_items}".encode())
        for column in (self.user_num, self.item_num, self.value, self.timestamp):
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()


def found_in(sought: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mask of the values of ``sought``, of any shape, that are in the (m,) ``keys``.

    The same result as ``np.isin``, which is slower for millions of numbers because it removes duplicates.
    """
    if not keys.size:
        return np.zeros(sought.shape, np.bool_)
    rising = np.sort(keys)
    at = np.minimum(np.searchsorted(rising, sought), len(rising) - 1)
    return rising[at] == sought
