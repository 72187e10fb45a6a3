"""Read your own ratings, items and tags from CSV or Parquet tables, and write any dataset as such tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from cineblend.data.assemble import assemble
from cineblend.data.catalog import Catalog
from cineblend.data.columns import column_names, read_columns
from cineblend.data.content_columns import ORIGINS, content_fields, is_content
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.kinds import INTEGER, SECONDS, TEXT, TEXT_ID, YEAR, Field, Kind, Table, number
from cineblend.data.layout import Layout
from cineblend.data.links import with_links
from cineblend.data.lists import listed
from cineblend.data.movielens import year_of_title
from cineblend.data.parquet import parquet_metadata
from cineblend.data.table_columns import TableColumns, find_column, require_column
from cineblend.errors import InputError, UserError
from cineblend.files import atomic_path, sha256_file, writable_directory

_INTEGER_ID = replace(INTEGER, remedy="for text ids use --ids text (in Python: TableColumns(ids='text'))")
_TERMS = ("name", "licence", "citation", "caution")
"""Attributes of the source that are stored in the Parquet metadata of the ratings."""


def read_tables(folder: Path, columns: TableColumns | None = None) -> Dataset:
    """Read ``ratings``, ``items`` and ``tags`` (``.csv`` or ``.parquet``) of a folder.

    Only the ratings are required. Without items, the catalogue is the rated items in ascending order of
    id, with ids as titles. Without a year column, the year comes from a trailing "(1995)" of the title.
    A tag with an empty user column has no user. Columns ``imdb_id`` and ``tmdb_id`` of the items become
    the catalogue's links.

    Args:
        folder: the folder of the tables.
        columns: the roles of the columns; None finds all of them by their usual names.

    Raises:
        InputError: a table or column is missing, or a row is wrong; the error names the file and line.
    """
    columns = columns or TableColumns()
    path = ratings_path(folder)
    items_path, tags_path = table_path(folder, "items"), table_path(folder, "tags")
    metadata = parquet_metadata(path) if path.suffix == ".parquet" else {}
    columns = with_scale(columns, metadata)
    _refuse_unused(folder, columns, items_path, tags_path)
    ratings = _read_ratings(path, columns)
    items = None if items_path is None else read_items(items_path, columns)
    tags = None if tags_path is None else _read_tags(tags_path, columns)
    paths = [path for path in (path, items_path, tags_path) if path is not None]
    source = Source(
        name=folder.resolve().name,
        location=str(folder),
        sha256={path.name: sha256_file(path) for path in paths},
    )
    known = {term: metadata[f"cineblend.{term}"] for term in _TERMS if f"cineblend.{term}" in metadata}
    dataset = assemble(replace(source, **known), (columns.low, columns.high), ratings, items, tags)
    return with_links(dataset, folder, columns)


def write_tables(dataset: Dataset, folder: Path) -> None:
    """Write ``ratings.parquet``, ``items.parquet`` and ``tags.parquet``, each atomically, ratings last.

    ``read_tables`` gives an equal dataset, with its scale and terms, except that users without ratings
    are lost. Read text ids with ``TableColumns(ids="text")``.

    Raises:
        UserError: the folder cannot be written, or already holds CSV tables.
    """
    writable_directory(folder)
    existing = [name for name in ("ratings.csv", "items.csv", "tags.csv") if (folder / name).exists()]
    if existing:
        raise UserError(
            f"{folder} already holds {', '.join(existing)}",
            expected="a folder without CSV tables",
            remedy="name another folder, or remove these files",
        )
    metadata = {ORIGINS: dataset.catalog.content.origins_json()}
    for name, frame in (("items", items_frame(dataset.catalog)), ("tags", _tags_frame(dataset))):
        with atomic_path(folder / f"{name}.parquet") as path:
            frame.write_parquet(path, metadata=metadata if name == "items" else None)
    with atomic_path(folder / "ratings.parquet") as path:
        dataset.to_polars().write_parquet(path, metadata=terms_of(dataset.source, dataset.scale))


def _refuse_unused(
    folder: Path, columns: TableColumns, items_path: Path | None, tags_path: Path | None
) -> None:
    """Raise an error if a column is named for a table that does not exist."""
    named = {"items": ("item_id", "title", "year", "genres", "texts", "people"), "tags": ("tag",)}
    for table, path in (("items", items_path), ("tags", tags_path)):
        roles = [role for role in named[table] if getattr(columns, role) is not None]
        if path is None and roles:
            raise InputError(
                folder,
                f"a column is named for {', '.join(roles)}, but there is no {table}.csv or {table}.parquet",
                expected=f"column names for {table} only with a table of {table}",
                remedy=f"add the table, or do not name a column for {', '.join(roles)}",
            )


def ratings_path(folder: Path, is_there: Callable[[Path], bool] = Path.is_file) -> Path:
    """The ratings table of a folder; see ``table_path``.

    Raises:
        InputError: there is none, or there are both a CSV and a Parquet one.
    """
    path = table_path(folder, "ratings", is_there)
    if path is None:
        raise InputError(
            folder,
            "the folder has neither ratings.csv nor ratings.parquet",
            expected="a folder with a table of ratings",
            remedy="name your table ratings.csv or ratings.parquet, or give another folder",
        )
    return path


def table_path(folder: Path, name: str, is_there: Callable[[Path], bool] = Path.is_file) -> Path | None:
    """The CSV or Parquet table ``name`` of a folder; None if ``is_there`` finds neither.

    Raises:
        InputError: there are both.
    """
    found = [path for ending in ("csv", "parquet") if is_there(path := folder / f"{name}.{ending}")]
    if len(found) > 1:
        raise InputError(
            folder,
            f"the folder has both {name}.csv and {name}.parquet",
            expected="one of the two",
            remedy="remove one of them",
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
    """Read a table of items: columns item, title, year, genres, and those of content (see ``Content``).

    Raises:
        InputError: a column is missing, or a row is wrong.
    """
    layout = Layout(columns.separator)
    names = column_names(path, layout)
    named = columns.item_id or (columns.item if columns.item in names else None)
    fields = {"item": Field(require_column(path, names, "item_id", named), _id(columns))}
    for role, kind in (
        ("title", TEXT),
        ("year", YEAR),
        ("genres", listed(columns.genre_separator, ";", ",")),
    ):
        column = find_column(path, names, role, getattr(columns, role))
        if column is not None:
            fields[role] = Field(column, kind, optional=True)
    fields |= content_fields(
        path,
        names,
        texts=columns.texts,
        people=columns.people,
        taken=[field.column for field in fields.values()],
    )
    table = read_columns(path, fields, layout)
    frame = table.frame
    if "title" not in fields:
        frame = frame.with_columns(title=pl.col("item").cast(pl.String))
    year = pl.col("year").fill_null(0) if "year" in fields else year_of_title(pl.col("title"))
    genres = pl.col("genres") if "genres" in fields else pl.lit([], pl.List(pl.String))
    content = [name for name in fields if is_content(name)]
    return replace(table, frame=frame.select("item", "title", *content, year=year, genres=genres))


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
        unknown = pl.lit(None, table.frame["item"].dtype).alias("user")
        table = replace(table, frame=table.frame.with_columns(unknown))
    return table


def with_scale(columns: TableColumns, metadata: dict[str, str]) -> TableColumns:
    """Fill in the ends of the rating scale from Parquet metadata, unless the caller gives them."""
    low = _finite(metadata.get("cineblend.low")) if columns.low is None else columns.low
    high = _finite(metadata.get("cineblend.high")) if columns.high is None else columns.high
    return replace(columns, low=low, high=high)


def _finite(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def terms_of(source: Source, scale: RatingScale) -> dict[str, str]:
    """Parquet metadata of the ratings that tells ``read_tables`` the source's terms and the scale."""
    terms = {term: str(getattr(source, term)) for term in _TERMS}
    terms |= {"low": repr(scale.low), "high": repr(scale.high)}
    return {f"cineblend.{key}": value for key, value in terms.items()}


