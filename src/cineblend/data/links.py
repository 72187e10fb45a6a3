"""Read the IMDb and TMDB numbers of a folder's films."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.catalog import Links
from cineblend.data.dataset import Dataset
from cineblend.data.kinds import LENIENT_ID, TEXT_ID, Field, Kind, Table
from cineblend.data.layout import Layout
from cineblend.data.sheets import Sheet, open_sheet
from cineblend.data.table_columns import TableColumns, find_column
from cineblend.files import sha256_file
from cineblend.ids import Vocabulary

_LINKS = "links.csv"
"""MovieLens' file of IMDb and TMDB numbers."""
_UNKNOWN = ("nan", "null", "none", "na", r"\n")
"""Texts that other tools write for a missing number, in lower case."""


def with_links(
    dataset: Dataset, folder: Path | None, table: Sheet | None = None, columns: TableColumns | None = None
) -> Dataset:
    """Add the IMDb and TMDB numbers in a folder, and the digests of their files, to its dataset.

    Args:
        dataset: read from the folder.
        folder: see ``read_links``.
        table: see ``read_links``.
        columns: see ``read_links``.

    Raises:
        InputError: see ``read_links``.
    """
    links, sha256 = read_links(folder, dataset.catalog.items, table, columns)
    source = replace(dataset.source, sha256={**dataset.source.sha256, **sha256})
    return replace(dataset, source=source, catalog=replace(dataset.catalog, links=links))


def read_links(
    folder: Path | None, items: Vocabulary, table: Sheet | None = None, columns: TableColumns | None = None
) -> tuple[Links, dict[str, str]]:
    """Read the IMDb and TMDB numbers of items, and the digests of the files that hold them.

    A film may be listed more than once if its numbers agree or one is missing. Films that are not in
    ``items`` are ignored.

    Args:
        folder: may hold MovieLens' ``links.csv``; None if there is no folder.
        items: the films.
        table: your own table of items, which may have columns with these numbers.
        columns: how to read it.

    Returns:
        The links, 0 where nothing has a number, and the hex sha256 by file name.

    Raises:
        InputError: a value is not a number, or a film has two different numbers.
    """
    links = Links.none(len(items))
    sha256: dict[str, str] = {}
    path = None if folder is None else folder / _LINKS
    given = (
        [(open_sheet(path, layout=Layout()), TableColumns())] if path is not None and path.is_file() else []
    )
    if table is not None:
        given.append((table, columns or TableColumns()))
    for sheet, own in given:
        if _read(sheet, own, items, links) and sheet.path.is_file():
            sha256[sheet.path.name] = sha256_file(sheet.path)
    return links, sha256


def _read(sheet: Sheet, own: TableColumns, items: Vocabulary, links: Links) -> bool:
    """Fill in the numbers of a table; False if it has none."""
    path, names = sheet.path, sheet.names
    found = {"imdb_id": links.imdb_id, "tmdb_id": links.tmdb_id}
    item = find_column(path, names, "item_id", own.item_id or (own.item if own.item in names else None))
    number = {role: find_column(path, names, role, None) for role in found}
    fields = {role: Field(column, LINK, optional=True) for role, column in number.items() if column}
    if item is None or not fields:
        return False
    text = items.ids.dtype.kind == "U"
    kind = TEXT_ID if text else LENIENT_ID
    table = sheet.read({"item": Field(item, kind, optional=True), **fields}, skip=own.bad_rows == "skip")
    ids = table.frame["item"]
    known = ids.is_not_null()
    num = np.full(len(ids), -1, np.int32)
    bare = ids.filter(known)
    num[known.to_numpy()] = items.nums(np.array(bare.to_list(), np.str_) if text else bare.to_numpy())
    for role in fields:
        _fill(found[role], num, table, role)
    return True


def _fill(into: npt.NDArray[np.int64], num: npt.NDArray[np.int32], table: Table, role: str) -> None:
    value = table.frame[role].fill_null(0).to_numpy()
    rows = np.flatnonzero((num >= 0) & (value > 0))
    into[num[rows]] = value[rows]
    differs = rows[into[num[rows]] != value[rows]]
    if len(differs):
        raise table.error(
            int(differs[0]),
            f"{role} is {value[differs[0]]}, but another row has {into[num[differs[0]]]} for the same film",
            expected="one number per film",
            remedy="remove the wrong one",
        )


def _number(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_integer():
        number = raw.cast(pl.Int64, strict=False)
    else:
        text = raw.cast(pl.String).str.strip_chars()
        bare = text.str.strip_prefix("tt").str.strip_suffix(".0").cast(pl.Int64, strict=False)
        number = pl.when(text.str.to_lowercase().is_in(_UNKNOWN)).then(0).otherwise(bare)
    return pl.when(number >= 0).then(number)


LINK = Kind(
    "a number such as 114709 or tt0114709",
    _number,
    remedy="give the film's IMDb or TMDB number, or rename the column if it holds something else",
)
