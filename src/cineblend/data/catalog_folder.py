"""Catalogue: a dataset folder's items, and where and how another engine reads its ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from cineblend.data.assemble import catalog_of
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Source
from cineblend.data.formats import RELEASES
from cineblend.data.interactions import role_column
from cineblend.data.items import read_items
from cineblend.data.layout import Layout
from cineblend.data.links import read_links
from cineblend.data.locate import locate
from cineblend.data.parquet import parquet_metadata
from cineblend.data.recognise import Found, recognise
from cineblend.data.sheets import PARQUET, open_sheet
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import TERMS, with_scale
from cineblend.errors import InputError
from cineblend.files import sha256_file

_WHOLE = r"^(0|-?[1-9]\d*)$"
_PARTS = "ratings.parquet"
"""Another engine may write the ratings as a folder of this name."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The items of a folder, and how to read its ratings.

    Attributes:
        source: name, terms, and the digest of the items table.
        catalog: the items; None without an items table.
        ratings: the ratings file, or a folder ``ratings.parquet`` of Parquet files.
        layout: format of the ratings file, if it is delimited text.
        columns: roles of the ratings' columns, what ids are, and the scale if it is known.
    """

    source: Source
    catalog: Catalog | None
    ratings: Path
    layout: Layout
    columns: TableColumns


def read_catalogue(name: str, columns: TableColumns | None = None) -> Catalogue:
    """Read the catalogue of a dataset; the name is resolved as in ``load``.

    Args:
        name: a MovieLens release or a directory; not "sample", which has no folder.
        columns: how to read the tables.

    Raises:
        DataNotFoundError, UnknownNameError, UserError: there is no such folder.
        InputError: the folder has no ratings, or its items table is wrong.
    """
    folder, columns = locate(name), columns or TableColumns()
    if (folder / _PARTS).is_dir():
        return _of_parts(folder, columns)
    found = recognise(folder, columns)
    ratings = found.interactions
    if ratings.layout is None and ratings.path.suffix not in PARQUET:
        raise InputError(
            ratings.path,
            f"the ratings are {ratings.form}",
            expected="delimited text or Parquet",
            remedy="convert them to Parquet, or leave out --engine spark",
        )
    metadata = parquet_metadata(ratings.path) if ratings.path.suffix in PARQUET else {}
    columns = with_scale(_told(found, columns), metadata)
    release = RELEASES.get(name) or RELEASES.get(folder.resolve().name)
    known = {term: metadata[f"cineblend.{term}"] for term in TERMS if f"cineblend.{term}" in metadata}
    if release is not None:
        known |= {term: getattr(release, term) for term in TERMS}
        columns = replace(columns, low=release.scale.low, high=release.scale.high)
    elif found.layout.licence:
        known["licence"] = found.layout.licence
    if found.layout.scales and columns.low is None and columns.high is None:
        (low, high), _ = found.layout.scales[0]
        columns = replace(columns, low=low, high=high)
    catalog, sha256 = None, dict[str, str]()
    if found.items is not None:
        catalog = catalog_of(read_items(found.items, columns, found.layout)[0])
        links, sha256 = read_links(folder, catalog.items, found.items, columns)
        catalog = replace(catalog, links=links)
        sha256[found.items.path.name] = sha256_file(found.items.path)
    source = Source(name=folder.resolve().name, location=str(folder), sha256=sha256)
    return Catalogue(replace(source, **known), catalog, ratings.path, ratings.layout or Layout(), columns)


def _told(found: Found, columns: TableColumns) -> TableColumns:
    """The columns with the roles that the layout tells, and with ids as one kind."""
    sheet = found.interactions
    roles = {
        role: role_column(sheet, found.layout, role, getattr(columns, role))
        for role in ("user", "item", "rating", "timestamp")
    }
    ids = columns.ids
    if ids == "auto":
        ids = found.layout.ids
    if ids == "auto":
        heads = [sheet.head[name] for role, name in roles.items() if role in ("user", "item") and name]
        ids = "int" if all(_whole(head) for head in heads) else "text"
    return replace(columns, ids=ids, **roles)


def _whole(ids: pl.Series) -> bool:
    return ids.dtype.is_integer() or bool(ids.cast(pl.String).str.contains(_WHOLE).all())


def _of_parts(folder: Path, columns: TableColumns) -> Catalogue:
    path = next((path for end in ("csv", "parquet") if (path := folder / f"items.{end}").is_file()), None)
    columns = replace(columns, ids="int") if columns.ids == "auto" else columns
    source = Source(name=folder.resolve().name, location=str(folder))
    if path is None:
        return Catalogue(source, None, folder / _PARTS, Layout(), columns)
    sheet = open_sheet(path, columns.separator)
    catalog = catalog_of(read_items(sheet, columns)[0])
    links, sha256 = read_links(folder, catalog.items, sheet, columns)
    source = replace(source, sha256={path.name: sha256_file(path), **sha256})
    return Catalogue(source, replace(catalog, links=links), folder / _PARTS, Layout(), columns)
