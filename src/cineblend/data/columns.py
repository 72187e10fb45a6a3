"""A file's columns, whatever it is written in: their names, and their typed values with bad rows named."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from cineblend.data.delimited import header_of, read_delimited
from cineblend.data.kinds import Field, Table
from cineblend.data.layout import Layout
from cineblend.data.parquet import parquet_columns, read_parquet
from cineblend.errors import InputError
from cineblend.progress import bar

CSV = Layout()
_LONG = 50_000_000  # bytes that take over a second


def column_names(path: Path, layout: Layout = CSV) -> list[str]:
    """The names of the columns of a delimited file, or of a ``.parquet`` one.

    Raises:
        InputError: there is no such file, it is empty or cannot be read.
    """
    if not path.is_file():
        raise InputError(path, "no such file", expected="a readable file")
    try:
        return parquet_columns(path) if _is_parquet(path) else header_of(path, layout)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error


def read_columns(path: Path, fields: Mapping[str, Field], layout: Layout = CSV) -> Table:
    """Read the columns of ``fields``, each under its key, as typed values in the file's order.

    Args:
        path: delimited text, or Parquet if its name ends in ``.parquet``.
        fields: what to read; no column may hold a value that its field does not accept.
        layout: how delimited text is written.

    Raises:
        InputError: no such file, an empty one, a column that is not there or there twice, or a bad
            row; names the first bad line, counted from 1 with the header.
    """
    names = column_names(path, layout)
    for field in fields.values():
        if names.count(field.column) != 1:
            how_many = "no column" if field.column not in names else "more than one column"
            raise InputError(
                path, f"has {how_many} {field.column!r}", expected=f"one; there are {', '.join(names)}"
            )
    with bar(f"reading {path.name}", None) if path.stat().st_size > _LONG else nullcontext():
        return read_parquet(path, fields) if _is_parquet(path) else read_delimited(path, layout, fields)


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"
