"""Kinds of column values, and Table: the typed columns of a file, which can name a row's line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from cineblend.errors import InputError

NO_GENRES = "(no genres listed)"
"""MovieLens' text for a film without genres."""


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes:
        expected: what a value must be, for an error message.
        typed: converts a raw column of the given dtype to this kind; null where a value is not of this kind.
        remedy: what to do about a bad value, for an error message.
    """

    expected: str
    typed: Callable[[pl.Expr, pl.DataType], pl.Expr]
    remedy: str = "correct the value, or remove the row"


@dataclass(frozen=True)
class Field:
    """A column to read: its name in the file, its kind, and whether its values may be empty (null)."""

    column: str
    kind: Kind
    optional: bool = False

    def select(self, name: str, raw: pl.Expr, dtype: pl.DataType) -> list[pl.Expr]:
        """The typed column ``name``, and the boolean column ``bad_column(name)`` that marks bad values."""
        value = self.kind.typed(raw, dtype)
        bad = value.is_null()
        if self.optional:
            bad = bad & ~_missing(raw, dtype)
        return [value.alias(name), bad.alias(bad_column(name))]


def bad_column(name: str) -> str:
    """The name of the boolean column that marks bad values of column ``name``."""
    return f"{name} is bad"


@dataclass(frozen=True, eq=False)
class Table:
    """A file's typed columns.

    Attributes:
        path: the file.
        frame: the columns; none holds a null unless its field is optional.
        line_of: the line where a row begins in the file, counted from 1; None for a binary file.
    """

    path: Path
    frame: pl.DataFrame
    line_of: Callable[[int], int] | None

    def __len__(self) -> int:
        return self.frame.height

    def place(self, row: int) -> str:
        """The place of row ``row`` (counted from 0): its line, or its row number in a binary file."""
        return f"row {row + 1}" if self.line_of is None else f"line {self.line_of(row)}"

    def error(self, row: int, problem: str, *, expected: str = "", remedy: str = "") -> InputError:
        """An error about row ``row``."""
        if self.line_of is None:
            problem = f"row {row + 1}: {problem}"
        line = None if self.line_of is None else self.line_of(row)
        return InputError(self.path, problem, line=line, expected=expected, remedy=remedy)


def bad_value(field: Field, given: str) -> str:
    """The problem with a value, for an error message."""
    if not given.strip():
        return f"{field.column} is missing"
    shown = given if len(given) <= 60 else given[:57] + "..."
    return f"{field.column} is {shown!r}"


def _missing(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return raw.is_null() | (raw.str.strip_chars() == "")
    return raw.is_null() | raw.is_nan() if dtype.is_float() else raw.is_null()


def _integer(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _stripped(raw, dtype)
    return (raw if dtype.is_integer() else text).cast(pl.Int64, strict=False)


def _stripped(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return (raw if dtype == pl.String else raw.cast(pl.String)).str.strip_chars()


def _float(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return (raw if dtype.is_numeric() else _stripped(raw, dtype)).cast(pl.Float64, strict=False)


def _seconds(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Date | pl.Datetime):
        return raw.cast(pl.Datetime("us")).dt.epoch("s")
    return _integer(raw, dtype)


def _year(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    number = _float(raw, dtype)
    return pl.when(number == number.floor()).then(number).cast(pl.Int32, strict=False)


def _text(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return (raw if dtype == pl.String else raw.cast(pl.String)).fill_null("")


def _text_id(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _text(raw, dtype)
    # numpy drops trailing NULs, which could make two ids equal
    return pl.when((text.str.strip_chars() != "") & ~text.str.contains("\0", literal=True)).then(text)


INTEGER = Kind("a whole number", _integer)
SECONDS = Kind(
    "whole seconds since 1970",
    _seconds,
    remedy="convert the times to seconds since 1970 (Parquet date and datetime columns need no conversion)",
)
YEAR = Kind("a year such as 1995", _year)
TEXT = Kind("text", _text)
TEXT_ID = Kind("non-empty text without NUL characters", _text_id)


def number(low: float | None, high: float | None) -> Kind:
    """A finite float32 number in [low, high]; None means no bound."""
    span = "a finite number"
    if low is not None:
        span += f" from {low:g}"
    if high is not None:
        span += f" up to {high:g}"

    def typed(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        value = _float(raw, dtype).cast(pl.Float32)
        fits = value.is_finite()
        # the bounds are Float32 too, because 0.7 as Float32 is below 0.7 as Float64
        if low is not None:
            fits = fits & (value >= pl.lit(low, pl.Float32))
        if high is not None:
            fits = fits & (value <= pl.lit(high, pl.Float32))
        return pl.when(fits).then(value)

    return Kind(span, typed)


def labels(separator: str) -> Kind:
    """A list of words: text split at ``separator``, or a Parquet list as it is; never null."""

    def typed(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        if isinstance(dtype, pl.List):
            return raw.cast(pl.List(pl.String)).list.drop_nulls().fill_null([])
        words = _text(raw, dtype).str.split(separator).list.eval(pl.element().str.strip_chars())
        return words.list.eval(pl.element().filter(~pl.element().is_in(["", NO_GENRES])))

    return Kind("a list of words", typed)
