"""Duplicates: one interaction for each user and item, of several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.kinds import Table
from cineblend.data.ratings import found_in
from cineblend.data.table_columns import Duplicates

_BLOCK = 1 << 20
_SAID = {
    "last": "the last of each counts",
    "first": "the first of each counts",
    "mean": "their mean counts",
    "sum": "their sum counts",
}


@dataclass(frozen=True, eq=False)
class Once:
    """Which rows stay, and with which values.

    Attributes:
        mask: (n,) bool, the rows that stay; None for all.
        value: (n,) float32 values, of which those of ``mask`` count.
        notes: what was done, if there were duplicates.
    """

    mask: npt.NDArray[np.bool_] | None
    value: npt.NDArray[np.float32]
    notes: tuple[str, ...] = ()


def once(ratings: Table, pairs: npt.NDArray[np.int64], rule: Duplicates) -> Once:
    """The rows with each pair of user and item once.

    Args:
        ratings: columns user, item, value and timestamp.
        pairs: (n,) a number for each pair of user and item.
        rule: which of several counts. "last" is by time, then by row; a mean or sum has the time of the last.

    Raises:
        InputError: the rule is "error", and a pair occurs twice.
    """
    value = ratings.frame["value"].to_numpy()
    ordered = np.sort(pairs)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    if not len(repeated):
        return Once(None, value)
    if rule == "error":
        raise _twice(ratings, pairs)
    blocks = range(0, len(pairs), _BLOCK)
    rows = np.concatenate([at + np.flatnonzero(found_in(pairs[at : at + _BLOCK], repeated)) for at in blocks])
    frame = ratings.frame.select("value", "timestamp")[rows].with_columns(
        pl.Series("pair", pairs[rows]), pl.Series("row", rows)
    )
    by_pair = frame.sort("timestamp", "row").group_by("pair", maintain_order=True)
    row = pl.col("row").first() if rule == "first" else pl.col("row").last()
    value_of = pl.col("value")
    combined = {"mean": value_of.mean(), "sum": value_of.sum()}.get(rule, value_of.last())
    kept = by_pair.agg(row, combined.cast(pl.Float32))
    mask = np.ones(len(pairs), bool)
    mask[rows] = False
    mask[kept["row"].to_numpy()] = True
    if rule in ("mean", "sum"):
        value = value.copy()
        value[kept["row"].to_numpy()] = kept["value"].to_numpy()
    return Once(mask, value, (f"{len(repeated)} rows repeat a user and an item; {_SAID[rule]}",))


def first_pair(keys: npt.NDArray[np.integer]) -> tuple[int, int]:
    """The first row that repeats an earlier row's key, as (the earlier row, this row)."""
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
    at = again[np.argmin(order[again])]
    return int(order[at - 1]), int(order[at])


def _twice(ratings: Table, pairs: npt.NDArray[np.int64]) -> Exception:
    first, second = first_pair(pairs)
    user, item = ratings.frame["user"][second], ratings.frame["item"][second]
    return ratings.error(
        second,
        f"user {user!r} rates item {item!r} twice; the first rating is in {ratings.place(first)}",
        expected="one rating per user and item",
        remedy="keep one of the two rows, or say which counts: --duplicates last, first, mean or sum",
    )
