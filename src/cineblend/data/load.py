"""Load a dataset by its name or directory, or from data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cineblend.data.dataset import Dataset
from cineblend.data.formats import RELEASES
from cineblend.data.locate import SAMPLE, locate
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.data.frames import Frame
    from cineblend.data.table_columns import TableColumns


def load(data: str | Frame, columns: TableColumns | None = None, *, items: Frame | None = None) -> Dataset:
    """Load a dataset.

    Args:
        data: "sample" (simulated, no files needed), a known release ("ml-latest-small"), a directory that is
            laid out like MovieLens or holds your own tables, or a polars or pandas data frame of ratings.
        columns: how to read your own tables; with it, a directory is always read as your own tables.
        items: a data frame of items, beside one of ratings.

    Raises:
        DataNotFoundError: the dataset is not in any of the places searched.
        UnknownNameError: the name is neither a directory nor a known dataset.
        InputError: a file or a frame is missing, damaged or wrong.
        UserError: ``columns`` is given for a known dataset, or ``items`` without a frame of ratings.
    """
    if not isinstance(data, str):
        from cineblend.data.frames import read_frames

        return read_frames(data, items, columns)
    if items is not None:
        raise UserError(f"items beside {data!r}", expected="items only beside a data frame of ratings")
    return _named(data, columns)


def _named(name: str, columns: TableColumns | None) -> Dataset:
    is_known = name == SAMPLE or name in RELEASES
    if columns is not None and is_known:
        raise UserError(
            f"column options were given for {name}, which has a fixed layout",
            expected="column options only for a directory with your own tables",
            remedy="leave the column options out, or give the directory of your own tables",
        )
    if name == SAMPLE:
        from cineblend.data.simulate import sample

        return sample()
    from cineblend.data.movielens import movielens_form, read_movielens
    from cineblend.data.tables import read_tables

    folder = locate(name)
    if name in RELEASES:
        return read_movielens(folder, name)
    if columns is None and movielens_form(folder) is not None:
        return read_movielens(folder, folder.resolve().name)
    return read_tables(folder, columns)
