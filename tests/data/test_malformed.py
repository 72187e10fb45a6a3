"""What is wrong with a data set is named: the file, the line or row, the column, and what to do."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.table_columns import TableColumns
from cineblend.errors import CineblendError, InputError, UserError

HEAD = "user,item,rating\n"
BAD: dict[str, tuple[dict[str, str | bytes], str]] = {
    "rating-word": ({"ratings.csv": HEAD + "1,2,good\n"}, r"ratings.csv, line 2: rating is 'good'"),
    "rating-blank": ({"ratings.csv": HEAD + "1,2,\n"}, r"line 2: rating is missing"),
    "rating-nan": ({"ratings.csv": HEAD + "1,2,nan\n"}, r"line 2: rating is 'nan'"),
    "rating-infinite": ({"ratings.csv": HEAD + "1,2,inf\n"}, r"line 2: rating is 'inf'"),
    "user-blank": ({"ratings.csv": HEAD + "1,2,3\n,2,3\n"}, r"line 3: user is missing"),
    "item-blank": ({"ratings.csv": HEAD + "1,,3\n"}, r"line 2: item is missing"),
    "short-row": ({"ratings.csv": HEAD + "1,2,3\n1,2\n"}, r"line 3: the row has 2 values"),
    "long-row": ({"ratings.csv": HEAD + "1,2,3\n1,2,3,4,5\n"}, r"line 3: the row has 5 values"),
    "open-quote": ({"ratings.csv": HEAD + '1,"2,3\n1,2,3\n'}, r"ratings.csv, line \d: .*cannot be read"),
    "many": (
        {"ratings.csv": HEAD + "1,2,x\n1,3,y\n1,4,z\n1,5,w\n"},
        r"line 2: rating is 'x' \(also line 3: rating is 'y'; line 4: rating is 'z'; 4 bad rows in all\)",
    ),
    "time-word": ({"ratings.csv": "user,item,rating,time\n1,2,3,soon\n"}, r"line 2: time is 'soon'"),
    "time-thirteenth-month": (
        {"ratings.csv": "user,item,rating,time\n1,2,3,2024-13-01\n"},
        r"line 2: time is '2024-13-01'",
    ),
    "time-25-hours": (
        {"ratings.csv": "user,item,rating,time\n1,2,3,2024-01-01 25:00:00\n"},
        r"line 2: time is '2024-01-01 25:00:00'",
    ),
    "count-negative": ({"plays.csv": "user,item,plays\n1,2,-3\n"}, r"line 2: plays is '-3'"),
    "year-word": (
        {"ratings.csv": HEAD + "1,2,3\n", "items.csv": "item,title,year\n2,A,long ago\n"},
        r"items.csv, line 2: year is 'long ago'",
    ),
    "empty": ({"ratings.csv": ""}, r"ratings.csv: the file is empty"),
    "header-only": ({"ratings.csv": HEAD}, r"ratings.csv: the table has no ratings"),
    "items-header-only": ({"ratings.csv": HEAD + "1,2,3\n", "items.csv": "item,title\n"}, "has no items"),
    "no-user": ({"ratings.csv": "who,item,rating\nx,2,3\n"}, r"no column has a usual name for the user"),
    "no-item": ({"ratings.csv": "user,what,rating\nx,2,3\n"}, r"no column has a usual name for the item"),
    "two-users": (
        {"ratings.csv": "user,User,item,rating\n1,1,2,3\n"},
        "more than one column could be the user",
    ),
    "likely-rating": ({"ratings.csv": "user,item,points\n1,2,3\n1,3,4\n"}, r"--rating-column points"),
    "nothing": ({"README.md": "hello"}, r"neither ratings.csv nor ratings.parquet; it has no tables"),
    "two-files": (
        {"a.csv": HEAD + "1,2,3\n", "b.csv": HEAD + "1,2,3\n"},
        r"more than one file could hold the ratings: a.csv, b.csv",
    ),
    "binary": ({"ratings.csv": b"\x00\x01\x02\x00" * 50}, r"ratings.csv: the file is not text"),
    "no-parquet": ({"ratings.parquet": b"PAR1 no"}, r"ratings.parquet: the file cannot be read as Parquet"),
    "json-line": (
        {"ratings.jsonl": '{"user": 1, "item": 2, "rating": 3}\n{"user": 1,\n'},
        r"ratings.jsonl: line 2: the line is not JSON",
    ),
    "json-number": ({"ratings.jsonl": "3\n"}, r"ratings.jsonl, line 1: the line is no JSON object"),
    "json-rating": (
        {"ratings.jsonl": '{"user": 1, "item": 2, "rating": "bad"}\n'},
        r"ratings.jsonl: line 1: rating is 'bad'",
    ),
    "gzip-cut": (
        {"ratings.csv.gz": gzip.compress((HEAD + "1,2,3\n" * 999).encode())[:60]},
        r"ratings.csv.gz: the file is damaged",
    ),
    "gzip-bomb": (
        {"ratings.csv.gz": gzip.compress(bytes(10_000_000))},
        r"gz: .* expands to over",
    ),
    "gzip-row": (
        {"ratings.csv.gz": gzip.compress((HEAD + "1,2,x\n").encode())},
        r"ratings.csv, line 2: rating is 'x'",
    ),
    "zip-damaged": ({"world.zip": b"PK\x03\x04 no zip"}, r"world.zip: the archive is damaged"),
    "netflix-row": (
        {"combined_data_1.txt": "1:\n7,3,2005-09-06\n7,9,2005\n"},
        r"combined_data_1.txt, line 3: the row is '7,9,2005'",
    ),
    "dat-row": (
        {"ratings.dat": "1::2::x::5\n", "movies.dat": "2::A::Drama\n"},
        r"ratings.dat, line 1: rating is 'x'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_named_with_its_place(tmp_path: Path, name: str):
    files, problem = BAD[name]
    for file, content in files.items():
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
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
