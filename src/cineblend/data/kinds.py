"""Kinds of column values, and Table: the typed columns of a file, which can name a row's line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path

import polars as pl

from cineblend.data.times import seconds
from cineblend.errors import InputError

NO_GENRES = "(no genres listed)"
"""MovieLens' text for a film without genres."""
_UNKNOWN = ("", "unknown", "n/a", "na", "nan", "nat", "none", "null", r"\n", "-", "?")
"""Texts, in lower case, that stand for a missing value where one may be missing."""
_WHOLE_FLOAT = r"^(0|-?[1-9]\d*)\.0+$"
_DECIMAL_COMMA = r"^([+-]?\d+,\d+)$"
_DATED = r"^(\d{4})[-/]\d{1,2}(?:[-/]\d{1,2})?(?:\D.*)?$"


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
    """A column to read.

    Attributes:
        column: its name in the file.
        kind: what its values are.
        optional: whether values may be missing (null).
        otherwise: the kind of all values if one of them is not of ``kind``.
    """

    column: str
    kind: Kind
    optional: bool = False
    otherwise: Kind | None = None

    def select(self, name: str, raw: pl.Expr, dtype: pl.DataType) -> list[pl.Expr]:
        """The typed column ``name``, and the boolean column ``bad_column(name)`` that marks bad values.

        With ``otherwise``, also ``other_column(name)``, which marks values that are there and bad.
        """
        value = self.kind.typed(raw, dtype)
        bad = value.is_null()
        if self.optional:
            bad = bad & ~_missing(raw, dtype)
        columns = [value.alias(name), bad.alias(bad_column(name))]
        if self.otherwise is not None:
            columns.append((value.is_null() & ~_missing(raw, dtype)).alias(other_column(name)))
        return columns


def bad_column(name: str) -> str:
    """The name of the boolean column that marks bad values of column ``name``."""
    return f"{name} is bad"


def other_column(name: str) -> str:
    """The name of the boolean column that marks values of column ``name`` that are of another kind."""
    return f"{name} is other"


@dataclass(frozen=True, eq=False)
class Table:
    """A file's typed columns.

    Attributes:
        path: the file.
        frame: the columns; none holds a null unless its field is optional.
        line_of: the line where a row begins in the file, counted from 1; None for a binary file.
        skipped: bad rows that were left out.
        examples: what was wrong with the first of them.
        rows: where the rows were in a binary file, counted from 0, if some are left out.
    """

    path: Path
    frame: pl.DataFrame
    line_of: Callable[[int], int] | None
    skipped: int = 0
    examples: tuple[str, ...] = ()
    rows: pl.Series | None = None

    def __len__(self) -> int:
        return self.frame.height

    def kept(self, mask: pl.Series) -> Table:
        """The rows where ``mask`` is true."""
        rows, line_of = mask.arg_true(), self.line_of
        place = None if line_of is None else (lambda row: line_of(int(rows[row])))
        return replace(self, frame=self.frame.filter(mask), line_of=place, rows=None if line_of else rows)

    def place(self, row: int) -> str:
        """The place of row ``row`` (counted from 0): its line, or its row number in a binary file."""
        return f"row {self._row(row)}" if self.line_of is None else f"line {self.line_of(row)}"

    def error(self, row: int, problem: str, *, expected: str = "", remedy: str = "") -> InputError:
        """An error about row ``row``."""
        if self.line_of is None:
            problem = f"row {self._row(row)}: {problem}"
        line = None if self.line_of is None else self.line_of(row)
        return InputError(self.path, problem, line=line, expected=expected, remedy=remedy)

    def _row(self, row: int) -> int:
        return row + 1 if self.rows is None else int(self.rows[row]) + 1


def bad_value(field: Field, given: str) -> str:
    """The problem with a value, for an error message."""
    if not given.strip():
        return f"{field.column} is missing"
    shown = given if len(given) <= 60 else given[:57] + "..."
    return f"{field.column} is {shown!r}"


