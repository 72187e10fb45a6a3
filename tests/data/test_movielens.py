from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cineblend.data.dataset import Dataset, RatingScale
from cineblend.data.items import year_of_title
from cineblend.data.movielens import read_movielens
from cineblend.data.tables import read_tables
from cineblend.errors import InputError
from small_data import MOVIES, RATINGS, TAGS, write_csv_release


def read(folder: Path, **files: str) -> Dataset:
    return read_movielens(write_csv_release(folder, **files), "ml-25m")


def test_users_ascend_and_films_and_ratings_keep_their_files_order(tmp_path: Path):
    dataset = read(tmp_path)
    np.testing.assert_array_equal(dataset.users.ids, [3, 7])
    np.testing.assert_array_equal(dataset.catalog.items.ids, [30, 10, 20])
    np.testing.assert_array_equal(dataset.ratings.user_num, [1, 1, 0])
    np.testing.assert_array_equal(dataset.ratings.item_num, [1, 0, 1])
    np.testing.assert_array_equal(dataset.ratings.value, np.array([4.0, 0.5, 5.0], np.float32))
    np.testing.assert_array_equal(dataset.ratings.timestamp, [100, 200, 300])
    assert dataset.scale == RatingScale(0.5, 5.0)


def test_films_have_title_year_and_genres(tmp_path: Path):
    catalog = read(tmp_path).catalog
    assert catalog.title == ("Misérables, Les (1995)", "Toy Story (1995)", "Nobody Rated It")
    assert catalog.genres == (("Drama", "War"), ("Animation",), ())
    np.testing.assert_array_equal(catalog.year, [1995, 1995, 0])


def test_tags_keep_their_order_and_a_tagger_without_ratings_is_nobody(tmp_path: Path):
    tags = read(tmp_path).tags
    assert tags.text == ("so, so", "sad")
    np.testing.assert_array_equal(tags.user_num, [0, -1])
    np.testing.assert_array_equal(tags.item_num, [1, 0])
    assert not tags.held_out.any()


def test_line_ends_do_not_matter(tmp_path: Path):
    unix = {"ratings": RATINGS, "movies": MOVIES, "tags": TAGS}
    unix = {name: text.replace("\r\n", "\n") for name, text in unix.items()}
    ours, theirs = read(tmp_path / "unix", **unix), read(tmp_path / "dos")
    assert ours.ratings.fingerprint() == theirs.ratings.fingerprint()
    assert ours.catalog.title == theirs.catalog.title
    assert ours.catalog.genres == theirs.catalog.genres
    assert ours.tags.text == theirs.tags.text


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Toy Story (1995)", 1995),
        ("Toy Story (1995)  ", 1995),
        ("Death Note (2006–2007)", 2006),
        ("Fawlty Towers (1975-1979)", 1975),
        ("Still Running (2010– )", 2010),
        ("Seven (a.k.a. Se7en) (1995)", 1995),
        ("(500) Days", 0),
        ("2001", 0),
        ("1984 (Nineteen Eighty-Four)", 0),
        ("(1999) Afterwards", 0),
        ("Babylon 5", 0),
        ("", 0),
    ],
)
def test_the_year_is_the_one_that_ends_the_title(title: str, year: int):
    assert pl.DataFrame({"t": [title]}).select(year_of_title(pl.col("t"))).item() == year


