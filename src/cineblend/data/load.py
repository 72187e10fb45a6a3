"""A dataset by its name or directory, or from data frames."""

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
        data: "sample" (a made world, no files needed), a MovieLens release ("ml-latest-small"), a
            directory: laid out like MovieLens, or with tables of your own; or a data frame of ratings, of
            polars or pandas.
        columns: how to read tables of your own; a directory is then read as such whatever it holds.
        items: a data frame of items, beside one of ratings.

    Raises:
        DataNotFoundError: it is nowhere that was looked.
        UnknownNameError: no directory and no known name.
        InputError: a file is missing, damaged or wrong, or a frame is.
        UserError: ``columns`` for a dataset that is not tables of your own, ``items`` without a frame of
            ratings, or what is no data frame.
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
            f"{name} has columns of its own",
            expected="columns only for a directory with tables of your own",
            remedy="leave the columns out, or give a directory",
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
