"""TableColumns: how to read your own tables; and the usual names of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cineblend.errors import InputError, UserError

Feedback = Literal["explicit", "implicit"]
Duplicates = Literal["last", "first", "mean", "sum", "error"]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_THINGS = _names(
    """item movie film book isbn product parentasin asin artist song track game anime show series recipe
    article sku tconst"""
)
_ITEM = tuple(name for thing in _THINGS for name in (thing, f"{thing}id"))
_KNOWN = {
    "user": _names(
        """user userid uid username reviewerid reviewer customerid customer memberid member visitorid personid
        person readerid listenerid accountid"""
    ),
    "item": (*_ITEM, "imdbid", "tmdbid"),
    "rating": _names("rating value score stars overall bookrating userrating starrating"),
    "weight": _names(
        "weight count plays playcount listens listencount clicks views purchases quantity frequency"
    ),
    "timestamp": _names(
        """timestamp time unixtime unixreviewtime ts datetime date ratedat createdat eventtime playedat
        watchedat reviewtime"""
    ),
    "item_id": (*_ITEM, "id"),
    "title": _names(
        """title name movietitle booktitle artistname trackname songname itemname productname primarytitle
        originaltitle"""
    ),
    "year": _names(
        "year releaseyear publicationyear yearofpublication originalpublicationyear startyear releasedate"
    ),
    "genres": _names("genres genre categories category class"),
    "tag": _names("tag text tagname"),
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
_ACTS = {
    "played": _names("play listen scrobble artist track song"),
    "clicked": ("click",),
    "reviewed": ("review",),
    "viewed": ("view",),
    "bought": _names("purchase buy order basket transaction"),
    "watched": ("watch",),
    "read": ("read",),
    "borrowed": _names("borrow loan"),
}
"""What people did, and the parts of names of columns and files that say it."""
_CHOICES: dict[str, tuple[str | None, ...]] = {
    "ids": ("auto", "int", "text"),
    "duplicates": (None, "last", "first", "mean", "sum", "error"),
    "bad_rows": ("error", "skip"),
    "feedback": (None, "explicit", "implicit"),
}


@dataclass(frozen=True)
class TableColumns:
    """How to read your own tables; a column that is None is found by its usual name.

    Usual names are compared without case, blanks, ``_`` and ``-``: ``userId``, ``user_id`` and
    ``User ID`` are the same name. So is ``user_id:token``, as RecBole writes it.

    Attributes:
        user, item, rating, timestamp: columns of the interactions; only ``user`` and ``item`` must be there.
        weight: how often, in interactions without ratings; such as plays.
        item_id, title, year, genres: columns of ``items``; all but ``item_id`` may be missing.
        tag: column of ``tags``, whose user and item columns are named as in ``ratings``.
        texts: columns of ``items`` that hold long texts; None finds them by their usual names.
        people: columns of ``items`` that hold people, each a role; None finds them by their usual names.
        genre_separator: text between two genres; JSON arrays and, where there is none, ";" and "," are
            understood too.
        separator: text between two values of a delimited file; None finds it.
        ids: whether ids are whole numbers or text; "auto" takes numbers only if every id is one.
        low, high: ends of the rating scale; None takes the lowest and highest rating in the data.
        duplicates: which of several ratings of one item by one user counts: the last by time, the first,
            their mean or sum, or none ("error"). None is "last" for ratings and "sum" for interactions.
        bad_rows: whether a row that cannot be read is an error, or skipped and counted.
        feedback: "implicit" counts every row as an interaction, whatever its rating; None reads ratings
            where there is a column of them.

    Raises:
        UserError: a value is not among those listed.
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
    separator: str | None = None
    ids: Literal["auto", "int", "text"] = "auto"
    low: float | None = None
    high: float | None = None
    weight: str | None = None
    duplicates: Duplicates | None = None
    bad_rows: Literal["error", "skip"] = "error"
    feedback: Feedback | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                known = ", ".join(choice for choice in choices if choice is not None)
                raise UserError(f"{name} is {getattr(self, name)!r}", expected=f"one of {known}")


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
        found = [name for name in names if plain_name(name) == usual]
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
            expected=f"a column named {' or '.join(_KNOWN[role][:3])}, or the like",
            remedy="rename the column" + _or_name_it(role),
        )
    return found


def has_role(names: Sequence[str], role: str) -> bool:
    """Whether a column of ``names`` has a usual name for a role."""
    return any(plain_name(name) in _KNOWN[role] for name in names)


def plain_name(name: str) -> str:
    """A column's name without what usual names are compared without."""
    bare, _, kind = name.partition(":")
    name = bare if kind in ("token", "token_seq", "float", "float_seq") else name
    return "".join(letter for letter in name.casefold() if letter not in " _-")


def _or_name_it(role: str) -> str:
    """The part of a remedy that says how to name the column of a role."""
    if not hasattr(TableColumns, role):
        return ""
    in_python = f"TableColumns({role}=...)"
    option = _OPTIONS.get(role)
    return f", or name it with {option} NAME (in Python: {in_python})" if option else f", or use {in_python}"


def act_of(names: Sequence[str], otherwise: str) -> str:
    """What people did with the items by the names of columns and files, the most telling name first."""
    plain = [plain_name(name) for name in names]
    return next(
        (act for one in plain for act, words in _ACTS.items() for word in words if word in one), otherwise
    )
