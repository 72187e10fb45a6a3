"""A table of one's own: items by id, IMDb or TMDB number, or title and year, with columns of content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.data.columns import column_names, read_columns
from cineblend.data.content import Content, Origin
from cineblend.data.content_columns import content_fields, content_of
from cineblend.data.kinds import TEXT, YEAR, Field, Kind
from cineblend.data.layout import Layout
from cineblend.data.links import LINK
from cineblend.data.lists import listed
from cineblend.data.table_columns import find_column
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.errors import InputError
from cineblend.matching import titles
from cineblend.matching.matcher import Described

ENDINGS = (".csv", ".tsv", ".parquet")
_KEYS: dict[str, Kind] = {"item_id": TEXT, "imdb_id": LINK, "tmdb_id": LINK, "title": TEXT, "year": YEAR}


def source_of(path: Path) -> Source:
    """A table as a source, called like its file."""
    origin = Origin(path.stem, path.name)

    def read(path: Path, catalog: Catalog, setting: Setting) -> FilmTable:
        return _read(path, catalog, origin, bare=setting.bare)

    return Source(origin, read)


def _read(path: Path, catalog: Catalog, origin: Origin, *, bare: bool) -> FilmTable:
    layout = Layout("\t" if path.suffix == ".tsv" else ",")
    names = column_names(path, layout)
    keys = {role: column for role in _KEYS if (column := find_column(path, names, role, None)) is not None}
    if not keys.keys() - {"year"}:
        raise InputError(
            path,
            f"no column says which film a row is about; the file has {', '.join(names)}",
            expected="a column item_id, imdb_id, tmdb_id or title",
        )
    about = content_fields(path, names, texts=None, people=None, taken=keys.values())
    if not about and not (bare and "title" in keys):
        raise InputError(
            path,
            f"no column has content; the file has {', '.join(names)}",
            expected="a column such as overview, director, cast, keywords or runtime",
        )
    fields = {role: Field(column, _KEYS[role], optional=True) for role, column in keys.items()}
    genre = find_column(path, names, "genres", None)
    if genre is not None:
        fields["genres"] = Field(genre, listed("|", ";", ","), optional=True)
    frame = read_columns(path, fields | about, layout).frame
    keyed = frame.select([name for name in frame.columns if name in keys]).rows(named=True)
    aliases = frame["aliases"].to_list() if "aliases" in about else [[]] * frame.height
    whole = catalog.items.ids.dtype.kind != "U"
    films = [
        Described(
            title=(written := row.get("title") or ""),
            year=row.get("year") or titles.year_in(written) or 0,
            aliases=tuple(others or ()),
            item_id=_id(row.get("item_id") or "", whole),
            imdb_id=row.get("imdb_id") or 0,
            tmdb_id=row.get("tmdb_id") or 0,
        )
        for row, others in zip(keyed, aliases, strict=True)
    ]

    def content(asked: Sequence[int]) -> Content:
        if not about:
            return Content.none(len(asked))
        rows = pl.Series(np.asarray(asked, np.uint32))
        return content_of(frame.select(list(about)).select(pl.all().gather(rows)), origin)

    genres = [tuple(words) for words in frame["genres"].to_list()] if genre is not None else []
    return FilmTable(films, content, genres=genres)


def _id(written: str, whole: bool) -> str:
    """An id as the catalogue writes it: a whole number without leading zeros."""
    bare = written.strip().removesuffix(".0") if whole else written.strip()
    return str(int(bare)) if whole and bare.isdecimal() else bare
