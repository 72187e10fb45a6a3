from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from cineblend.data.dataset import Dataset, RatingScale
from cineblend.data.tables import TableColumns, read_tables, write_tables
from cineblend.errors import InputError, UserError
from small_data import datasets


def folder_of(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def assert_equal(ours: Dataset, theirs: Dataset) -> None:
    assert ours.ratings.fingerprint() == theirs.ratings.fingerprint()
    np.testing.assert_array_equal(ours.users.ids, theirs.users.ids)
    np.testing.assert_array_equal(ours.catalog.items.ids, theirs.catalog.items.ids)
    np.testing.assert_array_equal(ours.catalog.year, theirs.catalog.year)
    np.testing.assert_array_equal(ours.tags.user_num, theirs.tags.user_num)
    np.testing.assert_array_equal(ours.tags.item_num, theirs.tags.item_num)
    blank = (pl.Series(theirs.catalog.title).str.strip_chars() == "").to_list()
    ids = [str(one) for one in theirs.catalog.items.ids.tolist()]
    rows = zip(blank, ids, theirs.catalog.title, strict=True)
    titles = tuple(one if is_blank else title for is_blank, one, title in rows)
    assert ours.catalog.title == titles  # a blank title is the id
    assert ours.catalog.genres == theirs.catalog.genres
    assert ours.tags.text == theirs.tags.text
    assert ours.scale == theirs.scale
    for term in ("name", "licence", "citation", "caution"):
        assert getattr(ours.source, term) == getattr(theirs.source, term)


@given(datasets())
@settings(max_examples=40)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset):
    folder = tmp_path_factory.mktemp("tables")
    write_tables(dataset, folder)
    assert_equal(read_tables(folder), dataset)


@given(datasets(text_ids=True))
@settings(max_examples=40)
def test_text_ids_are_written_and_read_back(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset):
    folder = tmp_path_factory.mktemp("tables")
    write_tables(dataset, folder)
    assert_equal(read_tables(folder), dataset)


@given(datasets(), datasets())
@settings(max_examples=10)
def test_writing_again_replaces_all_tables(
    tmp_path_factory: pytest.TempPathFactory, first: Dataset, second: Dataset
):
    folder = tmp_path_factory.mktemp("tables")
    write_tables(first, folder)
    write_tables(second, folder)
    assert_equal(read_tables(folder), second)
    assert {path.name for path in folder.iterdir()} == {"ratings.parquet", "items.parquet", "tags.parquet"}


def test_tables_are_not_written_beside_csv_ones(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n")
    with pytest.raises(UserError, match=r"already holds ratings.csv"):
        write_tables(read_tables(tmp_path), tmp_path)


@pytest.mark.parametrize(
    "header",
    [
        "user,item,rating,timestamp",
        "user_id,item_id,rating,time",
        "userId,movieId,rating,timestamp",
        "User ID,Book-ID,SCORE,Timestamp",
        "timestamp,uid,book_id,value",
    ],
)
def test_usual_names_are_found(tmp_path: Path, header: str):
    values = {"t": "9", "u": "5", "i": "7", "b": "7", "m": "7", "r": "3", "s": "3", "v": "3"}
    row = ",".join(values[name[0].casefold()] for name in header.split(","))
    dataset = read_tables(folder_of(tmp_path, ratings=f"{header}\n{row}\n"))
    assert dataset.users.ids.tolist() == [5]
    assert dataset.catalog.items.ids.tolist() == [7]
    assert dataset.ratings.value.tolist() == [3.0]
    assert dataset.ratings.timestamp.tolist() == [9]


def test_columns_may_be_named(tmp_path: Path):
    folder_of(
        tmp_path,
        ratings="who;what;how;item\n5;7;3;1\n",
        items="what;label;from;sort;item\n7;Dune;1965;sf, epic;1\n",
        tags="who;what;word\n5;7;sand\n",
    )
    columns = TableColumns(
        user="who",
        item="what",
        rating="how",
        item_id="what",
        title="label",
        year="from",
        genres="sort",
        tag="word",
        genre_separator=",",
        separator=";",
        low=1,
        high=10,
    )
    dataset = read_tables(tmp_path, columns)
    assert dataset.catalog.title == ("Dune",)
    assert dataset.catalog.genres == (("sf", "epic"),)
    assert dataset.catalog.year.tolist() == [1965]
    assert dataset.tags.text == ("sand",)
    assert dataset.scale == RatingScale(1, 10)
    assert dataset.ratings.timestamp.tolist() == [0]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (
            TableColumns(user="reader"),
            r"ratings.csv: the file has no column 'reader', which was named as the user",
        ),
        (TableColumns(timestamp="when"), "has no column 'when'"),
        (TableColumns(title="label"), "items.csv: the file has no column 'label'"),
    ],
)
def test_a_named_column_that_is_not_there_lists_those_that_are(
    tmp_path: Path, columns: TableColumns, problem: str
):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n", items="id,title\n2,Dune\n")
    with pytest.raises(InputError, match=problem) as caught:
        read_tables(tmp_path, columns)
    assert "user, item, rating" in str(caught.value) or "id, title" in str(caught.value)


def test_no_column_for_a_role_says_so(tmp_path: Path):
    with pytest.raises(
        InputError, match="no column has a usual name for the rating; the file has user, item, points"
    ):
        read_tables(folder_of(tmp_path, ratings="user,item,points\n1,2,3\n"))


