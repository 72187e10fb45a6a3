"""Read interactions: ratings, or how often people played, clicked or bought, from an opened table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from cineblend.data.dataset import CHOSE
from cineblend.data.kinds import INTEGER_ID, LENIENT_ID, SECONDS, TEXT_ID, Field, Table, number
from cineblend.data.known_layouts import KnownLayout
from cineblend.data.sheets import Sheet
from cineblend.data.table_columns import (
    Feedback,
    TableColumns,
    act_of,
    find_column,
    has_role,
    plain_name,
    require_column,
)
from cineblend.data.times import unit_of
from cineblend.errors import InputError

_LIKE_RATINGS = 21
"""A column of numbers with no more different values may hold ratings under an unusual name."""


@dataclass(frozen=True, eq=False)
class Interactions:
    """Interactions, read.

    Attributes:
        table: columns user, item, value (a rating, or a positive count) and timestamp (0 if unknown).
        feedback: "explicit" if the values are ratings.
        scale: the ends of the rating scale; None for those of the ratings.
        taken: what each column was taken for.
        notes: what was left out, and why.
        act: what people did with the items, where the values are no ratings.
    """

    table: Table
    feedback: Feedback
    scale: tuple[float | None, float | None]
    taken: str
    notes: tuple[str, ...]
    act: str


def id_field(column: str, columns: TableColumns, *, optional: bool = False) -> Field:
    """The field of a column of ids."""
    if columns.ids == "text":
        return Field(column, TEXT_ID, optional)
    if columns.ids == "int":
        return Field(column, LENIENT_ID, optional)
    return Field(column, INTEGER_ID, optional, TEXT_ID)


def role_column(sheet: Sheet, layout: KnownLayout, role: str, named: str | None) -> str | None:
    """The column with a role: as named, as the layout says, or by its usual name."""
    told = layout.columns.get(role)
    return find_column(sheet.path, sheet.names, role, named or (told if told in sheet.names else None))


def read_interactions(sheet: Sheet, layout: KnownLayout, columns: TableColumns) -> Interactions:
    """Read the interactions of a table.

    Raises:
        InputError: there is no column for the user, the item or an asked-for rating, or a row is wrong.
    """
    roles = _roles(sheet, layout, columns)
    value = roles.get("rating") or roles.get("weight")
    fields = {role: id_field(roles[role], columns) for role in ("user", "item")}
    if value is not None:
        is_rating = "rating" in roles
        kind = number(columns.low, columns.high) if is_rating else number(0, None)
        fields["value"] = Field(value, kind)
    if "timestamp" in roles:
        fields["timestamp"] = Field(roles["timestamp"], SECONDS, optional=True)
    table = sheet.read(fields, skip=columns.bad_rows == "skip")
    notes = list(skipped_note(table))
    frame = table.frame
    if "timestamp" in fields:
        blank = frame["timestamp"].null_count()
        if blank:
            notes.append(f"{blank} of {frame.height} times are missing")
        frame = frame.with_columns(pl.col("timestamp").fill_null(0))
    else:
        frame = frame.with_columns(timestamp=pl.lit(0, pl.Int64))
    feedback: Feedback = "explicit" if "rating" in roles else "implicit"
    if value is None:
        frame = frame.with_columns(value=pl.lit(1.0, pl.Float32))
        notes.append(_no_ratings(columns))
    table = replace(table, frame=frame)
    if feedback == "explicit" and layout.zero_is_unrated:
        table, feedback, note = _without_zeros(table)
        notes += note
    elif "weight" in roles and feedback == "implicit":
        table, note = _positive(table)
        notes.append(f"{roles['weight']!r} counts how often; values grow with its logarithm, from 0.8 to 1")
        notes += note
    scale = _scale(table, layout, columns) if feedback == "explicit" else (None, None)
    if layout.scales and feedback == "explicit" and scale == (None, None) and len(table):
        (low, high), _ = layout.scales[0]
        notes.append(
            f"the ratings do not fit the scale of {layout.name}, {low:g} to {high:g}; their own ends count"
        )
    return Interactions(
        table,
        feedback,
        scale,
        _taken(sheet, layout, columns, roles),
        tuple(notes),
        CHOSE
        if feedback == "explicit"
        else act_of(
            [roles.get("weight", ""), sheet.path.stem, layout.name, roles.get("timestamp", "")], CHOSE
        ),
    )


def skipped_note(table: Table) -> Iterable[str]:
    """A note about bad rows that were left out, if there are any."""
    if table.skipped:
        yield f"{table.path.name}: {table.skipped} bad rows left out, such as {'; '.join(table.examples)}"


def _roles(sheet: Sheet, layout: KnownLayout, columns: TableColumns) -> dict[str, str]:
    path, names = sheet.path, sheet.names
    found = {
        role: require_column(
            path, names, role, getattr(columns, role) or role_column(sheet, layout, role, None)
        )
        for role in ("user", "item")
    }
    for role in ("rating", "weight", "timestamp"):
        if role == "rating" and columns.feedback == "implicit":
            continue
        if role == "weight" and "rating" in found:
            continue
        if column := role_column(sheet, layout, role, getattr(columns, role)):
            found[role] = column
    if "rating" not in found and columns.feedback == "explicit":
        require_column(path, names, "rating", None)
    if not {"rating", "weight"} & set(found) and columns.feedback is None:
        _refuse_likely_ratings(sheet, set(found.values()))
    return found


def _refuse_likely_ratings(sheet: Sheet, taken: set[str]) -> None:
    """Raise an error if a column without a usual name looks like ratings, which would be lost unseen."""
    for name in sheet.names:
        if name in taken or plain_name(name).endswith("id") or has_role([name], "year"):
            continue
        values = sheet.head[name]
        if isinstance(values.dtype, pl.List | pl.Struct | pl.Boolean | pl.Date | pl.Datetime):
            continue
        figures = values.cast(pl.String).str.replace(",", ".").cast(pl.Float64, strict=False)
        if figures.null_count() or not 1 <= figures.n_unique() <= _LIKE_RATINGS:
            continue
        if figures.min() < -10 or figures.max() > 100 or (figures.n_unique() < 2 and len(values) > 1):  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]
            continue
        raise InputError(
            sheet.path,
            f"no column has a usual name for the rating; the file has {', '.join(sheet.names)}",
            expected="a column named rating, value, score or stars; or one of plays, count or weight",
            remedy=f"if {name!r} is the rating, name it with --rating-column {name} "
            f"(in Python: TableColumns(rating={name!r})); if there is none, say --feedback implicit",
        )


def _no_ratings(columns: TableColumns) -> str:
    why = "as asked" if columns.feedback == "implicit" else "there is no column of ratings"
    return f"{why}: every row counts as one interaction, and every interaction as liked"


def _without_zeros(table: Table) -> tuple[Table, Feedback, list[str]]:
    zero = table.frame["value"] == 0
    n = int(zero.sum())
    if not n:
        return table, "explicit", []
    if n == len(table):
        frame = table.frame.with_columns(value=pl.lit(1.0, pl.Float32))
        return replace(table, frame=frame), "implicit", ["every rating is 0, which means that there is none"]
    note = (
        f"{n} of {len(table)} rows have a rating of 0, which means that there is none; they are left out "
        "(--feedback implicit counts all rows as interactions)"
    )
    return table.kept(~zero), "explicit", [note]


def _positive(table: Table) -> tuple[Table, list[str]]:
    zero = table.frame["value"] == 0
    n = int(zero.sum())
    return (table.kept(~zero), [f"{n} rows with a count of 0 are left out"]) if n else (table, [])


def _scale(table: Table, layout: KnownLayout, columns: TableColumns) -> tuple[float | None, float | None]:
    if columns.low is not None or columns.high is not None or not len(table):
        return columns.low, columns.high
    value = table.frame["value"].to_numpy()
    for (low, high), step in layout.scales:
        whole = (value - low) / step
        if value.min() >= low and value.max() <= high and np.array_equal(whole, np.round(whole)):
            return low, high
    return None, None


def _taken(sheet: Sheet, layout: KnownLayout, columns: TableColumns, roles: dict[str, str]) -> str:
    named = [role for role in roles if getattr(columns, role) is not None]
    said = [f"{role} = {column}" + (" (as named)" if role in named else "") for role, column in roles.items()]
    if "timestamp" in roles:
        said[-1] += f" ({unit_of(sheet.head[roles['timestamp']]) or 'blank'})"
    what = "ratings" if "rating" in roles else "interactions"
    guessed = sheet.layout is not None and sheet.layout.header is not None and not layout.columns
    sure = "not sure, because there is no header line" if guessed else "sure"
    return f"{sheet.path.name}: {what}; {sheet.form}; {', '.join(said)}; {sure}"
