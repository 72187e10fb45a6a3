"""Read Parquet files into typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from cineblend.data.kinds import Field, Table, bad_column, bad_value
from cineblend.errors import InputError


def parquet_columns(path: Path) -> list[str]:
    """The column names of a file.

    Raises:
        InputError: the file is not Parquet, or is damaged.
    """
    return list(_schema(path))


def parquet_metadata(path: Path) -> dict[str, str]:
    """The key-value metadata of a file.

    Raises:
        InputError: the file is not Parquet, or is damaged.
    """
    try:
        return pl.read_parquet_metadata(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def read_parquet(path: Path, fields: Mapping[str, Field]) -> Table:
    """Read the columns of ``fields``, each named by its key.

    Raises:
        InputError: a value is bad (the error names its row), or the file is damaged.
    """
    schema = _schema(path)
    wanted: list[pl.Expr] = []
    for name, field in fields.items():
        wanted += field.select(name, pl.col(field.column), schema[field.column])
    try:
        frame = pl.scan_parquet(path, glob=False).select(wanted).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error
    table = Table(path, frame.select(*fields), None)
    _require_good(table, frame, fields)
    return table


def _require_good(table: Table, frame: pl.DataFrame, fields: Mapping[str, Field]) -> None:
    first = {name: frame[bad_column(name)].arg_max() for name in fields if frame[bad_column(name)].any()}
    if not first:
        return
    name, row = min(first.items(), key=lambda item: item[1] or 0)
    row = row or 0
    raw = pl.scan_parquet(table.path, glob=False).select(fields[name].column).slice(row, 1).collect().item()
    problem = bad_value(fields[name], "" if raw is None else str(raw))
    kind = fields[name].kind
    raise table.error(row, problem, expected=kind.expected, remedy=kind.remedy)


def _schema(path: Path) -> dict[str, pl.DataType]:
    try:
        return dict(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    problem = str(error).strip().splitlines()[0]
    return InputError(
        path,
        f"the file cannot be read as Parquet: {problem}",
        expected="an undamaged Parquet file",
        remedy="write or copy the file again",
    )
