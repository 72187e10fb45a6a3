"""Folder: a dataset's ratings read by Spark, its catalogue by the data package."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cineblend.data.catalog import Catalog
from cineblend.data.catalog_folder import Catalogue, read_catalogue
from cineblend.data.links import read_links
from cineblend.data.table_columns import TableColumns, find_column, require_column
from cineblend.engine.ratings import SparkRatings, Unknown, number_ratings
from cineblend.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_ENCODINGS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1"}


def read_folder(
    spark: SparkSession,
    name: str,
    columns: TableColumns | None = None,
    *,
    catalog: Catalog | None = None,
    unknown: Unknown = "refuse",
) -> SparkRatings:
    """The ratings of a folder, numbered and checked; see ``number_ratings``.

    The folder has the layout of ``load``; ``ratings.parquet`` may also be a folder of Parquet files, as Spark
    writes them. Every worker must reach it under the same path.

    Args:
        spark: the session.
        name: a MovieLens release or a directory.
        columns: how to read custom tables.
        catalog: a model's catalogue, in place of the folder's own.
        unknown: what to do with items that the catalogue lacks.

    Raises:
        InputError: there are no ratings, a column is missing, or rows are wrong.
        UserError: there is no such folder.
    """
    found = read_catalogue(name, columns)
    path = found.ratings
    if not path.exists():
        raise InputError(path, "no such file", expected="a readable file")
    frame = _opened(spark, found)
    names = frame.columns
    wanted = found.columns
    roles = {
        "user": require_column(path, names, "user", wanted.user),
        "item": require_column(path, names, "item", wanted.item),
        "rating": require_column(path, names, "rating", wanted.rating),
    }
    timestamp = find_column(path, names, "timestamp", wanted.timestamp)
    numbered = number_ratings(
        frame,
        **roles,
        timestamp=timestamp,
        catalog=found.catalog if catalog is None else catalog,
        scale=(wanted.low, wanted.high),
        ids="text" if wanted.ids == "text" else "int",
        unknown=unknown,
        source=found.source,
        path=path,
    )
    if found.catalog is not None or catalog is not None:
        return numbered
    links, sha256 = read_links(path.parent, numbered.catalog.items)
    source = replace(numbered.source, sha256={**numbered.source.sha256, **sha256})
    return replace(numbered, source=source, catalog=replace(numbered.catalog, links=links))


def _opened(spark: SparkSession, found: Catalogue) -> DataFrame:
    path, layout = found.ratings, found.layout
    if path.suffix == ".parquet":
        return spark.read.parquet(_url(path))
    frame = spark.read.csv(
        _url(path),
        sep=layout.separator,
        quote=layout.quote or "",
        escape=layout.quote or "",
        encoding=_ENCODINGS.get(layout.encoding, layout.encoding),
        header=layout.header is None,
        inferSchema=False,
        enforceSchema=True,
    )
    names = layout.header or [name.lstrip("\ufeff") for name in frame.columns]
    return frame.toDF(*names)


def _url(path: Path) -> str:
    """The path as a URL of the local file system, with pattern characters escaped."""
    return "file://" + re.sub(r"([\\\[\]{}*?])", r"\\\1", path.resolve().as_posix())
