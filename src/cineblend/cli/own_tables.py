"""Own tables: the options that say how to read them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.data.table_columns import TableColumns

Column = str | None


def _column(of: str) -> Any:
    return typer.Option(metavar="NAME", help=f"Own tables: the column of {of}.")


@dataclass(frozen=True)
class OwnTables:
    """Names of columns, the scale, and what ids are."""

    user_column: Annotated[Column, _column("user ids")] = None
    item_column: Annotated[Column, _column("item ids")] = None
    rating_column: Annotated[Column, _column("ratings")] = None
    time_column: Annotated[Column, _column("times")] = None
    title_column: Annotated[Column, _column("titles")] = None
    genres_column: Annotated[Column, _column("genres")] = None
    text_columns: Annotated[
        Column,
        typer.Option(metavar="A,B", help="Own tables: the columns of long texts; else by usual names."),
    ] = None
    people_columns: Annotated[
        Column, typer.Option(metavar="A,B", help="Own tables: the columns of people, such as directors.")
    ] = None
    scale: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="Own tables: the rating scale; else as seen.")
    ] = None
    ids: Annotated[
        str, typer.Option(metavar="auto|int|text", help="What ids are; auto: numbers if all are whole.")
    ] = "auto"
    duplicates: Annotated[
        str | None,
        typer.Option(
            metavar="last|first|mean|sum|error",
            help="Which of several ratings of a film by a person counts; last, and the sum of counts.",
        ),
    ] = None
    on_bad_rows: Annotated[
        str,
        typer.Option(metavar="error|skip", help="Rows that cannot be read: refuse, or leave out."),
    ] = "error"
    feedback: Annotated[
        str | None,
        typer.Option(
            metavar="explicit|implicit",
            help="implicit: every row is an interaction, whatever its rating; else as found.",
        ),
    ] = None

    def columns(self) -> TableColumns | None:
        """How to read the tables; None where no option says anything, so that a folder is recognised.

        Raises:
            UserError: an option is not among its choices, or ``scale`` is not LOW:HIGH.
        """
        from cineblend.data.table_columns import TableColumns

        for option, given, choices in (
            ("--ids", self.ids, ("auto", "int", "text")),
            ("--duplicates", self.duplicates, (None, "last", "first", "mean", "sum", "error")),
            ("--on-bad-rows", self.on_bad_rows, ("error", "skip")),
            ("--feedback", self.feedback, (None, "explicit", "implicit")),
        ):
            if given not in choices:
                known = ", ".join(choice for choice in choices if choice is not None)
                raise UserError(f"{option} is {given!r}", expected=f"one of {known}")
        if self == type(self)():
            return None
        low, high = _scale(self.scale)
        return TableColumns(
            user=self.user_column,
            item=self.item_column,
            rating=self.rating_column,
            timestamp=self.time_column,
            title=self.title_column,
            genres=self.genres_column,
            texts=_names(self.text_columns),
            people=_names(self.people_columns),
            ids=cast("Any", self.ids),
            duplicates=cast("Any", self.duplicates),
            bad_rows=cast("Any", self.on_bad_rows),
            feedback=cast("Any", self.feedback),
            low=low,
            high=high,
        )


@dataclass(frozen=True)
class OwnRatings(OwnTables):
    """The same for a verb that reads no titles."""

    title_column: Column = field(init=False, default=None)
    genres_column: Column = field(init=False, default=None)
    text_columns: Column = field(init=False, default=None)
    people_columns: Column = field(init=False, default=None)


def _names(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(name for part in text.split(",") if (name := part.strip()))


def _scale(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    low, colon, high = text.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (0.0, 0.0)
    if not (colon and math.isfinite(ends[0]) and math.isfinite(ends[1]) and ends[0] < ends[1]):
        raise UserError(f"--scale is {text!r}", expected="LOW:HIGH, such as 1:10")
    return ends
