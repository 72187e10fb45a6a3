"""IMDb's non-commercial tables: other titles, people, running times; read in a stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.data.content import Content, Origin
from cineblend.data.content_columns import content_of
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.enrich.tsv import pieces
from cineblend.enrich.wanted import Wanted
from cineblend.errors import InputError
from cineblend.matching import titles
from cineblend.matching.matcher import Described

ORIGIN = Origin(
    name="imdb",
    title="IMDb",
    licence="IMDb's non-commercial licence: personal and non-commercial use only, no republishing",
    home="https://developer.imdb.com/non-commercial-datasets/",
    page_link="https://www.imdb.com/title/{}/",
)
_FILMS = ("movie", "tvMovie", "video", "short", "tvShort", "tvSpecial", "tvMiniSeries")
"""Kinds of titles that a catalogue's title may mean, the likeliest first; numbers may mean any kind."""
_ACTING = ("actor", "actress", "self")
_MOST_CAST, _MOST_ALIASES = 15, 40


def read(folder: Path, catalog: Catalog, setting: Setting) -> FilmTable:
    """Read what IMDb's tables know about a catalogue's films; only ``title.basics`` must be there.

    Raises:
        InputError: a table is missing, damaged or of another form.
    """
    del setting
    wanted = Wanted(catalog)
    basics = _basics(folder, wanted)
    kept = basics["tconst"].implode()
    aliases = _aliases(folder, kept)
    director, writer = _crew(folder, kept)
    cast = _cast(folder, kept)
    names = _names(
        folder, {one for people in (director, writer, cast) for ids in people.values() for one in ids}
    )
    rows = basics.rows(named=True)

    def people(of: dict[str, list[str]], film: str) -> list[str]:
        return [names[one] for one in of.get(film, ()) if one in names]

    def content(asked: Sequence[int]) -> Content:
        made = [
            {
                "people.director": people(director, film),
                "people.writer": people(writer, film),
                "people.cast": people(cast, film),
                "aliases": _others(rows[num], aliases),
                "runtime": rows[num]["runtimeMinutes"],
                "page.imdb": film,
            }
            for num in asked
            for film in (rows[num]["tconst"],)
        ]
        return content_of(pl.DataFrame(made, _SCHEMA), ORIGIN)

    films = [
        Described(
            title=row["primaryTitle"] or "",
            year=row["startYear"] or 0,
            aliases=tuple(_others(row, aliases)),
            imdb_id=int(row["tconst"][2:]),
        )
        for row in rows
    ]
    return FilmTable(films, content, [row["tconst"] for row in rows])


_SCHEMA: dict[str, pl.DataType] = {
    **{f"people.{role}": pl.List(pl.String) for role in ("director", "writer", "cast")},
    "aliases": pl.List(pl.String),
    "runtime": pl.Int32(),
    "page.imdb": pl.String(),
}


def _others(row: dict[str, str], aliases: dict[str, list[str]]) -> list[str]:
    """Other titles, each way to write one once."""
    main = titles.key(row["primaryTitle"] or "")
    found = {
        titles.key(name): name for name in [*aliases.get(row["tconst"], ()), row["originalTitle"] or ""][::-1]
    }
    return [name for key, name in reversed(found.items()) if key and key != main][:_MOST_ALIASES]


def _path(folder: Path, name: str) -> Path | None:
    return next((path for end in ("tsv", "tsv.gz") if (path := folder / f"{name}.{end}").is_file()), None)


