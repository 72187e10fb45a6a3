"""TMDB as files: the tables tmdb_5000_movies and movies_metadata with their companions, from Kaggle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.data.cells import parsed
from cineblend.data.content import Content
from cineblend.data.content_columns import content_of
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.enrich.tmdb_record import content, described, origin, schema, text, whole
from cineblend.errors import InputError

ORIGIN = origin("tmdb-files")
_LAYOUTS = (
    ("tmdb_5000_movies.csv", {"tmdb_5000_credits.csv": "movie_id"}),
    ("movies_metadata.csv", {"credits.csv": "id", "keywords.csv": "id"}),
)
"""The main table, and its companions with the column of TMDB's number."""
_NESTED = ("production_countries", "spoken_languages", "keywords", "cast", "crew")


def read(folder: Path, catalog: Catalog, setting: Setting) -> FilmTable:
    """Read one of the two layouts; companions may be missing.

    Raises:
        InputError: neither is there, or a table is damaged.
    """
    del catalog, setting
    found = next((layout for layout in _LAYOUTS if (folder / layout[0]).is_file()), None)
    if found is None:
        raise InputError(
            folder,
            "there is neither tmdb_5000_movies.csv nor movies_metadata.csv",
            expected="the files of one of these exports of TMDB",
        )
    name, companions = found
    movies = _table(folder / name, "id")
    beside = {file: _by_id(folder / file, column) for file, column in companions.items()}
    rows = movies.rows(named=True)
    films = [described(_flat(row)) for row in rows]

    def made(asked: Sequence[int]) -> Content:
        return content_of(pl.DataFrame([content(record(num), ORIGIN.name) for num in asked], _SCHEMA), ORIGIN)

    def record(num: int) -> dict[str, Any]:
        row = dict(rows[num])
        for table in beside.values():
            row |= table.get(whole(row.get("id")), {})
        nested = {key: parsed(row.get(key)) for key in _NESTED}
        credits_ = {"cast": nested.pop("cast"), "crew": nested.pop("crew")}
        return {**_flat(row), **nested, "credits": credits_}

    return FilmTable(films, made, [str(film.tmdb_id or "") for film in films])


_SCHEMA = schema(ORIGIN.name)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose language is the original one, and whose title is never missing."""
    return {**row, "title": text(row.get("title")) or text(row.get("original_title"))}


def _table(path: Path, id_column: str) -> pl.DataFrame:
    try:
        table = pl.read_csv(
            path, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy", raise_if_empty=True
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            path,
            f"the file is not CSV: {str(error).splitlines()[0]}",
            expected="the file as it was downloaded",
        ) from error
    if id_column not in table.columns:
        raise InputError(path, f"there is no column {id_column}", expected="the file as it was downloaded")
    return table.filter(pl.col(id_column).str.contains("^[0-9]{1,10}$"))


def _by_id(path: Path, id_column: str) -> dict[int, dict[str, Any]]:
    if not path.is_file():
        return {}
    table = _table(path, id_column)
    kept = [name for name in table.columns if name in _NESTED]
    return {int(row[id_column]): {name: row[name] for name in kept} for row in table.iter_rows(named=True)}


SOURCE = Source(
    ORIGIN,
    read,
    "tmdb_5000_movies.csv and tmdb_5000_credits.csv, or movies_metadata.csv, credits.csv and keywords.csv",
    "download one of these exports of TMDB from kaggle.com",
)
