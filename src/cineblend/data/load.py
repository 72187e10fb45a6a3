"""Load a dataset by its name or directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cineblend.data.dataset import Dataset
from cineblend.data.formats import RELEASES
from cineblend.data.locate import SAMPLE, locate
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.data.table_columns import TableColumns


def load(name: str, columns: TableColumns | None = None) -> Dataset:
    """Load a dataset.

    Args:
        name: "sample" (simulated, no files needed), a known release ("ml-latest-small"), or a directory
            that is laid out like MovieLens or holds your own tables.
        columns: how to read your own tables; with it, a directory is always read as your own tables.

    Raises:
        DataNotFoundError: the dataset is not in any of the places searched.
        UnknownNameError: the name is neither a directory nor a known dataset.
        InputError: a file is missing, damaged or wrong.
        UserError: ``columns`` is given for a known dataset.
    """
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