@pytest.mark.parametrize(
    ("name", "text", "line", "problem"),
    [
        ("ratings", RATINGS + "7,99,4.0,1\r\n", 5, "item 99 is not in"),
        ("tags", TAGS + "7,99,hm,1\r\n", 4, "item 99 is not in"),
        ("ratings", RATINGS + "7,10,1.0,400\r\n", 5, "rates item 10 twice; the first rating is in line 2"),
        ("movies", MOVIES + "30,Again,Drama\r\n", 5, "item 30 occurs twice; it is also in line 2"),
        ("ratings", RATINGS + "7,20,5.5,400\r\n", 5, "rating is '5.5'"),
        ("ratings", RATINGS + "7,20,4.0\r\n", 5, "the row has 3 values"),
        ("ratings", RATINGS + "7,20", 5, "the row has 2 values"),
        ("movies", MOVIES + "40,No Genres", 5, "the row has 2 values"),
        ("ratings", "userId,movieId,rating,timestamp\n", None, "has no ratings"),
        ("ratings", "", None, "is empty"),
        ("movies", "movieId,title,genres\n", None, "has no items"),
        ("movies", "movieId,name,genres\n1,a,b\n", None, "no column 'title'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, line: int | None, problem: str
):
    with pytest.raises(InputError) as caught:
        read(tmp_path, **{name: text})
    assert caught.value.path == tmp_path / f"{name}.csv"
    assert caught.value.line == line
    assert problem in str(caught.value)


def test_the_earliest_of_several_repeats_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"line 5: user 3 rates item 10 twice.* line 4"):
        read(tmp_path, ratings=RATINGS + "3,10,1.0,1\r\n7,10,1.0,1\r\n7,30,1.0,1\r\n")


def test_a_missing_file_is_named(tmp_path: Path):
    write_csv_release(tmp_path)
    (tmp_path / "tags.csv").unlink()
    with pytest.raises(InputError, match=r"tags.csv: no such file"):
        read_movielens(tmp_path, "ml-25m")


def test_no_tags_are_fine(tmp_path: Path):
    assert len(read(tmp_path, tags="userId,movieId,tag,timestamp\r\n").tags) == 0


def test_ml_100k_is_read(tmp_path: Path):
    (tmp_path / "u.data").write_text("196\t2\t3\t881250949\n186\t1\t5\t891717742\n")
    flags = "|0|1|0|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0"
    none = "|1" + "|0" * 18
    items = f"1|Café (1995)|01-Jan-1995||http://x{flags}\n2|unknown||||{none[1:]}\n"
    (tmp_path / "u.item").write_bytes(items.encode("latin-1"))
    dataset = read_movielens(tmp_path, "ml-100k")
    assert dataset.catalog.title == ("Café (1995)", "unknown")
    assert dataset.catalog.genres == (("Action", "Drama"), ())
    np.testing.assert_array_equal(dataset.catalog.year, [1995, 0])
    np.testing.assert_array_equal(dataset.users.ids, [186, 196])
    np.testing.assert_array_equal(dataset.ratings.value, np.array([3, 5], np.float32))
    assert dataset.scale == RatingScale(1.0, 5.0)


def test_ml_1m_is_read(tmp_path: Path):
    (tmp_path / "ratings.dat").write_text("1::1193::5::978300760\n2::1::1::978302109\n")
    movies = "1::Toy Story: It's (1995)::Animation|Children's\n1193::Misérables, Les (1975)::Drama\n"
    (tmp_path / "movies.dat").write_bytes(movies.encode("latin-1"))
    dataset = read_movielens(tmp_path, "ml-1m")
    assert dataset.catalog.title[1] == "Misérables, Les (1975)"
    assert dataset.catalog.genres[0] == ("Animation", "Children's")
    assert len(dataset.tags) == 0
    np.testing.assert_array_equal(dataset.ratings.item_num, [1, 0])


def test_movietweetings_is_read(tmp_path: Path):
    (tmp_path / "ratings.dat").write_text("2::0104257::8::1364690142\n1::1074638::0::1365029107\n")
    movies = "0104257::Réservé (1992)::Crime|Drama\n1074638::Skyfall (2012)::\n"
    (tmp_path / "movies.dat").write_text(movies, "utf-8")
    dataset = read_movielens(tmp_path, "movietweetings-100k")
    np.testing.assert_array_equal(dataset.catalog.items.ids, [104257, 1074638])
    assert dataset.catalog.title == ("Réservé (1992)", "Skyfall (2012)")
    assert dataset.catalog.genres == (("Crime", "Drama"), ())
    np.testing.assert_array_equal(dataset.ratings.user_num, [1, 0])
    np.testing.assert_array_equal(dataset.ratings.value, np.array([8, 0], np.float32))
    assert dataset.scale == RatingScale(0.0, 10.0)
    assert "MIT" in dataset.source.licence
    assert "CrowdRec" in dataset.source.citation


def test_half_stars_are_not_on_ml_1ms_scale(tmp_path: Path):
    (tmp_path / "ratings.dat").write_text("1::1::0.5::978300760\n")
    (tmp_path / "movies.dat").write_text("1::Toy Story (1995)::Animation\n")
    with pytest.raises(InputError, match=r"line 1: rating is '0.5'"):
        read_movielens(tmp_path, "ml-1m")


def test_the_terms_go_along(tmp_path: Path):
    source = read(tmp_path).source
    assert "research use only" in source.licence
    assert "10.1145/2827872" in source.citation
    assert set(source.sha256) == {"ratings.csv", "movies.csv", "tags.csv"}
    assert source.verified is None
    assert source.caution == ""


def test_a_file_that_is_not_the_published_one_is_told(tmp_path: Path):
    source = read_movielens(write_csv_release(tmp_path), "ml-latest-small").source
    assert source.verified is False
    assert "development" in source.caution


def test_a_folder_of_any_name_may_be_laid_out_like_movielens(tmp_path: Path):
    source = read_tables(write_csv_release(tmp_path / "mine")).source
    assert source.name == "mine"
    assert source.verified is None
    assert source.taken[0] == "laid out like MovieLens"
    assert "research use only" in source.licence


@pytest.mark.real_data
def test_the_real_ml_latest_small_is_what_was_published(ml_latest_small_dir: Path):
    dataset = read_movielens(ml_latest_small_dir, "ml-latest-small")
    assert dataset.source.verified is True
    assert len(dataset.ratings) == 100_836
    assert dataset.n_users == 610
    assert dataset.n_items == 9_742
    assert np.count_nonzero(dataset.ratings.item_counts) == 9_724
    assert len(dataset.tags) == 3_683
    assert np.count_nonzero(dataset.catalog.year == 0) == 12
    assert sum(not genres for genres in dataset.catalog.genres) == 34


@pytest.mark.real_data
def test_the_real_ml_latest_small_is_read_within_a_second(ml_latest_small_dir: Path):
    seconds: list[float] = []
    for _ in range(3):
        start = time.perf_counter()
        read_movielens(ml_latest_small_dir, "ml-latest-small")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1.0


@pytest.mark.real_data
def test_the_real_movietweetings_is_a_timeline_of_people_with_few_ratings(ml_latest_small_dir: Path):
    folder = ml_latest_small_dir.parent / "movietweetings-100k"
    if not folder.is_dir():
        pytest.skip("movietweetings-100k is not beside ml-latest-small")  # its own download, by hand
    dataset = read_movielens(folder, "movietweetings-100k")
    assert (dataset.n_users, dataset.n_items, len(dataset.ratings)) == (16_554, 10_506, 100_000)
    assert np.median(dataset.ratings.user_counts) == 2
    assert (dataset.catalog.year > 0).all()
    assert dataset.catalog.title[0] == "Fantômas - À l'ombre de la guillotine (1913)"
