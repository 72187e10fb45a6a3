"""What is wrong with a data set is named: the file, the line or row, the column, and what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from brought_tables import BAD, HEAD, write_bad
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.table_columns import TableColumns
from cineblend.errors import CineblendError, InputError, UserError


@pytest.mark.parametrize("name", BAD)
def test_it_is_named_with_its_place(tmp_path: Path, name: str):
    problem = write_bad(name, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=problem) as caught:
        load(tmp_path)
    assert "cineblend-" not in str(caught.value)  # no temporary folder
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_that_leaves_its_folder_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "world.zip", "w") as file:
        file.writestr("../ratings.csv", HEAD + "1,2,3\n")
    with pytest.raises(UserError, match="unsafe path"):
        load(tmp_path / "world.zip")
    assert not (tmp_path.parent / "ratings.csv").exists()


def test_bad_rows_may_be_left_out_and_are_counted(tmp_path: Path):
    rows = "1,2,3\n1,3,x\n1\n\n1,4,5,6\n2,2,4\n"
    (tmp_path / "ratings.csv").write_text(HEAD + rows)
    dataset = load(tmp_path, TableColumns(bad_rows="skip"))
    assert dataset.ratings.value.tolist() == [3, 4]
    assert any("3 bad rows left out, such as line 3: rating is 'x'" in note for note in dataset.source.notes)


@pytest.mark.parametrize(
    ("rule", "values"), [("last", [5, 3]), ("first", [1, 3]), ("mean", [3, 3]), ("sum", [6, 3])]
)
def test_one_of_several_ratings_counts(tmp_path: Path, rule: str, values: list[float]):
    rows = "user,item,rating,time\n1,10,5,9\n1,20,3,1\n1,10,1,4\n"
    (tmp_path / "ratings.csv").write_text(rows)
    dataset = load(tmp_path, TableColumns(duplicates=rule))  # type: ignore[arg-type] (one of the rules)
    order = dataset.ratings.item_num.argsort()
    assert dataset.ratings.value[order].tolist() == values
    with pytest.raises(InputError, match=r"line 4: user 1 rates item 10 twice; .* in line 2"):
        load(tmp_path, TableColumns(duplicates="error"))


def test_an_option_that_is_none_is_refused():
    with pytest.raises(UserError, match="duplicates is 'all'"):
        TableColumns(duplicates="all")  # type: ignore[arg-type] (wrong on purpose)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_names_its_column_and_row(make: type):
    with pytest.raises(InputError, match="the data frame ratings: row 2: rating is missing"):
        Dataset.from_frames(make({"user": [1, 2], "item": [1, 1], "rating": [3.0, None]}))
    with pytest.raises(CineblendError, match="data frame ratings: no column has a usual name for the item"):
        Dataset.from_frames(make({"user": [1, 2], "what": ["a", "b"], "rating": [3.0, 1.0]}))


def test_a_column_of_mixed_types_is_named():
    with pytest.raises(UserError, match="the data frame ratings: column 'item' cannot be read"):
        Dataset.from_frames(pd.DataFrame({"user": [1, 2], "item": [1, "a"], "rating": [3.0, 1.0]}))