def _basics(folder: Path, wanted: Wanted) -> pl.DataFrame:
    path = _path(folder, "title.basics")
    if path is None:
        raise InputError(
            folder,
            "there is no title.basics.tsv or title.basics.tsv.gz",
            expected="IMDb's tables",
            remedy=f"download them from {ORIGIN.home}",
        )
    also = _known_elsewhere(folder, wanted) if wanted.keys else pl.Series("titleId", [], pl.String)
    columns = ("tconst", "titleType", "primaryTitle", "originalTitle", "startYear", "runtimeMinutes")
    found: list[pl.DataFrame] = []
    for table in pieces(path, columns):
        rows = table.with_columns(pl.col("startYear", "runtimeMinutes").cast(pl.Int32, strict=False))
        rows = rows.filter(pl.col("tconst").str.contains(r"^tt[0-9]{1,10}$"))
        titled = wanted.titled("primaryTitle") | wanted.titled("originalTitle")
        titled = titled | pl.col("tconst").is_in(also.implode())
        year = pl.col("startYear").is_between(*wanted.years).fill_null(value=True)
        found.append(
            rows.filter(wanted.named("tconst") | (titled & year & pl.col("titleType").is_in(_FILMS)))
        )
    rank = pl.col("titleType").replace_strict(
        list(_FILMS), list(range(len(_FILMS))), default=len(_FILMS), return_dtype=pl.Int8
    )
    basics = pl.concat(found).unique("tconst", keep="first", maintain_order=True).with_columns(rank=rank)
    # a short or a broadcast that is called like a film of the same year is not meant by the film's title
    best = pl.col("rank").min().over("primaryTitle", "startYear")
    return basics.filter((pl.col("rank") == best) | wanted.named("tconst"))


def _known_elsewhere(folder: Path, wanted: Wanted) -> pl.Series:
    """Ids of films that have a wanted title in another country."""
    path = _path(folder, "title.akas")
    empty = pl.Series("titleId", [], pl.String)
    if path is None:
        return empty
    found = [table.filter(wanted.titled("title"))["titleId"] for table in pieces(path, ("titleId", "title"))]
    return pl.concat([empty, *found]).unique()


def _aliases(folder: Path, kept: pl.Series) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    path = _path(folder, "title.akas")
    for table in [] if path is None else pieces(path, ("titleId", "title")):
        for film, title in table.filter(pl.col("titleId").is_in(kept)).iter_rows():
            if title:
                found[film].append(title)
    return found


def _crew(folder: Path, kept: pl.Series) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    director: dict[str, list[str]] = {}
    writer: dict[str, list[str]] = {}
    path = _path(folder, "title.crew")
    for table in [] if path is None else pieces(path, ("tconst", "directors", "writers")):
        for film, directors, writers in table.filter(pl.col("tconst").is_in(kept)).iter_rows():
            director[film], writer[film] = _split(directors), _split(writers)
    return director, writer


def _cast(folder: Path, kept: pl.Series) -> dict[str, list[str]]:
    billed: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    path = _path(folder, "title.principals")
    for table in [] if path is None else pieces(path, ("tconst", "ordering", "nconst", "category")):
        acting = table.filter(pl.col("tconst").is_in(kept) & pl.col("category").is_in(_ACTING))
        acting = acting.with_columns(pl.col("ordering").cast(pl.Int32, strict=False).fill_null(999))
        for film, place, person in acting.select("tconst", "ordering", "nconst").iter_rows():
            billed[film].append((place, person))
    return {
        film: list(dict.fromkeys(person for _, person in sorted(some)))[:_MOST_CAST]
        for film, some in billed.items()
    }


def _names(folder: Path, people: Iterable[str]) -> dict[str, str]:
    wanted = pl.Series(sorted(one for one in people if one), dtype=pl.String).implode()
    names: dict[str, str] = {}
    path = _path(folder, "name.basics")
    for table in [] if path is None else pieces(path, ("nconst", "primaryName")):
        found = table.filter(pl.col("nconst").is_in(wanted) & pl.col("primaryName").is_not_null())
        names.update(found.iter_rows())  # pyright: ignore[reportArgumentType, reportCallIssue]
    return names


def _split(ids: str | None) -> list[str]:
    return [one for one in (ids or "").split(",") if one]


SOURCE = Source(
    ORIGIN,
    read,
    "title.basics, and title.crew, title.principals, title.akas and name.basics (.tsv or .tsv.gz)",
    f"download title.basics, title.crew, title.principals, title.akas and name.basics from {ORIGIN.home}",
)
