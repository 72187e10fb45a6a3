"""Links: IMDb's and TMDB's numbers from MovieLens's file, from own tables, or from nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.data.links import read_links
from cineblend.data.load import load
from cineblend.errors import InputError
from small_data import write_csv_release


def linked(folder: Path, **files: str) -> tuple[list[int], list[int], list[str]]:
    found = read_links(load(str(write_csv_release(folder, **files))))
    return found.imdb_id.tolist(), found.tmdb_id.tolist(), list(found.sha256)


def test_movielens_has_a_file_of_them(tmp_path: Path) -> None:
    links = "movieId,imdbId,tmdbId\r\n10,0114709,862\r\n30,0113101,\r\n999,0000001,1\r\n"
    # films stand as in movies.csv: 30, 10, 20
    assert linked(tmp_path, links=links) == ([113101, 114709, 0], [0, 862, 0], ["links.csv"])


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert linked(tmp_path) == ([0, 0, 0], [0, 0, 0], [])


def test_own_tables_may_have_them_beside_titles(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,b,3\n1,a,4\n")
    (tmp_path / "items.csv").write_text("item,title,imdb_id\na,A,tt0114709\nb,B,\n")
    from cineblend.data.table_columns import TableColumns

    found = read_links(load(str(tmp_path), TableColumns(ids="text")))
    assert found.imdb_id.tolist() == [114709, 0]


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ("movieId,imdbId,tmdbId\n10,x114709,862\n", r"line 2: imdbId is 'x114709'"),
        ("movieId,imdbId,tmdbId\n10,1,862\n10,2,862\n", r"line 2: imdb_id is 1, and another line says 2"),
    ],
)
def test_a_wrong_number_is_named_by_its_line(tmp_path: Path, links: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        linked(tmp_path, links=links)


def test_a_made_world_has_none() -> None:
    assert not read_links(load("sample")).imdb_id.any()
