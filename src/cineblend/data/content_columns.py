"""Find and read the columns of a table of items that hold content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl

from cineblend.data.content import (
    LISTS,
    ORIGIN,
    PAGE,
    PEOPLE,
    RUNTIME,
    TEXT,
    Content,
    Origin,
    column_type,
    origins_of,
)
from cineblend.data.kinds import TEXT as WORDS
from cineblend.data.kinds import Field, Kind, Table
from cineblend.data.lists import listed
from cineblend.data.parquet import parquet_metadata
from cineblend.errors import InputError

ORIGINS = "cineblend.origins"
"""Parquet metadata of a table of items: where its content comes from, as JSON."""
_LISTED = "|", ";", ","
_TITLES = "|", ";"
"""Separators of other titles, which may contain commas."""
USUAL: Mapping[str, str] = MappingProxyType(
    {
        name: f"{TEXT}{name}"
        for name in ("overview", "description", "plot", "synopsis", "summary", "abstract", "body")
    }
    | {
        usual: f"{PEOPLE}{role}"
        for role, names in {
            "director": ("director", "directors", "directedby"),
            "writer": ("writer", "writers", "screenplay", "screenwriter", "screenwriters", "writtenby"),
            "cast": ("cast", "actor", "actors", "starring", "castmembers"),
            "author": ("author", "authors"),
            "artist": ("artist", "artists"),
            "brand": ("brand", "brands", "manufacturer"),
        }.items()
        for usual in names
    }
    | {
        usual: name
        for name, names in {
            "keywords": ("keywords", "keyword", "plotkeywords"),
            "languages": ("languages", "language", "spokenlanguages", "originallanguage"),
            "countries": ("countries", "country", "productioncountries"),
            "aliases": ("aliases", "akas", "alsoknownas", "alternativetitles", "originaltitle"),
            "runtime": ("runtime", "runtimemins", "runtimeminutes", "duration"),
        }.items()
        for usual in names
    }
)
"""Usual names of columns, without case and punctuation, and the column of content they become."""


def content_fields(
    path: Path,
    names: Sequence[str],
    *,
    texts: Iterable[str] | None,
    people: Iterable[str] | None,
    taken: Iterable[str],
) -> dict[str, Field]:
    """The fields of a table that hold content, by their names in ``Content``.

    Args:
        path: the file, for errors.
        names: its columns.
        texts: columns that the caller names as long texts; None for the usual names.
        people: columns that the caller names as people; None for the usual names.
        taken: columns with another role.

    Raises:
        InputError: a named column is missing, or two columns have the same role.
    """
    found: dict[str, str] = {}
    left = [name for name in names if name not in set(taken)]
    for named, prefix in ((texts, TEXT), (people, PEOPLE)):
        for name in named or ():
            if name not in names:
                raise InputError(
                    path,
                    f"the file has no column {name!r}",
                    expected="one of " + ", ".join(names),
                    remedy="use a column name from the file",
                )
            usual = USUAL.get(_bare(name), "")
            found[usual if usual.startswith(prefix) else prefix + _bare(name, keep="_")] = name
    for name in left:
        role = _role(name)
        named = texts if role.startswith(TEXT) else people if role.startswith(PEOPLE) else None
        if not role or name in found.values() or named is not None:
            continue
        if role in found:
            if role in LISTS:
                continue  # such as original_language beside spoken_languages
            raise InputError(
                path,
                f"more than one column could be {role.partition('.')[2] or role}: {found[role]}, {name}",
                expected="one column for it",
                remedy="rename or remove the others",
            )
        found[role] = name
    return {role: Field(name, kind_of(role), optional=True) for role, name in found.items()}


def content_of(frame: pl.DataFrame, origin: Origin | None = None, origins: Iterable[Origin] = ()) -> Content:
    """The content in a typed table whose columns have the names of ``Content``; other columns are left out.

    Args:
        frame: the table.
        origin: where every value without an origin of its own comes from; None leaves it unsaid.
        origins: those that ``origin.*`` columns name.
    """
    names = [name for name in frame.columns if is_content(name)]
    content = Content(_without_blanks(frame.select(names)), origins) if names else Content.none(frame.height)
    if origin is None or not content:
        return content
    said = [
        pl.when(pl.Series(content.known(name))).then(pl.lit(origin.name)).alias(ORIGIN + name)
        for name in content.frame.columns
        if not name.startswith((ORIGIN, PAGE)) and ORIGIN + name not in names
    ]
    return Content(content.frame.with_columns(said), [*content.origins, origin])


def content_of_table(table: Table) -> Content:
    """The content of a table of items, with the origins that its file declares.

    Raises:
        InputError: the file declares something else.
    """
    said = parquet_metadata(table.path).get(ORIGINS) if table.path.suffix == ".parquet" else None
    try:
        origins = origins_of(said) if said else ()
    except ValueError as error:
        raise InputError(
            table.path,
            f"the metadata {ORIGINS} is wrong: {error}",
            expected="the origins that cineblend wrote",
            remedy="write the table again",
        ) from error
    return content_of(table.frame, origins=origins)


def is_content(name: str) -> bool:
    """Whether a column's name is one of ``Content``."""
    try:
        column_type(name)
    except ValueError:
        return False
    return True


def kind_of(role: str) -> Kind:
    """How the values of a column of content are read."""
    if role == RUNTIME:
        return MINUTES
    if role == "aliases":
        return listed(*_TITLES)
    return WORDS if role.startswith((TEXT, ORIGIN, PAGE)) else listed(*_LISTED)


def _role(name: str) -> str:
    if is_content(name) and "." in name:
        return name
    return USUAL.get(_bare(name), "")


def _bare(name: str, keep: str = "") -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum() or letter in keep)


def _without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Blank texts as null; columns without any value left out."""
    texts = [
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)).alias(name)
        for name in frame.columns
        if frame.schema[name] == pl.String
    ]
    frame = frame.with_columns(texts)
    empty = [
        name
        for name in frame.columns
        if frame.height
        and (
            not (frame[name].list.len().fill_null(0) > 0).any()
            if isinstance(frame.schema[name], pl.List)
            else frame[name].null_count() == frame.height
        )
    ]
    return frame.drop(empty)


def _minutes(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_numeric():
        number = raw.cast(pl.Float64)
        return pl.when(number.is_finite() & (number >= 0)).then(number.round()).cast(pl.Int32, strict=False)
    text = raw.cast(pl.String).str.strip_chars().str.to_lowercase()
    hours = text.str.extract(r"(\d+)\s*h").cast(pl.Float64, strict=False)
    minutes = text.str.extract(r"(\d+)\s*m").cast(pl.Float64, strict=False)
    spelled = pl.when(hours.is_not_null() | minutes.is_not_null()).then(
        hours.fill_null(0) * 60 + minutes.fill_null(0)
    )
    number = pl.coalesce(text.cast(pl.Float64, strict=False), spelled)
    missing = text.is_in(["\\n", "na", "n/a", "none", "null", "nan", "-"])
    value = pl.when(missing).then(0.0).otherwise(number)
    return (
        pl.when(value.is_finite() & (value >= 0) & (value < 1e6))
        .then(value.round())
        .cast(pl.Int32, strict=False)
    )


MINUTES = Kind(
    "a running time in minutes, such as 142 or 2h 22m",
    _minutes,
    remedy="give minutes, or rename the column if it holds something else",
)
