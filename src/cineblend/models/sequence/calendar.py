"""Calendar: dates as numbered periods of equal length, and scores of items by a user's dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import DAY
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.kept import kept
from cineblend.models.shared.sparse_products import places

Times = npt.NDArray[np.int64]
Table = npt.NDArray[np.floating]

MONTH = 30 * DAY
"""Seconds of a month of 30 days."""
_LONGEST = 200 * 365 * DAY


@kept("calendar")
@dataclass(frozen=True, eq=False)
class Calendar:
    """The periods from the first known date to the last.

    Attributes:
        unit: seconds of a period.
        first: number of the first period, counted from 1970.
        n: number of periods; at least 1.
    """

    unit: int
    first: int
    n: int

    @classmethod
    def of(cls, timestamp: Times, unit: int) -> Calendar:
        """Make the calendar of these times; a time of 0 is no date.

        Raises:
            UserError: the times are centuries apart, so they are not in seconds.
        """
        dated = timestamp[timestamp > 0]
        if dated.size and dated.max() - dated.min() > _LONGEST:
            raise UserError(
                f"times of ratings run from {dated.min()} to {dated.max()}",
                expected="whole seconds since 1970, at most 200 years apart",
                remedy="turn milliseconds into seconds, and leave out unknown times",
            )
        dated = dated // unit
        if not dated.size:
            return cls(unit, 0, 1)
        return cls(unit, int(dated.min()), int(dated.max() - dated.min()) + 1)

    def at(self, timestamp: Times) -> Times:
        """Number of the period nearest to each time; the last period for a time of 0."""
        period = np.clip(timestamp // self.unit - self.first, 0, self.n - 1)
        return np.where(timestamp > 0, period, self.n - 1)

    def near(self, scale: float) -> npt.NDArray[np.float64]:
        """(n, n) exp(-|periods apart| / scale)."""
        number = np.arange(self.n)
        return np.exp(-np.abs(np.subtract.outer(number, number)) / scale)

    def shares(self, users: UserBatch) -> sp.csr_array:
        """(len(users), n) share of each period in a user's ratings."""
        even = (1 / np.maximum(np.diff(users.indptr), 1))[users.row]
        shape = (len(users), self.n)
        shares = sp.csr_array((even, self.at(users.timestamp), users.indptr.copy()), shape=shape)
        shares.sum_duplicates()
        return shares


def mixed(shares: sp.csr_array, table: Table, items: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """(n, c) product shares (n, periods) @ table (periods, n_items), computed only at the items (n, c)."""
    indptr, periods = places(shares)
    n = len(indptr) - 1
    row = np.repeat(np.arange(n), np.diff(indptr))
    each = sp.csr_array((shares.data, np.arange(len(row)), indptr), shape=(n, len(row)))
    return np.asarray(each @ table[periods[:, None], items[row]], np.float64)