def items_frame(catalog: Catalog) -> pl.DataFrame:
    """The table ``items`` of a catalogue, with its content; links only if a number is known."""
    frame = pl.DataFrame(
        {
            "item": catalog.items.ids,
            "title": pl.Series(catalog.title, dtype=pl.String),
            "year": catalog.year,
            "genres": pl.Series([list(names) for names in catalog.genres], dtype=pl.List(pl.String)),
        }
    )
    links = {"imdb_id": catalog.links.imdb_id, "tmdb_id": catalog.links.tmdb_id}
    frame = frame.with_columns(pl.Series(name, number) for name, number in links.items() if number.any())
    return frame.hstack(catalog.content.frame) if catalog.content else frame


def _tags_frame(dataset: Dataset) -> pl.DataFrame:
    tags = dataset.tags
    # a user without ratings has no id: use the first user's id as a placeholder, then set it to null
    known = pl.Series(tags.user_num >= 0)
    users = pl.Series(dataset.users.ids[np.maximum(tags.user_num, 0)])
    frame = pl.DataFrame({"user": users, "item": dataset.catalog.items.ids[tags.item_num]})
    text = pl.Series(tags.text, dtype=pl.String)
    return frame.with_columns(user=pl.when(known).then(pl.col("user")), tag=text)
