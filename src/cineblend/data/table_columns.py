"""TableColumns: which column of your own tables is the user, the item, the rating and so on."""

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
    "title": ("title", "name"),
    "year": ("year", "releaseyear", "publicationyear"),
    "genres": ("genres", "genre", "categories", "category"),
    "tag": ("tag", "text"),
    "imdb_id": ("imdbid",),
    "tmdb_id": ("tmdbid",),
}


@dataclass(frozen=True)
class TableColumns:
    """How to read your own tables; a column that is None is found by its usual name.

    Usual names are told apart without regard to case, blanks, ``_`` and ``-``: ``userId``,
    ``user_id`` and ``User ID`` are one.

    Attributes:
        user, item, rating, timestamp: columns of ``ratings``; without timestamps all are 0.
        item_id, title, year, genres: columns of ``items``; all but ``item_id`` may be absent.
        tag: column of ``tags``, which has user and item columns named as in ``ratings``.
        genre_separator: what stands between two genres in text.
        separator: what stands between two values in a CSV file.
        ids: whether ids are whole numbers or text.
        low, high: the rating scale's ends; None takes the lowest and highest rating in the data.
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
    genre_separator: str = "|"
    separator: str = ","
    ids: Literal["int", "text"] = "int"
    low: float | None = None
    high: float | None = None


def find_column(path: Path, names: Sequence[str], role: str, named: str | None) -> str | None:
    """The column of ``names`` that plays ``role`` (an attribute of TableColumns); None if there is none.

    Args:
        path: the file, for errors.
        names: its columns.
        role: "user", "item" and so on.
        named: the column the caller named, None to go by usual names.

    Raises:
        InputError: the named column is not there, or two columns go by the same usual name.
    """
    if named is not None:
        if named not in names:
            raise InputError(
                path,
                f"has no column {named!r} (named as {role})",
                expected="one of " + ", ".join(names),
                remedy="name the columns as the file does",
            )
        return named
    for usual in _KNOWN[role]:
        found = [name for name in names if _plain(name) == usual]
        if len(found) > 1:
            raise InputError(
                path,
                f"more than one column may be the {role}: {', '.join(found)}",
                remedy=f"say which it is (--{_flag(role)}-column, TableColumns({role}=...))",
            )
        if found:
            return found[0]
    return None


def require_column(path: Path, names: Sequence[str], role: str, named: str | None) -> str:
    """``find_column``, where there must be one.

    Raises:
        InputError: there is none; lists the columns there are.
    """
    found = find_column(path, names, role, named)
    if found is None:
        raise InputError(
            path,
            f"no column looks like the {role}; there are {', '.join(names)}",
            expected="one of " + ", ".join(_KNOWN[role]),
            remedy=f"rename it, or say which it is (--{_flag(role)}-column, TableColumns({role}=...))",
        )
    return found


def _flag(role: str) -> str:
    return {"timestamp": "time", "item_id": "item"}.get(role, role)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " _-")
