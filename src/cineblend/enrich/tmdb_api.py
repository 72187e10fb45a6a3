"""TMDB through its API, with the user's key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cineblend import progress
from cineblend.data.catalog import Catalog
from cineblend.data.content import Content
from cineblend.data.content_columns import content_of
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.enrich.tmdb_client import Client
from cineblend.enrich.tmdb_record import content, described, origin, schema
from cineblend.errors import UserError
from cineblend.matching.matcher import Described

ORIGIN = origin("tmdb")


def read(path: Path, catalog: Catalog, setting: Setting) -> FilmTable:
    """Ask TMDB for every film with a number at TMDB or IMDb. What was answered before is not asked again.

    Raises:
        UserError: no film has a number, or the key is missing or refused.
        NotAvailableError: the API cannot be reached; the answers so far are kept.
    """
    del path
    links = catalog.links
    numbered = [
        (tmdb, imdb)
        for tmdb, imdb in zip(links.tmdb_id.tolist(), links.imdb_id.tolist(), strict=True)
        if tmdb > 0 or imdb > 0
    ]
    if not numbered:
        raise UserError(
            "no film of this catalogue has a number at TMDB or IMDb",
            expected="a column tmdb_id or imdb_id, or MovieLens' links.csv",
            remedy="use tmdb-files, which matches titles too",
        )
    client = Client(setting.tmdb_url, setting.tmdb_key, setting.cache / "tmdb")
    records: list[dict[str, Any]] = []
    films: list[Described] = []
    try:
        with progress.bar("asking TMDB", len(numbered)) as advance:
            for tmdb, imdb in numbered:
                number = tmdb or client.by_imdb(imdb)
                record = client.film(number) if number else None
                if record is not None:
                    records.append(record)
                    films.append(described({**record, "id": number}))
                advance(1)
    finally:
        client.close()

    def made(asked: Sequence[int]) -> Content:
        rows = [content(records[num], ORIGIN.name) for num in asked]
        return content_of(pl.DataFrame(rows, schema(ORIGIN.name)), ORIGIN)

    return FilmTable(films, made, [str(film.tmdb_id) for film in films])


SOURCE = Source(ORIGIN, read)
