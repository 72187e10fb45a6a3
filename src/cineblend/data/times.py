"""Times: seconds, milliseconds, microseconds, nanoseconds or dates, read as seconds since 1970."""

from __future__ import annotations

import polars as pl

UNITS = ((1e11, "seconds", 1.0), (1e14, "milliseconds", 1e3), (1e17, "microseconds", 1e6))
"""A number below a limit has this unit, and so many units are a second; above all limits, nanoseconds."""
_NANO = "nanoseconds", 1e9
_DATE = r"^\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
_CLOCK = r"^[^T ]*[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?"
_ZONE = r":\d{2}(?:[.,]\d+)?\s*([+-])(\d{2}):?(\d{2})?\s*$"
_WHOLE = (
    r"^\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?)?\s*$"
)


def seconds(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Whole seconds since 1970, null where a value is no time.

    A time without a zone is taken as UTC. A number's unit follows from its size: times in milliseconds
    since 1973 are larger than any time in seconds before the year 5000.
    """
    if isinstance(dtype, pl.Date | pl.Datetime):
        return raw.cast(pl.Datetime("us", getattr(dtype, "time_zone", None))).dt.epoch("s")
    if dtype.is_numeric():
        return _of_number(raw.cast(pl.Float64))
    text = raw.cast(pl.String)
    return pl.coalesce(
        _of_number(text.str.strip_chars().cast(pl.Float64, strict=False)),
        pl.when(text.str.contains(_WHOLE)).then(_of_date(text)),
    )


def unit_of(values: pl.Series) -> str:
    """What a column of times holds, in words, by its first values; "" if it holds none."""
    if isinstance(values.dtype, pl.Date | pl.Datetime):
        return "dates"
    number = values.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False).drop_nulls()
    if not len(number):
        return "dates" if values.cast(pl.String).str.strip_chars().str.len_chars().sum() else ""
    largest = float(number.abs().max() or 0)  # pyright: ignore[reportArgumentType]
    return next((name for limit, name, _ in UNITS if largest < limit), _NANO[0])


def _of_number(number: pl.Expr) -> pl.Expr:
    size = number.abs()
    scaled = number / _NANO[1]
    for limit, _, per_second in reversed(UNITS):
        scaled = pl.when(size < limit).then(number / per_second).otherwise(scaled)
    return pl.when(number.is_finite()).then(scaled.floor()).cast(pl.Int64, strict=False)


def _of_date(text: pl.Expr) -> pl.Expr:
    day = pl.concat_str(
        text.str.extract(_DATE, 1),
        text.str.extract(_DATE, 2).str.zfill(2),
        text.str.extract(_DATE, 3).str.zfill(2),
        separator="-",
    ).str.to_date("%Y-%m-%d", strict=False)
    hours, minutes, rest = (
        text.str.extract(_CLOCK, group).cast(pl.Int64, strict=False).fill_null(0) for group in (1, 2, 3)
    )
    ahead = (
        text.str.extract(_ZONE, 2).cast(pl.Int64, strict=False).fill_null(0) * 3600
        + text.str.extract(_ZONE, 3).cast(pl.Int64, strict=False).fill_null(0) * 60
    )
    ahead = pl.when(text.str.extract(_ZONE, 1) == "-").then(-ahead).otherwise(ahead)
    sound = (hours < 24) & (minutes < 60) & (rest <= 60)
    total = day.dt.epoch("s") + hours * 3600 + minutes * 60 + rest - ahead
    return pl.when(sound).then(total)
