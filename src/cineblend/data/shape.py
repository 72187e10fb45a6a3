"""Shape: the size of a dataset, counted in seconds before the dataset is read."""

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
"""Minimum size in bytes of a ratings file that is counted before it is read."""


@dataclass(frozen=True)
class Shape:
    """The size of a dataset.

    Attributes:
        n_users: number of users with a rating.
        n_items: number of items with a rating.
        n_ratings: number of ratings.
        n_catalogue: number of items with or without a rating; 0 if not counted.
        fields: those of ``content.FIELDS`` that some item has; none if not counted.
        stars: whether the values are ratings; also where that is not known yet.
    """

    n_users: int
    n_items: int
    n_ratings: int
    n_catalogue: int = 0
    fields: tuple[str, ...] = ()
    stars: bool = True

    @classmethod
    def of(cls, dataset: Dataset) -> Shape:
        """The shape of a dataset in memory."""
        ratings = dataset.ratings
        rated = int((ratings.item_counts > 0).sum())
        return cls(
            int((ratings.user_counts > 0).sum()),
            rated,
            len(ratings),
            dataset.n_items,
            dataset.catalog.content.fields,
            dataset.feedback == "explicit",
        )


def peek(name: str, columns: TableColumns | None = None, *, large: int = _LARGE) -> Shape | None:
    """The shape of a dataset, counted from two columns of its ``ratings.parquet`` or ``ratings.csv``.

    None if the ratings file is small, has another name or cannot be counted. Reading it then reports the
    error.

    Args:
        name: see ``load``.
        columns: see ``load``.
        large: minimum size in bytes of a file that is counted.
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
            else pl.scan_csv(path, separator=columns.separator or ",", glob=False)
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
