"""Shape: counted from two columns, whatever they are called, or left to who reads the data."""

from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.data.shape import Shape, peek
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import write_tables
from worlds import checkerboard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(checkerboard(), tmp_path)
    return tmp_path


def test_a_folder_of_tables_is_counted_as_it_is_read(folder: Path) -> None:
    world = Shape.of(checkerboard())
    assert world.n_catalogue == 24
    assert peek(str(folder), large=0) == Shape(world.n_users, world.n_items, world.n_ratings)


def test_csv_is_counted_too_with_columns_as_named(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("who;what;stars\n1;5;3\n1;6;4\n2;5;1\n")
    columns = TableColumns(user="who", item="what", separator=";")
    assert peek(str(tmp_path), columns, large=0) == Shape(2, 2, 3)
    assert peek(str(tmp_path), large=0) is None


def test_small_files_are_left_to_the_reader(folder: Path) -> None:
    assert peek(str(folder)) is None


@pytest.mark.parametrize("name", ["sample", "no-such-data", "/no/such/folder"])
def test_what_is_no_folder_here_has_no_shape_yet(name: str) -> None:
    assert peek(name, large=0) is None


def test_damage_is_left_for_the_reader_to_name(tmp_path: Path) -> None:
    (tmp_path / "ratings.parquet").write_bytes(b"PAR1 and nothing more")
    assert peek(str(tmp_path), large=0) is None
