"""Links: the numbers that IMDb and TMDB know a dataset's films by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.columns import column_names, read_columns
from cineblend.data.dataset import Dataset
from cineblend.data.kinds import INTEGER, TEXT_ID, Field, Kind, Table
from cineblend.data.table_columns import find_column
from cineblend.files import sha256_file

_TABLES = ("links.csv", "items.csv", "items.parquet")
"""Where links may be: MovieLens has a file of them, own tables may have them beside titles."""


@dataclass(frozen=True, eq=False)
class Links:
    """The n films' numbers elsewhere.

    Attributes:
        imdb_id: (n,) int64 IMDb's number (tt0114709 is 114709), 0 where unknown.
        tmdb_id: (n,) int64 TMDB's number, 0 where unknown.
        sha256: file name to hex digest of what was read.
    """

    imdb_id: npt.NDArray[np.int64]
    tmdb_id: npt.NDArray[np.int64]
    sha256: Mapping[str, str]


def read_links(dataset: Dataset) -> Links:
    """What the dataset's folder says; 0 throughout where it says nothing.

    A film may be listed more than once, as long as the numbers agree or one is missing.

    Raises:
        InputError: a number is none, or one film has two.
    """
    n = dataset.n_items
    found = {"imdb_id": np.zeros(n, np.int64), "tmdb_id": np.zeros(n, np.int64)}
    sha256: dict[str, str] = {}
    for name in _TABLES:
        path = Path(dataset.source.location) / name
        if not path.is_file():
            continue
        names = column_names(path)
        item = find_column(path, names, "item_id", None)
        columns = {role: find_column(path, names, role, None) for role in found}
        fields = {role: Field(column, _NUMBER, optional=True) for role, column in columns.items() if column}
        if item is None or not fields:
            continue
        text = dataset.catalog.items.ids.dtype.kind == "U"
        table = read_columns(path, {"item": Field(item, TEXT_ID if text else INTEGER), **fields})
        ids = table.frame["item"]
        num = dataset.catalog.items.nums(np.array(ids.to_list(), np.str_) if text else ids.to_numpy())
        for role in fields:
            _fill(found[role], num, table, role)
        sha256[name] = sha256_file(path)
    return Links(found["imdb_id"], found["tmdb_id"], sha256)


def _fill(into: npt.NDArray[np.int64], num: npt.NDArray[np.int32], table: Table, role: str) -> None:
    value = table.frame[role].fill_null(0).to_numpy()
    rows = np.flatnonzero((num >= 0) & (value > 0))
    into[num[rows]] = value[rows]
    differs = rows[into[num[rows]] != value[rows]]
    if len(differs):
        raise table.error(
            int(differs[0]),
            f"{role} is {value[differs[0]]}, and another line says {into[num[differs[0]]]}",
            expected="one number a film",
            remedy="remove one of the two",
        )


def _number(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_integer():
        return raw.cast(pl.Int64, strict=False)
    text = raw.cast(pl.String).str.strip_chars().str.strip_prefix("tt")
    return text.str.strip_suffix(".0").cast(pl.Int64, strict=False)


_NUMBER = Kind("a number such as 114709 or tt0114709", _number)
