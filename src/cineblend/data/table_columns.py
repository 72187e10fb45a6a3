"""TableColumns: the roles of the columns in your own tables: user, item, rating and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cineblend.errors import InputError

_ITEM = ("item", "itemid", "movie", "movieid", "film", "filmid", "book", "bookid", "product", "productid")
_KNOWN = {
    "user": ("user", "userid", "uid", "username"),
    "item": _ITEM,
    "rating": ("rating", "value", "score", "stars"),
    "timestamp": ("timestamp", "time", "unixtime"),
    "item_id": (*_ITEM, "id"),
    "title": ("title", "name", "originaltitle"),
    "year": ("year", "releaseyear", "publicationyear"),
    "genres": ("genres", "genre", "categories", "category"),
    "tag": ("tag", "text"),
    "imdb_id": ("imdbid",),
    "tmdb_id": ("tmdbid",),
}
_OPTIONS = {
    "user": "--user-column",
    "item": "--item-column",
    "rating": "--rating-column",
    "timestamp": "--time-column",
    "item_id": "--item-column",
    "title": "--title-column",
    "genres": "--genres-column",
}
"""Command line options that name a column."""


@dataclass(frozen=True)
class TableColumns:
    """How to read your own tables; a column that is None is found by its usual name.

    Usual names are compared without case, blanks, ``_`` and ``-``: ``userId``, ``user_id`` and
    ``User ID`` are the same name.

    Attributes:
        user, item, rating, timestamp: columns of ``ratings``; only ``timestamp`` may be missing.
        item_id, title, year, genres: columns of ``items``; all but ``item_id`` may be missing.
        tag: column of ``tags``, whose user and item columns are named as in ``ratings``.
        texts: columns of ``items`` that hold long texts; None finds them by their usual names.
        people: columns of ``items`` that hold people, each a role; None finds them by their usual names.
        genre_separator: text between two genres; JSON arrays and, where there is none, ";" and "," are
            understood too.
        separator: text between two values of a CSV file.
        ids: whether ids are whole numbers or text.
        low, high: ends of the rating scale; None takes the lowest and highest rating in the data.
    """

    user: str | None = None
    item: str | None = None
    rating: str | None = None
    timestamp: str | None = None
    item_id: str | None = None
    title: str | None = None
    year: str | None = None
    genres: str | None = None
    tag: str | None = None
    texts: tuple[str, ...] | None = None
    people: tuple[str, ...] | None = None
    genre_separator: str = "|"
    separator: str = ","
    ids: Literal["int", "text"] = "int"
    low: float | None = None
    high: float | None = None


def find_column(path: Path, names: Sequence[str], role: str, named: str | None) -> str | None:
    """The column of ``names`` with a role (an attribute of TableColumns); None if there is none.

    Args:
        path: the file, for errors.
        names: the file's columns.
        role: "user", "item" and so on.
        named: the column that the caller named; None to look for usual names.

    Raises:
        InputError: the named column is missing, or two columns have the same usual name.
    """
    if named is not None:
        if named not in names:
            raise InputError(
                path,
                f"the file has no column {named!r}, which was named as the {role}",
                expected="one of " + ", ".join(names),
                remedy="use a column name from the file",
            )
        return named
    for usual in _KNOWN[role]:
        found = [name for name in names if _plain(name) == usual]
        if len(found) > 1:
            raise InputError(
                path,
                f"more than one column could be the {role}: {', '.join(found)}",
                expected=f"one column for the {role}",
                remedy="rename the others" + _or_name_it(role),
            )
        if found:
            return found[0]
    return None


def require_column(path: Path, names: Sequence[str], role: str, named: str | None) -> str:
    """``find_column`` for a role that must have a column.

    Raises:
        InputError: there is no such column; the error lists the file's columns.
    """
    found = find_column(path, names, role, named)
    if found is None:
        raise InputError(
            path,
            f"no column has a usual name for the {role}; the file has {', '.join(names)}",
            expected="a column named " + ", ".join(_KNOWN[role][:-1]) + f" or {_KNOWN[role][-1]}",
            remedy="rename the column" + _or_name_it(role),
        )
    return found


def _or_name_it(role: str) -> str:
    """The part of a remedy that says how to name the column of a role."""
    if not hasattr(TableColumns, role):
        return ""
    in_python = f"TableColumns({role}=...)"
    option = _OPTIONS.get(role)
    return f", or name it with {option} NAME (in Python: {in_python})" if option else f", or use {in_python}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " _-")