def _missing(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return raw.is_null() | raw.str.strip_chars().str.to_lowercase().is_in(_UNKNOWN)
    return raw.is_null() | raw.is_nan() if dtype.is_float() else raw.is_null()


def _integer(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _stripped(raw, dtype)
    return (raw if dtype.is_integer() else text).cast(pl.Int64, strict=False)


def _integer_id(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_integer():
        return raw.cast(pl.Int64, strict=False)
    if dtype.is_float():
        return pl.when(raw == raw.floor()).then(raw).cast(pl.Int64, strict=False)
    text = _stripped(raw, dtype)
    whole = text.cast(pl.Int64, strict=False)
    # the usual case costs one cast and a comparison; only what differs is looked at more closely
    return (
        pl.when(whole.cast(pl.String) == text)
        .then(whole)
        .otherwise(text.str.extract(_WHOLE_FLOAT).cast(pl.Int64, strict=False))
    )


def _stripped(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return (raw if dtype == pl.String else raw.cast(pl.String)).str.strip_chars()


def _float(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_numeric():
        return raw.cast(pl.Float64, strict=False)
    text = _stripped(raw, dtype)
    decimal_comma = text.str.extract(_DECIMAL_COMMA).str.replace(",", ".", literal=True)
    return pl.coalesce(text.cast(pl.Float64, strict=False), decimal_comma.cast(pl.Float64, strict=False))


def _year(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Date | pl.Datetime):
        return raw.dt.year()
    number = _float(raw, dtype)
    whole = pl.when(number == number.floor()).then(number).cast(pl.Int32, strict=False)
    if dtype.is_numeric():
        return whole
    return pl.coalesce(whole, _stripped(raw, dtype).str.extract(_DATED).cast(pl.Int32, strict=False))


def _text(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return (raw if dtype == pl.String else raw.cast(pl.String)).fill_null("")


def _text_id(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    text = _text(raw, dtype)
    # numpy drops trailing NULs, which could make two ids equal
    return pl.when((text.str.strip_chars() != "") & ~text.str.contains("\0", literal=True)).then(text)


INTEGER = Kind("a whole number", _integer)
INTEGER_ID = Kind(
    "a whole number",
    _integer_id,
    remedy="for text ids use --ids text (in Python: TableColumns(ids='text'))",
)
SECONDS = Kind(
    "a time: seconds, milliseconds, microseconds or nanoseconds since 1970, or such as 2024-01-05 12:00:00",
    seconds,
    remedy="convert the times to one of these",
)
LENIENT_ID = replace(
    INTEGER_ID, typed=lambda raw, dtype: pl.coalesce(_integer_id(raw, dtype), _integer(raw, dtype))
)
"""A whole number, with zeros before it or not."""
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


def settled(fields: Mapping[str, Field], others: Iterable[str]) -> dict[str, Field]:
    """The fields, with ``Field.otherwise`` as the kind of ``others``."""
    chosen = set(others)
    return {
        name: replace(field, kind=field.otherwise, otherwise=None)
        if name in chosen and field.otherwise is not None
        else field
        for name, field in fields.items()
    }


def others_of(frame: pl.DataFrame, fields: Mapping[str, Field]) -> list[str]:
    """The fields of which a read table holds values of the other kind."""
    return [
        name
        for name, field in fields.items()
        if field.otherwise is not None and frame[other_column(name)].any()
    ]


@dataclass
class Faults:
    """Bad rows: how many there are, and what is wrong with the first three."""

    count: int = 0
    first: list[tuple[str, str, Kind | None]] = dataclass_field(
        default_factory=list[tuple[str, str, Kind | None]]
    )

    SHOWN = 3

    def add(self, place: str, problem: str, kind: Kind | None = None) -> None:
        """Note that the row at ``place`` ("line 3") is bad."""
        self.count += 1
        if len(self.first) < self.SHOWN:
            self.first.append((place, problem, kind))

    @property
    def examples(self) -> tuple[str, ...]:
        """The first of them in words."""
        return tuple(f"{place}: {problem}" for place, problem, _ in self.first)

    @property
    def rest(self) -> str:
        """What follows the first problem in an error message."""
        if self.count < 2:
            return ""
        return f" (also {'; '.join(self.examples[1:])}; {self.count} bad rows in all)"


SKIP = ", or leave bad rows out with --on-bad-rows skip"