def test_two_columns_of_the_same_usual_name_are_not_guessed_between(tmp_path: Path):
    with pytest.raises(InputError, match="more than one column could be the user: userId, user_id"):
        read_tables(folder_of(tmp_path, ratings="userId,user_id,item,rating\n1,2,3,4\n"))


def test_ids_are_numbers_only_if_all_of_them_are(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\nann,2,3\n")
    dataset = read_tables(tmp_path)
    assert dataset.users.ids.tolist() == ["1", "ann"]
    assert dataset.catalog.items.ids.tolist() == [2]
    with pytest.raises(InputError, match="line 3: user is 'ann'") as caught:
        read_tables(tmp_path, TableColumns(ids="int"))
    assert "--ids text" in str(caught.value)


def test_without_items_the_rated_ones_are_the_catalogue(tmp_path: Path):
    dataset = read_tables(folder_of(tmp_path, ratings="user,item,rating\n1,20,3\n1,3,4\n2,20,1\n"))
    assert dataset.catalog.items.ids.tolist() == [3, 20]
    assert dataset.catalog.title == ("3", "20")
    assert dataset.catalog.genres == ((), ())
    assert dataset.ratings.item_num.tolist() == [1, 0, 1]
    assert dataset.scale == RatingScale(1.0, 4.0)


def test_items_may_lack_all_but_their_id(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n", items="item\n5\n2\n")
    catalog = read_tables(tmp_path).catalog
    assert catalog.title == ("5", "2")
    assert catalog.genres == ((), ())


def test_a_title_tells_the_year_only_where_no_column_does(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n", items="id,title\n2,Dune (1984)\n")
    assert read_tables(tmp_path).catalog.year.tolist() == [1984]
    folder_of(tmp_path, items="id,title,year\n2,Dune (1984),\n")
    assert read_tables(tmp_path).catalog.year.tolist() == [0]


def test_a_rated_item_that_is_not_in_the_table_is_added_and_said(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n1,9,3\n", items="id,title\n2,Dune\n")
    dataset = read_tables(tmp_path)
    assert dataset.catalog.title == ("Dune", "9")
    assert "1 rated items are not in items.csv, such as 9; they are added" in dataset.source.notes


def test_a_rating_off_the_named_scale_names_its_line(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n1,9,11\n")
    with pytest.raises(InputError, match="line 3: rating is '11'"):
        read_tables(tmp_path, TableColumns(high=10))


def test_a_rating_off_the_written_scale_is_refused(tmp_path: Path):
    frame = pl.DataFrame({"user": [1], "item": [1], "rating": [7.0]})
    frame.write_parquet(tmp_path / "ratings.parquet", metadata={"cineblend.high": "5.0"})
    with pytest.raises(InputError, match=r"row 1: rating is '7.0'"):
        read_tables(tmp_path)


def test_nonsense_beside_the_columns_is_not_a_scale(tmp_path: Path):
    frame = pl.DataFrame({"user": [1], "item": [1], "rating": [7.0]})
    words = {"cineblend.high": "nan", "cineblend.low": "rm -rf"}
    frame.write_parquet(tmp_path / "ratings.parquet", metadata=words)
    assert read_tables(tmp_path).scale == RatingScale(7.0, 7.0)


def test_a_scale_that_starts_at_0_stays_so(tmp_path: Path):
    frame = pl.DataFrame({"user": [1], "item": [1], "rating": [7.0]})
    words = {"cineblend.low": "0.0", "cineblend.high": "10.0"}
    frame.write_parquet(tmp_path / "ratings.parquet", metadata=words)
    assert read_tables(tmp_path).scale == RatingScale(0.0, 10.0)


def test_tags_may_be_nobodys(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n", tags="item,tag\n2,dry\n")
    assert read_tables(tmp_path).tags.user_num.tolist() == [-1]
    folder_of(tmp_path, tags="user,item,tag\n,2,dry\n1,2,\n")
    tags = read_tables(tmp_path).tags
    assert tags.user_num.tolist() == [-1, 0]
    assert tags.text == ("dry", "")


def test_one_table_in_two_forms_is_refused(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n")
    pl.DataFrame({"user": [1]}).write_parquet(tmp_path / "ratings.parquet")
    with pytest.raises(InputError, match="has both"):
        read_tables(tmp_path)


def test_csv_and_parquet_may_be_mixed(tmp_path: Path):
    folder_of(tmp_path, ratings="user,item,rating\n1,2,3\n")
    pl.DataFrame({"id": [2], "title": ["Dune"], "genres": ["a|b"]}).write_parquet(tmp_path / "items.parquet")
    assert read_tables(tmp_path).catalog.genres == (("a", "b"),)


def test_no_tables_are_refused(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match=r"neither ratings.csv nor ratings.parquet"):
            read_tables(folder)


@given(datasets())
@settings(max_examples=10)
def test_a_user_without_ratings_does_not_come_back(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset
):
    one = dataset.ratings.take(dataset.ratings.user_num == 0)
    folder = tmp_path_factory.mktemp("tables")
    write_tables(replace(dataset, ratings=one), folder)
    assert read_tables(folder).users.ids.tolist() == dataset.users.ids[:1].tolist()
