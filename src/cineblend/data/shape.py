"""Shape: how large a dataset is, told in seconds before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from cineblend.data.dataset import Dataset
from cineblend.data.locate import locate
from cineblend.data.table_columns import TableColumns, find_column
from cineblend.errors import CineblendError

if TYPE_CHECKING:
    from pathlib import Path

_LARGE = 50_000_000
"""Bytes of a ratings file from which counting before reading is worth it."""


@dataclass(frozen=True)
class Shape:
    """How many of each there are.

    Attributes:
        n_users: users with a rating.
        n_items: items with a rating.
        n_ratings: ratings.
        n_catalogue: items with or without a rating; 0 where that was not counted.
    """

    n_users: int
    n_items: int
    n_ratings: int
    n_catalogue: int = 0

    @classmethod
    def of(cls, dataset: Dataset) -> Shape:
        """Of a dataset that has been read."""
        ratings = dataset.ratings
        rated = int((ratings.item_counts > 0).sum())
        return cls(int((ratings.user_counts > 0).sum()), rated, len(ratings), dataset.n_items)


def peek(name: str, columns: TableColumns | None = None, *, large: int = _LARGE) -> Shape | None:
    """The shape of a folder of ``ratings.parquet`` or ``ratings.csv``, from two of its columns.

    None where the ratings are small enough to be read first, lie in other files, or cannot be counted: who
    reads them then says what is wrong.

    Args:
        name: see ``load``.
        columns: see ``load``.
        large: bytes from which a file is counted.
    """
    try:
        folder = locate(name)
    except CineblendError:
        return None
    found = [folder / f"ratings.{ending}" for ending in ("parquet", "csv")]
    path = next((path for path in found if path.is_file() and path.stat().st_size >= large), None)
    return None if path is None else _counted(path, columns or TableColumns())


def _counted(path: Path, columns: TableColumns) -> Shape | None:
    try:
        lazy = (
            pl.scan_parquet(path, glob=False)
            if path.suffix == ".parquet"
            else pl.scan_csv(path, separator=columns.separator, glob=False)
        )
        names = lazy.collect_schema().names()
        user = find_column(path, names, "user", columns.user)
        item = find_column(path, names, "item", columns.item)
        if user is None or item is None:
            return None
        counted = lazy.select(pl.col(user).n_unique(), pl.col(item).n_unique().alias("items"), pl.len())
        n_users, n_items, n_ratings = counted.collect(engine="streaming").row(0)
    except (pl.exceptions.PolarsError, CineblendError, OSError):
        return None
    return Shape(n_users, n_items, n_ratings)
