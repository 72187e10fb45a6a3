"""Your own ratings, items and tags, as CSV or Parquet tables; and any dataset written as such tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from cineblend.data.assemble import assemble
from cineblend.data.catalog import Catalog
from cineblend.data.columns import column_names, read_columns
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.kinds import INTEGER, SECONDS, TEXT, TEXT_ID, YEAR, Field, Kind, Table, labels, number
from cineblend.data.layout import Layout
from cineblend.data.links import with_links
from cineblend.data.movielens import year_of_title
from cineblend.data.parquet import parquet_metadata
from cineblend.data.table_columns import TableColumns, find_column, require_column
from cineblend.errors import InputError, UserError
from cineblend.files import atomic_path, sha256_file, writable_directory

__all__ = ["TableColumns", "items_frame", "read_tables", "terms_of", "write_tables"]

_INTEGER_ID = replace(INTEGER, remedy="if ids are text, say --ids text (in Python: TableColumns(ids='text'))")
_TERMS = ("name", "licence", "citation", "caution")
"""What of a dataset's source goes along with its tables, in the Parquet metadata of the ratings."""


def read_tables(folder: Path, columns: TableColumns | None = None) -> Dataset:
    """Read ``ratings``, ``items`` and ``tags`` (``.csv`` or ``.parquet``) of a folder.

    Only the ratings must be there. Without items the catalogue is the rated items in ascending
    order with their ids as titles. Where items have no year column, a title's trailing "(1995)"
    tells it. A tag whose user column is empty is nobody's. Columns ``imdb_id`` and ``tmdb_id`` of the
    items are the films' numbers there.

    Args:
        folder: where the tables are.
        columns: which column is what; None finds all of them by their usual names.

    Raises:
        InputError: a table or column is missing, or a row is wrong; names the file and line.
    """
    columns = columns or TableColumns()
    ratings_path = _table_path(folder, "ratings")
    if ratings_path is None:
        raise InputError(folder, "holds neither ratings.csv nor ratings.parquet")
    items_path, tags_path = _table_path(folder, "items"), _table_path(folder, "tags")
    words = parquet_metadata(ratings_path) if ratings_path.suffix == ".parquet" else {}
    columns = with_scale(columns, words)
    _refuse_unused(folder, columns, items_path, tags_path)
    ratings = _read_ratings(ratings_path, columns)
    items = None if items_path is None else read_items(items_path, columns)
    tags = None if tags_path is None else _read_tags(tags_path, columns)
    paths = [path for path in (ratings_path, items_path, tags_path) if path is not None]
    source = Source(
        name=folder.resolve().name,
        location=str(folder),
        sha256={path.name: sha256_file(path) for path in paths},
    )
    known = {term: words[f"cineblend.{term}"] for term in _TERMS if f"cineblend.{term}" in words}
    dataset = assemble(replace(source, **known), (columns.low, columns.high), ratings, items, tags)
    return with_links(dataset, folder, columns)


def write_tables(dataset: Dataset, folder: Path) -> None:
    """Write ``ratings.parquet``, ``items.parquet`` and ``tags.parquet``, each atomically, ratings last.

    ``read_tables`` gives an equal dataset, with its scale and terms, as long as every user has a
    rating: one without has no row to be found in. For text ids read with ``TableColumns(ids="text")``.

    Raises:
        UserError: the folder cannot be written, or holds CSV tables that would stand beside these.
    """
    writable_directory(folder)
    beside = [name for name in ("ratings.csv", "items.csv", "tags.csv") if (folder / name).exists()]
    if beside:
        raise UserError(
            f"{folder} already holds {', '.join(beside)}",
            expected="a folder without CSV tables",
            remedy="name another folder, or remove them",
        )
    for name, frame in (("items", items_frame(dataset.catalog)), ("tags", _tags_frame(dataset))):
        with atomic_path(folder / f"{name}.parquet") as path:
            frame.write_parquet(path)
    with atomic_path(folder / "ratings.parquet") as path:
        dataset.to_polars().write_parquet(path, metadata=terms_of(dataset.source, dataset.scale))


def _refuse_unused(
    folder: Path, columns: TableColumns, items_path: Path | None, tags_path: Path | None
) -> None:
    """A column named for a table that is not there is a mistake, not a wish to be passed over."""
    named = {"items": ("item_id", "title", "year", "genres"), "tags": ("tag",)}
    for table, path in (("items", items_path), ("tags", tags_path)):
        roles = [role for role in named[table] if getattr(columns, role) is not None]
        if path is None and roles:
            raise InputError(
                folder,
                f"a column is named for {', '.join(roles)}, but there is no {table}.csv or {table}.parquet",
                remedy=f"add the file, or leave out the column of {', '.join(roles)}",
            )


