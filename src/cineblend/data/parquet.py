"""Read Parquet files into typed columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import polars as pl

from cineblend.data.kinds import SKIP, Faults, Field, Table, bad_column, bad_value, others_of, settled
from cineblend.errors import InputError

LINE_NUMBER = "line number"
"""The column with a row's line, in a frame that ``read_typed`` gets as text."""


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


def read_parquet(path: Path, fields: Mapping[str, Field], *, skip: bool = False) -> Table:
    """Read the columns of ``fields``, each named by its key.

    Raises:
        InputError: a value is bad (the error names its row), or the file is damaged.
    """
    schema = _schema(path)
    try:
        return read_typed(path, pl.scan_parquet(path, glob=False), schema, fields, skip=skip)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def read_typed(
    path: Path,
    rows: pl.LazyFrame,
    schema: Mapping[str, pl.DataType],
    fields: Mapping[str, Field],
    *,
    skip: bool = False,
    text: str | None = None,
) -> Table:
    """Read the columns of ``fields`` of a frame whose columns have types; ids that are text stay text.

    Args:
        path: the source, for errors.
        rows: the frame.
        schema: the types of its columns.
        fields: the columns to read.
        skip: leave bad rows out and count them.
        text: the column with the text of a row, if the values have no types of
            their own, as in JSON lines; ``LINE_NUMBER`` is then a column too.

    Raises:
        InputError: a value is bad; the error names the first three such rows.
    """
    if text is None:
        typed_as_text = [name for name, one in fields.items() if not schema[one.column].is_numeric()]
        fields = settled(fields, typed_as_text)
    frame = _selected(rows, schema, fields, text)
    if others := others_of(frame, fields):
        fields = settled(fields, others)
        frame = _selected(rows, schema, fields, text)
    line_of = None if text is None else partial(_line, frame[LINE_NUMBER])
    wrong = frame.select(pl.any_horizontal(bad_column(name) for name in fields)).to_series()
    if not wrong.any():
        return Table(path, frame.select(*fields), line_of)
    faults = Faults(int(wrong.sum()))
    for row in wrong.arg_true().head(Faults.SHOWN).to_list():
        field = next(field for name, field in fields.items() if frame[bad_column(name)][row])
        raw = rows.slice(row, 1).collect()
        given = raw[field.column].item()
        problem = bad_value(field, "" if given is None else str(given))
        if text is not None and not _is_json(raw[text].item()):
            problem = "the line is not JSON"
        place = f"row {row + 1}" if line_of is None else f"line {line_of(row)}"
        faults.first.append((place, problem, field.kind))
    if not skip:
        place, problem, kind = faults.first[0]
        raise InputError(
            path,
            f"{place}: {problem}{faults.rest}",
            expected=kind.expected if kind else "",
            remedy=(kind.remedy if kind else "") + SKIP,
        )
    kept = frame.filter(~wrong)
    return Table(
        path,
        kept.select(*fields),
        None if text is None else partial(_line, kept[LINE_NUMBER]),
        skipped=faults.count,
        examples=faults.examples,
    )


def _selected(
    rows: pl.LazyFrame, schema: Mapping[str, pl.DataType], fields: Mapping[str, Field], text: str | None
) -> pl.DataFrame:
    wanted: list[pl.Expr] = [] if text is None else [pl.col(LINE_NUMBER)]
    for name, field in fields.items():
        wanted += field.select(name, pl.col(field.column), schema[field.column])
    return rows.select(wanted).collect(engine="streaming")


def _line(numbers: pl.Series, row: int) -> int:
    return int(numbers[row])


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


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
