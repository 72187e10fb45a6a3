"""The catalogue, the facts about each film and their content as Parquet tables, and back."""

from __future__ import annotations

import io

import numpy as np
import polars as pl

from cineblend.bundle.fitted import FilmFacts
from cineblend.data.catalog import Catalog, Links
from cineblend.data.content import Content, origins_of
from cineblend.data.content_columns import ORIGINS
from cineblend.ids import Vocabulary

_COLUMNS = ("item_id", "title", "year", "genres", "n_ratings", "mean_rating", "imdb_id", "tmdb_id")
_MAP = ("x", "y")


def to_parquet(catalog: Catalog, films: FilmFacts) -> bytes:
    """Write one row per film, in the catalogue's order."""
    frame = pl.DataFrame(
        {
            "item_id": catalog.items.ids,
            "title": pl.Series(catalog.title, dtype=pl.String),
            "year": catalog.year,
            "genres": pl.Series([list(names) for names in catalog.genres], dtype=pl.List(pl.String)),
            "n_ratings": films.n_ratings,
            "mean_rating": films.mean_rating,
            "imdb_id": catalog.links.imdb_id,
            "tmdb_id": catalog.links.tmdb_id,
        }
    )
    if films.spot is not None:
        frame = frame.with_columns(x=films.spot[:, 0], y=films.spot[:, 1])
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


def from_parquet(raw: memoryview) -> tuple[Catalog, FilmFacts]:
    """Read the table that ``to_parquet`` wrote.

    Raises:
        ValueError: it is another table.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(raw))
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if tuple(frame.columns) not in (_COLUMNS, _COLUMNS + _MAP):
        raise ValueError(f"columns {', '.join(frame.columns)}")
    if any(frame.null_count().row(0)):
        raise ValueError("a value is missing")
    ids = frame["item_id"]
    text = ids.dtype == pl.String
    items = Vocabulary(np.array(ids.to_list(), np.str_) if text else ids.to_numpy().astype(np.int64))
    catalog = Catalog(
        items,
        tuple(frame["title"].to_list()),
        frame["year"].to_numpy().astype(np.int32),
        tuple(tuple(names) for names in frame["genres"].to_list()),
        Links(frame["imdb_id"].to_numpy().astype(np.int64), frame["tmdb_id"].to_numpy().astype(np.int64)),
    )
    spot = frame.select(_MAP).to_numpy().astype(np.float32) if "x" in frame.columns else None
    films = FilmFacts(
        frame["n_ratings"].to_numpy().astype(np.int32),
        frame["mean_rating"].to_numpy().astype(np.float32),
        spot,
    )
    return catalog, films


def content_to_parquet(content: Content) -> bytes:
    """Write the content, one row per film, and its origins."""
    written = io.BytesIO()
    content.frame.write_parquet(written, metadata={ORIGINS: content.origins_json()})
    return written.getvalue()


def content_from_parquet(raw: memoryview) -> Content:
    """Read the table that ``content_to_parquet`` wrote.

    Raises:
        ValueError: it is another table.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(raw))
        metadata = pl.read_parquet_metadata(io.BytesIO(raw))
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return Content(frame, origins_of(metadata.get(ORIGINS, "[]")))
