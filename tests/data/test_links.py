"""IMDb's and TMDB's numbers from MovieLens's file, from own tables, or from nowhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cineblend.data.catalog import Catalog, Links
from cineblend.data.catalog_folder import read_catalogue
from cineblend.data.load import load
from cineblend.data.split import cold_items
from cineblend.data.table_columns import TableColumns
from cineblend.data.tables import write_tables
from cineblend.errors import InputError
from cineblend.ids import Vocabulary
from small_data import write_csv_release


def linked(folder: Path, **files: str) -> tuple[list[int], list[int], list[str]]:
    dataset = load(str(write_csv_release(folder, **files)))
    links, read = (
        dataset.catalog.links,
        set(dataset.source.sha256) - {"ratings.csv", "movies.csv", "tags.csv"},
    )
    return links.imdb_id.tolist(), links.tmdb_id.tolist(), sorted(read)


def test_movielens_has_a_file_of_them(tmp_path: Path) -> None:
    links = "movieId,imdbId,tmdbId\r\n10,0114709,862\r\n30,0113101,\r\n999,0000001,1\r\n"
    # films stand as in movies.csv: 30, 10, 20
    assert linked(tmp_path, links=links) == ([113101, 114709, 0], [0, 862, 0], ["links.csv"])


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert linked(tmp_path) == ([0, 0, 0], [0, 0, 0], [])


def test_own_tables_may_have_them_beside_titles(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,b,3\n1,a,4\n")
    (tmp_path / "items.csv").write_text("item,title,imdb_id\na,A,tt0114709\nb,B,\n")
    dataset = load(str(tmp_path), TableColumns(ids="text"))
    assert dataset.catalog.links.imdb_id.tolist() == [114709, 0]


def test_own_tables_are_read_by_their_own_columns(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user;film;rating\n1;1;3\n1;2;4\n")
    (tmp_path / "items.csv").write_text('"item";"film";"title";"tmdb_id"\n2;1;A;862\n1;2;B;863\n')
    dataset = load(str(tmp_path), TableColumns(item="film", item_id="film", separator=";"))
    assert dataset.catalog.items.ids.tolist() == [1, 2]
    assert dataset.catalog.links.tmdb_id.tolist() == [862, 863]


def test_a_column_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,1,3\n")
    (tmp_path / "items.csv").write_text("item,title,imdb,tmdb\n1,A,7.5,8.1\n")
    assert not load(str(tmp_path)).catalog.links.imdb_id.any()


@pytest.mark.parametrize("unknown", ["", "nan", "NULL", r"\N"])
def test_a_number_may_be_missing_as_other_tools_write_it(tmp_path: Path, unknown: str) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,1,3\n1,2,3\n")
    (tmp_path / "items.csv").write_text(f"item,title,tmdb_id\n1,A,862.0\n2,B,{unknown}\n")
    assert load(str(tmp_path)).catalog.links.tmdb_id.tolist() == [862, 0]


def test_written_tables_keep_them(tmp_path: Path) -> None:
    links = "movieId,imdbId,tmdbId\n10,0114709,862\n"
    dataset = load(str(write_csv_release(tmp_path / "release", links=links)))
    write_tables(dataset, tmp_path / "own")
    again = load(str(tmp_path / "own")).catalog.links
    assert again.imdb_id.tolist() == dataset.catalog.links.imdb_id.tolist() == [0, 114709, 0]
    assert again.tmdb_id.tolist() == dataset.catalog.links.tmdb_id.tolist() == [0, 862, 0]


def test_a_split_keeps_them(tmp_path: Path) -> None:
    dataset = load(str(write_csv_release(tmp_path, links="movieId,imdbId,tmdbId\n10,1,862\n")))
    assert cold_items(dataset, 0.5, 0).train.catalog.links is dataset.catalog.links


def test_another_engine_reads_them_with_the_catalogue(tmp_path: Path) -> None:
    found = read_catalogue(str(write_csv_release(tmp_path, links="movieId,imdbId,tmdbId\n10,1,862\n")))
    assert found.catalog is not None
    assert found.catalog.links.tmdb_id.tolist() == [0, 862, 0]
    assert "links.csv" in found.source.sha256


def test_as_many_as_items() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Catalog(Vocabulary(np.arange(2)), ("", ""), np.zeros(2, np.int32), ((), ()), Links.none(3))


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ("movieId,imdbId,tmdbId\n10,x114709,862\n", r"line 2: imdbId is 'x114709'"),
        ("movieId,imdbId,tmdbId\n10,1,862\n10,2,862\n", r"line 2: imdb_id is 1, but another row has 2"),
        ("movieId,imdbId,tmdbId\n10,1,-862\n", r"line 2: tmdbId is '?-862"),
    ],
)
def test_a_wrong_number_is_named_by_its_line(tmp_path: Path, links: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        linked(tmp_path, links=links)


def test_a_made_world_has_none() -> None:
    catalog = load("sample").catalog
    assert catalog.links.tmdb_id.tolist() == [0] * len(catalog)
