"""Data frames of pandas, polars or pyarrow, and sparse matrices, read without going through files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import polars as pl
import scipy.sparse as sp

from cineblend.data.dataset import Dataset, Source
from cineblend.data.known_layouts import OWN
from cineblend.data.links import with_links
from cineblend.data.recognise import Found
from cineblend.data.sheets import frame_sheet
from cineblend.data.table_columns import TableColumns, require_column
from cineblend.data.tables import dataset_of
from cineblend.errors import UserError

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

_SOURCE = Source("data-frame", "a data frame")


def read_frames(
    interactions: IntoFrame,
    items: IntoFrame | None = None,
    tags: IntoFrame | None = None,
    columns: TableColumns | None = None,
) -> Dataset:
    """Read frames by the rules of ``read_tables``; ids keep their type.

    Raises:
        InputError: a column is missing, or a row is wrong; names the frame, the column and the row.
        UserError: what was given is no data frame.
    """
    found = Found(
        OWN,
        frame_sheet("ratings", _to_polars("ratings", interactions)),
        None if items is None else frame_sheet("items", _to_polars("items", items)),
        None if tags is None else frame_sheet("tags", _to_polars("tags", tags)),
    )
    columns = columns or TableColumns()
    return with_links(dataset_of(found, _SOURCE, columns), None, found.items, columns)


def read_matrix(
    matrix: Any,
    users: Any = None,
    items: Any = None,
    columns: TableColumns | None = None,
) -> Dataset:
    """Read a sparse matrix of users by items.

    Args:
        matrix: (n, m) ratings or counts, of any form that scipy has.
        users: n ids; None for 0 to n - 1.
        items: m ids, or a frame of items whose rows are the columns; None for 0 to m - 1.
        columns: see ``read_frames``; ``feedback="implicit"`` reads the values as counts.

    Raises:
        UserError: the number of ids is not that of rows or columns.
    """
    if not sp.issparse(matrix):
        raise UserError(f"a {type(matrix).__name__} was given", expected="a sparse matrix of scipy")
    entries = sp.coo_array(matrix)
    frame = None
    if items is not None and _is_frame(items):
        frame = _to_polars("items", items)
        sheet = frame_sheet("items", frame)
        named = None if columns is None else columns.item_id
        items = frame[require_column(sheet.path, sheet.names, "item_id", named)].to_numpy()
    n_users, n_items = matrix.shape
    ids = _ids_of(users, n_users, "rows"), _ids_of(items, n_items, "columns")
    implicit = columns is not None and columns.feedback == "implicit"
    value = "count" if implicit or bool((entries.data == 1).all()) else "rating"
    row, column = entries.row, entries.col
    given = pl.DataFrame(
        {"user": ids[0][row], "item": ids[1][column], value: entries.data.astype(np.float32)}
    )
    return read_frames(given, frame, columns=columns)


def _ids_of(given: Any, n: int, what: str) -> np.ndarray:
    ids = np.arange(n) if given is None else np.asarray(given)
    if ids.shape != (n,):
        raise UserError(f"{len(ids)} ids for {n} {what} of the matrix", expected="one id for each")
    return ids


def _is_frame(given: Any) -> bool:
    try:
        nw.from_native(given)
    except TypeError:
        return False
    return True


def _to_polars(name: str, given: Any) -> pl.DataFrame:
    try:
        frame = nw.from_native(given)
    except TypeError as error:
        raise UserError(
            f"{name} cannot be read as a data frame: it is a {type(given).__name__}",
            expected="a data frame of pandas, polars or pyarrow, a folder or a name",
        ) from error
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    columns: list[pl.Series] = []
    for column in eager.columns:
        try:
            columns.append(eager.get_column(column).to_polars().alias(str(column)))
        except Exception as error:  # every library has its own
            raise UserError(
                f"the data frame {name}: column {column!r} cannot be read: {error}",
                expected="one type of value in each column",
                remedy=f"convert it, for example: frame[{column!r}].astype(str)",
            ) from error
    return pl.DataFrame([_plain(column) for column in columns])


def _plain(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    return column
