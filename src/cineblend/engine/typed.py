"""Typed columns of ratings in Spark: null where a value is invalid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cineblend.constants import DAY
from cineblend.errors import UserError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def id_column(frame: DataFrame, name: str, ids: str) -> Column:
    """Bigint, or non-blank text; null for any other value.

    Raises:
        UserError: the column's type cannot hold ids.
    """
    from pyspark.sql import functions as sf
    from pyspark.sql.types import IntegralType, StringType

    column, kind = sf.col(f"`{name}`"), frame.schema[name].dataType
    if ids == "text":
        text = column.cast("string")
        return sf.when((sf.trim(text) != "") & ~text.contains("\0"), text)
    if not isinstance(kind, IntegralType | StringType):
        raise UserError(
            f"the ids in column {name} are {kind.simpleString()}",
            expected="whole numbers, or text",
            remedy="cast the column, or use --ids text (in Python: ids='text')",
        )
    return column.try_cast("bigint")


def rating_column(name: str, low: float | None, high: float | None) -> Column:
    """Float32; null for a value that is not a finite number on the scale."""
    from pyspark.sql import functions as sf

    value = sf.col(f"`{name}`").try_cast("float")
    fits = value.isNotNull() & ~sf.isnan(value) & (sf.abs(value) < float("inf"))
    # bounds as float32 too, or 0.7 would be below 0.7
    if low is not None:
        fits = fits & (value >= sf.lit(low).cast("float"))
    if high is not None:
        fits = fits & (value <= sf.lit(high).cast("float"))
    return sf.when(fits, value)


def seconds_column(frame: DataFrame, name: str | None) -> Column:
    """Bigint seconds since 1970; 0 without a column; null for a value that is not a whole number."""
    from pyspark.sql import functions as sf
    from pyspark.sql.types import DateType, FractionalType, TimestampNTZType, TimestampType

    if name is None:
        return sf.lit(0).cast("bigint")
    column, kind = sf.col(f"`{name}`"), frame.schema[name].dataType
    # Dates, and times without a zone, count as UTC, whatever the session's zone.
    if isinstance(kind, DateType):
        return sf.unix_date(column).cast("bigint") * DAY
    if isinstance(kind, TimestampNTZType):
        return sf.expr(f"timestampdiff(SECOND, TIMESTAMP_NTZ'1970-01-01 00:00:00', `{name}`)")
    if isinstance(kind, TimestampType):
        return sf.unix_seconds(column)
    whole = column.try_cast("bigint")
    return sf.when(column == sf.floor(column), whole) if isinstance(kind, FractionalType) else whole


def expected_of(low: float | None, high: float | None) -> dict[str, str]:
    """The expected values of each column, in words."""
    span = "a finite number"
    if low is not None:
        span += f" from {low:g}"
    if high is not None:
        span += f" up to {high:g}"
    return {"user": "an id", "item": "an id", "value": span, "timestamp": "whole seconds since 1970"}
