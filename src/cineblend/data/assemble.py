"""Build a Dataset from tables of ratings, items and tags: map ids to row numbers and report bad rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.content_columns import content_of_table
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.kinds import Table
from cineblend.data.ratings import Ratings
from cineblend.errors import InputError
from cineblend.ids import Ids, Nums, Vocabulary


def assemble(
    source: Source,
    scale: tuple[float | None, float | None],
    ratings: Table,
    items: Table | None,
    tags: Table | None,
) -> Dataset:
    """Build a dataset.

    Args:
        source: where the tables came from.
        scale: lowest and highest rating; None takes the lowest or highest value in the data.
        ratings: columns user, item, rating and, optionally, timestamp.
        items: columns item, title, year (0 if unknown) and genres (lists), in the catalogue's order;
            None makes a catalogue of the rated items in ascending order of id, with ids as titles.
        tags: columns user (null if unknown), item and tag.

    Raises:
        InputError: there are no ratings or no items, an item occurs twice or is missing from ``items``,
            or a user rated an item twice.
    """
    if not len(ratings):
        raise InputError(
            ratings.path,
            "the table has no ratings",
            expected="one rating per row",
            remedy="check that the file is complete",
        )
    catalog = _catalog_of_ratings(ratings) if items is None else catalog_of(items)
    users = ratings.frame["user"].unique().sort()
    user_num = _numbers(ratings.frame["user"], _ids(users))
    item_num = _numbers(ratings.frame["item"], catalog.items.ids)
    _require_known(ratings, item_num, items)
    _require_once(ratings, user_num.astype(np.int64) * len(catalog) + item_num)
    value = ratings.frame["rating"].to_numpy()
    has_times = "timestamp" in ratings.frame.columns
    timestamp = ratings.frame["timestamp"].to_numpy() if has_times else np.zeros(len(value), np.int64)
    return Dataset(
        source=source,
        users=Vocabulary(_ids(users)),
        catalog=catalog,
        ratings=Ratings(user_num, item_num, value, timestamp, len(users), len(catalog)),
        tags=Tags.none() if tags is None else _tags(tags, users, catalog, items),
        scale=_scale(scale, value),
    )


def _scale(ends: tuple[float | None, float | None], value: npt.NDArray[np.float32]) -> RatingScale:
    low, high = ends
    return RatingScale(
        float(str(value.min())) if low is None else low, float(str(value.max())) if high is None else high
    )


def catalog_of(items: Table) -> Catalog:
    """The catalogue of a table of items, in the table's order.

    Raises:
        InputError: the table is empty, or an item occurs twice.
    """
    frame = items.frame
    if not len(items):
        raise InputError(
            items.path,
            "the table has no items",
            expected="one item per row",
            remedy="check that the file is complete",
        )
    twice = frame["item"].is_duplicated()
    if twice.any():
        first, second = _first_pair(_numbers(frame["item"], _ids(frame["item"].unique().sort())))
        raise items.error(
            second,
            f"item {frame['item'][second]!r} occurs twice; it is also in {items.place(first)}",
            expected="one row per item",
            remedy="remove one of the two rows",
        )
    return Catalog(
        Vocabulary(_ids(frame["item"])),
        tuple(frame["title"].to_list()),
        frame["year"].to_numpy(),
        tuple(tuple(names) for names in frame["genres"].to_list()),
        content=content_of_table(items),
    )


def _catalog_of_ratings(ratings: Table) -> Catalog:
    ids = ratings.frame["item"].unique().sort()
    names = tuple(str(item) for item in ids.to_list())
    return Catalog(Vocabulary(_ids(ids)), names, np.zeros(len(ids), np.int32), ((),) * len(ids))


def _tags(tags: Table, users: pl.Series, catalog: Catalog, items: Table | None) -> Tags:
    item_num = _numbers(tags.frame["item"], catalog.items.ids)
    _require_known(tags, item_num, items)
    user_num = _numbers(tags.frame["user"], _ids(users))
    return Tags(user_num, item_num, tuple(tags.frame["tag"].to_list()), np.zeros(len(tags), bool))


def _ids(column: pl.Series) -> Ids:
    if column.dtype == pl.String:
        return np.array(column.to_list(), dtype=np.str_)
    return column.to_numpy().astype(np.int64)


def _numbers(ids: pl.Series, vocabulary: Ids) -> Nums:
    """Row numbers, -1 if unknown. A hash join is faster than a binary search for millions of rows."""
    known = pl.DataFrame(
        {"id": pl.Series(vocabulary, dtype=ids.dtype), "num": np.arange(len(vocabulary), dtype=np.int32)}
    )
    found = ids.alias("id").to_frame().join(known, on="id", how="left", maintain_order="left")["num"]
    return found.fill_null(-1).to_numpy()


def _require_known(table: Table, item_num: Nums, items: Table | None) -> None:
    unknown = np.flatnonzero(item_num < 0)
    if not len(unknown):
        return
    row = int(unknown[0])
    where = items.path if items is not None else "the ratings"
    raise table.error(
        row,
        f"item {table.frame['item'][row]!r} is not in {where}",
        expected=f"every item of {table.path.name} in {where}",
        remedy=f"add the missing items, or remove their rows ({len(unknown)} in all)",
    )


def _require_once(ratings: Table, pairs: npt.NDArray[np.int64]) -> None:
    ordered = np.sort(pairs)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    first, second = _first_pair(pairs)
    user, item = ratings.frame["user"][second], ratings.frame["item"][second]
    raise ratings.error(
        second,
        f"user {user!r} rates item {item!r} twice; the first rating is in {ratings.place(first)}",
        expected="one rating per user and item",
        remedy="keep one of the two rows",
    )


def _first_pair(keys: npt.NDArray[np.integer]) -> tuple[int, int]:
    """The first row that repeats an earlier row's key, as (the earlier row, this row)."""
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
    at = again[np.argmin(order[again])]
    return int(order[at - 1]), int(order[at])
