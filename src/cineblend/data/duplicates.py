"""Duplicates: one interaction for each user and item, of several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.kinds import Table
from cineblend.data.table_columns import Duplicates

_SAID = {
    "last": "the last of each counts",
    "first": "the first of each counts",
    "mean": "their mean counts",
    "sum": "their sum counts",
}


def once(ratings: Table, pairs: npt.NDArray[np.int64], rule: Duplicates) -> tuple[Table, tuple[str, ...]]:
    """The ratings with each pair of user and item once, in the order of the rows that stay.

    Args:
        ratings: columns user, item, value and timestamp.
        pairs: (n,) a number for each pair of user and item.
        rule: which of several counts. "last" is by time, then by row; a mean or sum has the time of the last.

    Returns:
        The ratings, and a note if there were several of any pair.

    Raises:
        InputError: the rule is "error", and a pair occurs twice.
    """
    ordered = np.sort(pairs)
    again = int((ordered[1:] == ordered[:-1]).sum())
    del ordered
    if not again:
        return ratings, ()
    if rule == "error":
        raise _twice(ratings, pairs)
    frame = pl.DataFrame({"pair": pairs, "row": np.arange(len(pairs))}).with_columns(
        ratings.frame["value"], ratings.frame["timestamp"]
    )
    in_time = frame.sort("timestamp", "row", maintain_order=True)
    by_pair = in_time.group_by("pair", maintain_order=True)
    row = pl.col("row").first() if rule == "first" else pl.col("row").last()
    value = {"mean": pl.col("value").mean(), "sum": pl.col("value").sum()}.get(rule)
    kept = by_pair.agg(row, *([] if value is None else [value.cast(pl.Float32)])).sort("row")
    mask = np.zeros(len(pairs), bool)
    mask[kept["row"].to_numpy()] = True
    table = ratings.kept(pl.Series(mask))
    if value is not None:
        table = replace(table, frame=table.frame.with_columns(kept["value"]))
    note = f"{again} rows repeat a user and an item; {_SAID[rule]} (--duplicates)"
    return table, (note,)


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
