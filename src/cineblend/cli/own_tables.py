"""Own tables: the options that say how to read them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

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
    time_column: Annotated[Column, _column("times (seconds)")] = None
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
    ids: Annotated[str, typer.Option(metavar="int|text", help="Own tables: what ids are.")] = "int"

    def columns(self) -> TableColumns | None:
        """How to read the tables; None where no option says anything, so that a folder is recognised.

        Raises:
            UserError: ``ids`` is neither "int" nor "text", or ``scale`` is not LOW:HIGH.
        """
        from cineblend.data.table_columns import TableColumns

        if self.ids not in ("int", "text"):
            raise UserError(f"--ids is {self.ids!r}", expected="int or text")
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
            ids=self.ids,
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
