"""Read a table of items: titles, years, genres and content."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from cineblend.data.content_columns import content_fields, is_content
from cineblend.data.interactions import id_field, skipped_note
from cineblend.data.kinds import TEXT, YEAR, Field, Kind, Table
from cineblend.data.known_layouts import OWN, KnownLayout
from cineblend.data.lists import listed
from cineblend.data.sheets import Sheet
from cineblend.data.table_columns import TableColumns, find_column, require_column

_YEAR = r"\((\d{4})(?:\s*[-–—]\s*(?:\d{4})?)?\)\s*$"
"""The "(1995)", "(1975-1979)" or "(2006–)" that ends a title."""


def year_of_title(title: pl.Expr) -> pl.Expr:
    """Int32 year in parentheses at the end of a title, the first of a span; 0 if there is none."""
    return title.str.extract(_YEAR).cast(pl.Int32, strict=False).fill_null(0)


def read_items(
    sheet: Sheet, columns: TableColumns, layout: KnownLayout = OWN
) -> tuple[Table, str, tuple[str, ...]]:
    """Read a table of items.

    Returns:
        Columns item, title, year, genres and those of content (see ``Content``), each item once; what each
        column was taken for; and what was left out.

    Raises:
        InputError: a column is missing, or a row is wrong.
    """
    path, names = sheet.path, sheet.names
    told = {role: name for role, name in layout.item_columns.items() if name in names}
    named = columns.item_id or (columns.item if columns.item in names else None) or told.get("item_id")
    fields = {"item": id_field(require_column(path, names, "item_id", named), columns)}
    for role, kind in {"title": TEXT, "year": YEAR, "genres": None}.items():
        column = find_column(path, names, role, getattr(columns, role) or told.get(role))
        if column is not None and column not in layout.genre_flags:
            fields[role] = Field(column, kind or _genres_kind(column, columns), optional=True)
    fields |= {flag: Field(flag, TEXT) for flag in layout.genre_flags}
    if not layout.genre_flags:
        taken = [field.column for field in fields.values()]
        fields |= content_fields(path, names, texts=columns.texts, people=columns.people, taken=taken)
    table = sheet.read(fields, skip=columns.bad_rows == "skip")
    notes = list(skipped_note(table))
    frame = table.frame
    if "title" not in fields:
        frame = frame.with_columns(title=pl.col("item").cast(pl.String))
    blank = frame["title"].str.strip_chars() == ""
    if blank.any():
        frame = frame.with_columns(
            title=pl.when(blank).then(pl.col("item").cast(pl.String)).otherwise(pl.col("title"))
        )
        notes.append(f"{path.name}: {int(blank.sum())} titles are blank; the id stands for the title")
    year = pl.col("year").fill_null(0) if "year" in fields else year_of_title(pl.col("title"))
    content = [name for name in fields if is_content(name)]
    frame = frame.select("item", "title", *content, year=year, genres=_genres(fields, layout))
    table, repeated = _once(replace(table, frame=frame))
    said = ", ".join(
        f"{role} = {field.column}" for role, field in fields.items() if role not in layout.genre_flags
    )
    return table, f"{path.name}: items; {sheet.form}; {said}", (*notes, *repeated)


def titles_in(interactions: Sheet, columns: TableColumns) -> Sheet | None:
    """Interactions that have a column of titles, one title an item, as a sheet of items; else None."""
    title = find_column(interactions.path, interactions.names, "title", columns.title)
    item = find_column(interactions.path, interactions.names, "item", columns.item)
    if title is None or item is None or title == item:
        return None
    head = interactions.head
    titles = head.group_by(item).agg(pl.col(title).n_unique())[title]
    several = head[item].n_unique() < len(head)
    return interactions if several and titles.max() == 1 else None


def _genres_kind(column: str, columns: TableColumns) -> Kind:
    """RecBole separates the words of a sequence with blanks."""
    return listed(" ") if column.endswith(":token_seq") else listed(columns.genre_separator, ";", ",")


def _genres(fields: dict[str, Field], layout: KnownLayout) -> pl.Expr:
    if layout.genre_flags:
        flags = (
            pl.when(pl.col(one).str.strip_chars() == "1").then(pl.lit(one)) for one in layout.genre_flags
        )
        return pl.concat_list(flags).list.drop_nulls()
    return pl.col("genres") if "genres" in fields else pl.lit([], pl.List(pl.String))


def _once(items: Table) -> tuple[Table, tuple[str, ...]]:
    first = items.frame["item"].is_first_distinct()
    if first.all():
        return items, ()
    n = int((~first).sum())
    return items.kept(first), (f"{items.path.name}: {n} rows repeat an item; the first row of each counts",)
