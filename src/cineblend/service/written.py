"""Written: a list of films as a file for Letterboxd, for IMDb, as JSON, or as text to share."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from cineblend.errors import UserError
from cineblend.service.answers import Item

Form = Literal["letterboxd", "imdb", "json", "text"]
ENDINGS: dict[str, Form] = {".imdb.csv": "imdb", ".csv": "letterboxd", ".json": "json", ".txt": "text"}
"""Endings of file names, the longest first."""
MEDIA_TYPES: dict[Form, str] = {
    "letterboxd": "text/csv",
    "imdb": "text/csv",
    "json": "application/json",
    "text": "text/plain",
}
_FORMULA = tuple("=+-@\t\r")
"""A cell that begins so would be computed by a spreadsheet."""


def form_of(path: Path) -> Form:
    """The form that a file's name asks for.

    Raises:
        UserError: it has no known ending.
    """
    for ending, form in ENDINGS.items():
        if path.name.lower().endswith(ending):
            return form
    raise UserError(
        f"{path} has no ending that says how to write it",
        expected=".csv (for Letterboxd), .imdb.csv (for IMDb), .json or .txt",
    )


def written(items: Sequence[Item], form: Form) -> str:
    """The films in their order. IMDb's file leaves out films without a number of IMDb.

    Letterboxd's importer reads the columns Title, Year, imdbID and tmdbID. IMDb's tools for lists read Const.
    """
    if form == "json":
        return json.dumps([_plain(item) for item in items], indent=1, ensure_ascii=False) + "\n"
    if form == "text":
        return "".join(f"{at}. {_named(item)}\n" for at, item in enumerate(items, 1))
    if form == "imdb":
        known = [item for item in items if item.imdb_id]
        rows = [(at, item.imdb_id, item.title, item.year) for at, item in enumerate(known, 1)]
        return _table(("Position", "Const", "Title", "Year"), rows)
    return _table(
        ("Title", "Year", "imdbID", "tmdbID", "Directors"),
        [(one.title, one.year, one.imdb_id, one.tmdb_id, ", ".join(one.creators)) for one in items],
    )


def _plain(item: Item) -> dict[str, object]:
    names = ("item_id", "title", "year", "imdb_id", "tmdb_id", "genres", "creators")
    return {name: getattr(item, name) for name in names}


def _named(item: Item) -> str:
    return f"{item.title} ({item.year})" if item.year else item.title


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return content.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
