"""Read a folder's interactions, items and tags, whatever their layout, and write any dataset as tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from cineblend.data.assemble import Rules, assemble
from cineblend.data.catalog import Catalog
from cineblend.data.compressed import unpacked
from cineblend.data.content_columns import ORIGINS
from cineblend.data.dataset import CHOSE, Dataset, RatingScale, Source
from cineblend.data.interactions import id_field, read_interactions, skipped_note
from cineblend.data.items import read_items, titles_in
from cineblend.data.kinds import TEXT, Field, Table
from cineblend.data.known_layouts import OWN
from cineblend.data.links import with_links
from cineblend.data.noun import noun_from, noun_of_file
from cineblend.data.parquet import parquet_metadata
from cineblend.data.recognise import Found, recognise
from cineblend.data.sheets import PARQUET, Sheet
from cineblend.data.table_columns import TableColumns, find_column, require_column
from cineblend.errors import InputError, UserError
from cineblend.files import atomic_path, sha256_file, writable_directory

TERMS = ("name", "licence", "citation", "caution")
"""Attributes of the source that are stored in the Parquet metadata of the ratings."""
_FEEDBACK, _ACT, _NOUN = "cineblend.feedback", "cineblend.act", "cineblend.noun"
_IDS = ("user", "item")


def read_tables(folder: Path, columns: TableColumns | None = None) -> Dataset:
    """Read the interactions, items and tags of a folder, of one file, or of a zip.

    Only the interactions are required. Without items, the catalogue is the rated items in ascending order
    of id, with ids as titles. Without a year column, the year comes from a trailing "(1995)" of the title.
    A tag with an empty user column has no user. Columns ``imdb_id`` and ``tmdb_id`` of the items become
    the catalogue's links. ``source.taken`` says what each column was taken for, ``source.notes`` what was
    added or left out.

    Args:
        folder: the folder, the file or the zip.
        columns: the roles of the columns; None finds all of them by their usual names.

    Raises:
        InputError: a table or column is missing, or a row is wrong; the error names the file and line.
    """
    columns = columns or TableColumns()
    with unpacked(folder) as place:
        found = recognise(place, columns)
        path = found.interactions.path
        metadata = parquet_metadata(path) if path.suffix in PARQUET else {}
        source = Source(
            name=folder.resolve().name if folder.is_dir() else folder.name.partition(".")[0],
            location=str(folder),
            sha256={
                sheet.path.name: sha256_file(sheet.path)
                for sheet in (found.interactions, found.items, found.tags)
                if sheet is not None and sheet.path.is_file()
            },
        )
        known = {term: metadata[f"cineblend.{term}"] for term in TERMS if f"cineblend.{term}" in metadata}
        if found.layout.licence:
            known = {"licence": found.layout.licence} | known
        dataset = dataset_of(found, replace(source, **known), with_scale(columns, metadata))
        if metadata.get(_FEEDBACK) == "implicit":
            dataset = replace(dataset, feedback="implicit", act=metadata.get(_ACT, CHOSE))
        if _NOUN in metadata:
            dataset = replace(dataset, noun=noun_from(metadata[_NOUN]))
        elif found.items is not None:
            dataset = replace(dataset, noun=noun_of_file(found.items.path.stem))
        return with_links(dataset, place if place.is_dir() else place.parent, found.items, columns)


def dataset_of(found: Found, source: Source, columns: TableColumns) -> Dataset:
    """Build the dataset of the tables that were found.

    Raises:
        InputError: a column is missing, or a row is wrong.
    """
    if columns.ids == "auto":
        columns = replace(columns, ids=found.layout.ids)
    read = read_interactions(found.interactions, found.layout, columns)
    titles = found.items or (titles_in(found.interactions, columns) if found.layout is OWN else None)
    _refuse_unused(found, columns, titles)
    taken, notes, items, tags = [read.taken], list(read.notes), None, None
    if found.layout is not OWN:
        taken.insert(0, f"laid out like {found.layout.name}")
    if titles is not None:
        items, said, noted = read_items(titles, columns, found.layout)
        taken.append(said)
        notes += noted if titles is found.items else ()
    if found.tags is not None:
        tags, said = _read_tags(found.tags, columns)
        taken.append(said)
        notes += skipped_note(tags)
    ids = {name: "text" if read.table.frame[name].dtype == pl.String else "whole numbers" for name in _IDS}
    taken.append(f"ids: users are {ids['user']}, items are {ids['item']}")
    if found.others:
        taken.append("not read: " + ", ".join(found.others))
    rules = Rules(read.scale, read.feedback, columns.duplicates, read.act)
    return assemble(replace(source, taken=tuple(taken), notes=tuple(notes)), rules, read.table, items, tags)


def write_tables(dataset: Dataset, folder: Path) -> None:
    """Write ``ratings.parquet``, ``items.parquet`` and ``tags.parquet``, each atomically, ratings last.

    ``read_tables`` gives an equal dataset, with its scale and terms, except that users without ratings
    are lost.

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
        terms = terms_of(dataset.source, dataset.scale) | {
            _FEEDBACK: dataset.feedback,
            _ACT: dataset.act,
            _NOUN: f"{dataset.noun.one}/{dataset.noun.many}",
        }
        dataset.to_polars().write_parquet(path, metadata=terms)


def _refuse_unused(found: Found, columns: TableColumns, titles: Sheet | None) -> None:
    """Raise an error if a column is named for a table that does not exist."""
    named = {"items": ("item_id", "title", "year", "genres", "texts", "people"), "tags": ("tag",)}
    for table, sheet in (("items", titles), ("tags", found.tags)):
        roles = [role for role in named[table] if getattr(columns, role) is not None]
        if sheet is None and roles:
            raise InputError(
                found.interactions.path,
                f"a column is named for {', '.join(roles)}, but there is no table of {table} beside this one",
                expected=f"column names for {table} only with a table of {table}, such as {table}.csv",
                remedy=f"add the table, or do not name a column for {', '.join(roles)}",
            )


def _read_tags(sheet: Sheet, columns: TableColumns) -> tuple[Table, str]:
    path, names = sheet.path, sheet.names
    user = find_column(path, names, "user", columns.user if columns.user in names else None)
    item = columns.item if columns.item in names else None
    fields = {
        "item": id_field(require_column(path, names, "item", item), columns),
        "tag": Field(require_column(path, names, "tag", columns.tag), TEXT),
    }
    if user is not None:
        fields["user"] = id_field(user, columns, optional=True)
    table = sheet.read(fields, skip=columns.bad_rows == "skip")
    if user is None:
        unknown = pl.lit(None, pl.Null()).alias("user")
        table = replace(table, frame=table.frame.with_columns(unknown))
    said = ", ".join(f"{role} = {field.column}" for role, field in fields.items())
    return table, f"{path.name}: tags; {sheet.form}; {said}"


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
    terms = {term: str(getattr(source, term)) for term in TERMS}
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