def _table_path(folder: Path, name: str) -> Path | None:
    found = [path for ending in ("csv", "parquet") if (path := folder / f"{name}.{ending}").is_file()]
    if len(found) > 1:
        raise InputError(
            folder, f"holds both {name}.csv and {name}.parquet", expected="one of them", remedy="remove one"
        )
    return found[0] if found else None


def _id(columns: TableColumns) -> Kind:
    return TEXT_ID if columns.ids == "text" else _INTEGER_ID


def _read_ratings(path: Path, columns: TableColumns) -> Table:
    layout = Layout(columns.separator)
    names = column_names(path, layout)
    fields = {
        "user": Field(require_column(path, names, "user", columns.user), _id(columns)),
        "item": Field(require_column(path, names, "item", columns.item), _id(columns)),
        "rating": Field(
            require_column(path, names, "rating", columns.rating), number(columns.low, columns.high)
        ),
    }
    timestamp = find_column(path, names, "timestamp", columns.timestamp)
    if timestamp is not None:
        fields["timestamp"] = Field(timestamp, SECONDS)
    return read_columns(path, fields, layout)


def read_items(path: Path, columns: TableColumns) -> Table:
    """A table of items: columns item, title, year and genres.

    Raises:
        InputError: a column is missing, or a row is wrong.
    """
    layout = Layout(columns.separator)
    names = column_names(path, layout)
    named = columns.item_id or (columns.item if columns.item in names else None)
    fields = {"item": Field(require_column(path, names, "item_id", named), _id(columns))}
    for role, kind in (("title", TEXT), ("year", YEAR), ("genres", labels(columns.genre_separator))):
        column = find_column(path, names, role, getattr(columns, role))
        if column is not None:
            fields[role] = Field(column, kind, optional=True)
    table = read_columns(path, fields, layout)
    frame = table.frame
    if "title" not in fields:
        frame = frame.with_columns(title=pl.col("item").cast(pl.String))
    year = pl.col("year").fill_null(0) if "year" in fields else year_of_title(pl.col("title"))
    genres = pl.col("genres") if "genres" in fields else pl.lit([], pl.List(pl.String))
    return replace(table, frame=frame.select("item", "title", year=year, genres=genres))


def _read_tags(path: Path, columns: TableColumns) -> Table:
    layout = Layout(columns.separator)
    names = column_names(path, layout)
    user = find_column(path, names, "user", columns.user if columns.user in names else None)
    item = columns.item if columns.item in names else None
    fields = {
        "item": Field(require_column(path, names, "item", item), _id(columns)),
        "tag": Field(require_column(path, names, "tag", columns.tag), TEXT),
    }
    if user is not None:
        fields["user"] = Field(user, _id(columns), optional=True)
    table = read_columns(path, fields, layout)
    if user is None:
        nobody = pl.lit(None, table.frame["item"].dtype).alias("user")
        table = replace(table, frame=table.frame.with_columns(nobody))
    return table


def with_scale(columns: TableColumns, words: dict[str, str]) -> TableColumns:
    """The ends of the rating scale that went along with the tables, where the caller names none."""
    low = _finite(words.get("cineblend.low")) if columns.low is None else columns.low
    high = _finite(words.get("cineblend.high")) if columns.high is None else columns.high
    return replace(columns, low=low, high=high)


def _finite(text: str | None) -> float | None:
    try:
        given = float(text or "nan")
    except ValueError:
        return None
    return given if math.isfinite(given) else None


def terms_of(source: Source, scale: RatingScale) -> dict[str, str]:
    """What of a source and its scale goes into the Parquet metadata of the ratings, for ``read_tables``."""
    words = {term: str(getattr(source, term)) for term in _TERMS}
    words |= {"low": repr(scale.low), "high": repr(scale.high)}
    return {f"cineblend.{key}": word for key, word in words.items()}


def items_frame(catalog: Catalog) -> pl.DataFrame:
    """A catalogue as the table ``items``; numbers elsewhere only where one is known."""
    frame = pl.DataFrame(
        {
            "item": catalog.items.ids,
            "title": pl.Series(catalog.title, dtype=pl.String),
            "year": catalog.year,
            "genres": pl.Series([list(names) for names in catalog.genres], dtype=pl.List(pl.String)),
        }
    )
    links = {"imdb_id": catalog.links.imdb_id, "tmdb_id": catalog.links.tmdb_id}
    return frame.with_columns(pl.Series(name, number) for name, number in links.items() if number.any())


def _tags_frame(dataset: Dataset) -> pl.DataFrame:
    tags = dataset.tags
    # somebody without ratings has no id here: the first user's stands in and is blanked
    known = pl.Series(tags.user_num >= 0)
    users = pl.Series(dataset.users.ids[np.maximum(tags.user_num, 0)])
    frame = pl.DataFrame({"user": users, "item": dataset.catalog.items.ids[tags.item_num]})
    text = pl.Series(tags.text, dtype=pl.String)
    return frame.with_columns(user=pl.when(known).then(pl.col("user")), tag=text)
