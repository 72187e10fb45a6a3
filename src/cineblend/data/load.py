"""Load a dataset by its name, its folder or file, or from data frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cineblend.data.dataset import Dataset
from cineblend.data.formats import RELEASES
from cineblend.data.locate import SAMPLE, locate
from cineblend.errors import UserError

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from cineblend.data.table_columns import TableColumns


def load(
    data: str | Path | IntoFrame, columns: TableColumns | None = None, *, items: IntoFrame | None = None
) -> Dataset:
    """Load a dataset.

    Args:
        data: "sample" (simulated, no files needed), a known release ("ml-latest-small"), a folder, file or
            zip of tables (see ``TableColumns``), or a data frame (see ``Dataset.from_frames``).
        columns: how to read the tables, where that is not found by itself.
        items: a data frame of items, beside one of interactions.

    Raises:
        DataNotFoundError: the dataset is not in any of the places searched.
        UnknownNameError: the name is neither a directory nor a known dataset.
        InputError: a file or a frame is missing, damaged or wrong.
        UserError: ``columns`` is given for "sample", or ``items`` without a frame of interactions.
    """
    if not isinstance(data, str | Path):
        from cineblend.data.frames import read_frames

        return read_frames(data, items, columns=columns)
    if items is not None:
        raise UserError(f"items beside {str(data)!r}", expected="items only beside a data frame of ratings")
    return _named(data, columns)


def _named(name: str | Path, columns: TableColumns | None) -> Dataset:
    if name == SAMPLE:
        if columns is not None:
            raise UserError(
                f"column options were given for {name}, which has a fixed layout",
                expected="column options only for tables",
                remedy="leave the column options out, or give the folder of your own tables",
            )
        from cineblend.data.simulate import sample

        return sample()
    from cineblend.data.movielens import read_movielens
    from cineblend.data.tables import read_tables

    folder, name = locate(name), str(name)
    release = name if name in RELEASES else folder.resolve().name
    if columns is None and release in RELEASES and (folder / RELEASES[release].form.ratings).is_file():
        return read_movielens(folder, release)
    dataset = read_tables(folder, columns)
    if name not in RELEASES:
        return dataset
    known = RELEASES[name]
    terms = replace(
        dataset.source, name=name, licence=known.licence, citation=known.citation, caution=known.caution
    )
    return replace(dataset, source=terms)
