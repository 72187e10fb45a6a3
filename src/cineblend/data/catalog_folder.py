"""Catalogue: a dataset folder's items, and where and how another engine reads its ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cineblend.data.assemble import catalog_of
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Source
from cineblend.data.formats import RELEASES
from cineblend.data.layout import Layout
from cineblend.data.links import read_links
from cineblend.data.locate import locate
from cineblend.data.movielens import like_movielens, movielens_form, read_films
from cineblend.data.parquet import parquet_metadata
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import ratings_path, read_items, table_path, with_scale
from cineblend.files import sha256_file


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The items of a folder, and how to read its ratings.

    Attributes:
        source: name, terms, and the digest of the items table.
        catalog: the items; None without an items table.
        ratings: the ratings file, or a folder ``ratings.parquet`` of Parquet files.
        layout: format of the ratings file, if it is delimited text.
        columns: roles of the ratings' columns, and the scale if it is known.
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
        columns: how to read your own tables.

    Raises:
        DataNotFoundError, UnknownNameError, UserError: there is no such folder.
        InputError: the folder has no ratings, or its items table is wrong.
    """
    folder = locate(name)
    if name in RELEASES or (columns is None and movielens_form(folder) is not None):
        found = _movielens(folder, name if name in RELEASES else folder.resolve().name)
        return _with_links(found, folder, None)
    own = columns or TableColumns()
    return _with_links(_own_tables(folder, own), folder, own)


def _with_links(found: Catalogue, folder: Path, columns: TableColumns | None) -> Catalogue:
    if found.catalog is None:
        return found
    links, sha256 = read_links(folder, found.catalog.items, columns)
    source = replace(found.source, sha256={**found.source.sha256, **sha256})
    return replace(found, source=source, catalog=replace(found.catalog, links=links))


def _movielens(folder: Path, name: str) -> Catalogue:
    release = RELEASES.get(name) or like_movielens(folder, name)
    form, films = release.form, folder / release.form.movies
    return Catalogue(
        source=Source(
            name=name,
            location=str(folder),
            sha256={films.name: sha256_file(films)} if films.is_file() else {},
            licence=release.licence,
            citation=release.citation,
            caution=release.caution,
        ),
        catalog=catalog_of(read_films(films, form)),
        ratings=folder / form.ratings,
        layout=form.ratings_layout,
        columns=TableColumns(
            user="userId",
            item="movieId",
            rating="rating",
            timestamp="timestamp",
            low=release.scale.low,
            high=release.scale.high,
        ),
    )


def _own_tables(folder: Path, columns: TableColumns) -> Catalogue:
    ratings = ratings_path(folder, Path.exists)
    items = table_path(folder, "items", Path.exists)
    metadata = parquet_metadata(ratings) if ratings.suffix == ".parquet" and ratings.is_file() else {}
    source = Source(
        name=folder.resolve().name,
        location=str(folder),
        sha256={items.name: sha256_file(items)} if items is not None else {},
    )
    terms = ("name", "licence", "citation", "caution")
    known = {term: metadata[f"cineblend.{term}"] for term in terms if f"cineblend.{term}" in metadata}
    return Catalogue(
        source=replace(source, **known),
        catalog=None if items is None else catalog_of(read_items(items, columns)),
        ratings=ratings,
        layout=Layout(columns.separator),
        columns=with_scale(columns, metadata),
    )
