"""Read the column names and typed columns of a delimited or Parquet file, and report bad rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from cineblend.data.delimited import header_of, read_delimited
from cineblend.data.kinds import Field, Table
from cineblend.data.layout import Layout
from cineblend.data.parquet import parquet_columns, read_parquet
from cineblend.errors import InputError
from cineblend.progress import bar

CSV = Layout()
_LONG = 50_000_000
"""Files of more bytes take over a second to read and get a progress bar."""


def column_names(path: Path, layout: Layout = CSV) -> list[str]:
    """The column names of a delimited or ``.parquet`` file.

    Raises:
        InputError: the file is missing, empty or unreadable.
    """
    if not path.is_file():
        raise InputError(
            path, "no such file", expected="a readable file", remedy="add the file, or correct the path"
        )
    try:
        return parquet_columns(path) if _is_parquet(path) else header_of(path, layout)
    except OSError as error:
        raise InputError(
            path,
            f"the file cannot be read: {error.strerror}",
            expected="a readable file",
            remedy="check its permissions and the disk",
        ) from error


def read_columns(
    path: Path, fields: Mapping[str, Field], layout: Layout = CSV, *, skip: bool = False
) -> Table:
    """Read the columns of ``fields`` as typed values, each named by its key, in the file's order.

    Args:
        path: delimited text, or Parquet if its name ends in ``.parquet``.
        fields: the columns to read; every value must be one that its field accepts.
        layout: format of delimited text.
        skip: leave bad rows out and count them.

    Raises:
        InputError: the file is missing or empty, a column is missing or occurs twice, or a row is
            bad. The error names the first three bad lines, counted from 1 with the header.
    """
    require_once(path, column_names(path, layout), fields)
    with bar(f"reading {path.name}", None) if path.stat().st_size > _LONG else nullcontext():
        if _is_parquet(path):
            return read_parquet(path, fields, skip=skip)
        return read_delimited(path, layout, fields, skip=skip)


def require_once(path: Path, names: Sequence[str], fields: Mapping[str, Field]) -> None:
    """Check that every field has exactly one column.

    Raises:
        InputError: a column is missing, or occurs twice.
    """
    for field in fields.values():
        if names.count(field.column) != 1:
            how_many = "no column" if field.column not in names else "more than one column"
            raise InputError(
                path,
                f"the file has {how_many} {field.column!r}; it has {', '.join(names)}",
                expected=f"exactly one column {field.column!r}",
                remedy="correct the header line, or name another column",
            )


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"
