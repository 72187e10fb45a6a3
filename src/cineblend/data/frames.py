"""Data frames of polars or pandas, read as tables of your own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from cineblend.data.dataset import Dataset
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import read_tables
from cineblend.errors import InputError, UserError

if TYPE_CHECKING:
    import pandas as pd

    Frame = pl.DataFrame | pd.DataFrame


def read_frames(ratings: Frame, items: Frame | None = None, columns: TableColumns | None = None) -> Dataset:
    """Read ratings and, where given, items, by the rules of ``read_tables``.

    Raises:
        InputError: a column is missing, or a row is wrong; names the frame and the row.
        UserError: what was given is no data frame.
    """
    given = {"ratings": ratings} | ({} if items is None else {"items": items})
    # One reader knows what a column may hold. It reads files.
    with TemporaryDirectory(prefix="cineblend-") as name:
        folder = Path(name)
        for table, frame in given.items():
            _to_polars(table, frame).write_parquet(folder / f"{table}.parquet")
        try:
            dataset = read_tables(folder, columns)
        except InputError as error:
            raise InputError(
                f"the data frame {error.path.stem}",
                error.problem.removeprefix(f"{error.path}").lstrip(":, "),
                expected=error.expected,
                remedy=error.remedy,
            ) from None
    return replace(dataset, source=replace(dataset.source, name="data-frame", location="a data frame"))


def _to_polars(name: str, frame: Frame) -> pl.DataFrame:
    if isinstance(frame, pl.DataFrame):
        return frame
    try:
        return pl.from_pandas(frame)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise UserError(
            f"{name} cannot be read as a data frame: {error}",
            expected="a data frame of polars or pandas with one type of value in each column",
        ) from error
