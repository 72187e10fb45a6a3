from __future__ import annotations

import json
from pathlib import Path

import pytest

from cineblend.data.cells import parsed
from cineblend.enrich.source import FilmTable, Setting
from cineblend.enrich.tmdb_files import read
from cineblend.errors import InputError
from enrich_catalogues import catalogue, csv_text

CREW = [
    {"job": "Director", "name": "Michael Mann"},
    {"job": "Screenplay", "name": "Michael Mann"},
    {"job": "Editor", "name": "X"},
]
CAST = [{"name": "Robert De Niro", "order": 1}, {"name": "Al Pacino", "order": 0}]


def kaggle_5000(folder: Path) -> Path:
    """The layout of tmdb_5000_*."""
    header = (
        "genres,id,keywords,original_language,original_title,overview,production_countries,release_date,runtime,"
        "spoken_languages,title"
    )
    row = (
        "[]",
        "949",
        json.dumps([{"id": 1, "name": "heist"}]),
        "en",
        "Heat",
        "A crew of thieves,\nand a detective.",
        json.dumps([{"iso_3166_1": "US", "name": "United States of America"}]),
        "1995-12-15",
        "170.0",
        json.dumps([{"iso_639_1": "es", "name": "Español"}]),
        "Heat",
    )
    (folder / "tmdb_5000_movies.csv").write_text(csv_text(header.split(","), row))
    credit = ("949", "Heat", json.dumps(CAST), json.dumps(CREW))
    (folder / "tmdb_5000_credits.csv").write_text(csv_text(("movie_id", "title", "cast", "crew"), credit))
    return folder


def movies_metadata(folder: Path) -> Path:
    """The layout of movies_metadata, whose cells are Python literals."""
    header = (
        "adult",
        "id",
        "imdb_id",
        "original_language",
        "original_title",
        "overview",
        "production_countries",
        "release_date",
        "runtime",
        "spoken_languages",
        "title",
    )
    heat = (
        *("False", "949", "tt0113277", "en", "Heat", "A crew of thieves, and a detective."),
        "[{'iso_3166_1': 'US', 'name': \"United States of America\"}]",
        *("1995-12-15", "170.0", "[{'iso_639_1': 'es', 'name': 'Español'}]", "Heat"),
    )
    broken = (" - Written by Somebody", "0.065736", "/ff9qCepilowshEtG2GYWwzt2bs4.jpg")
    (folder / "movies_metadata.csv").write_text(csv_text(header, heat, broken))
    (folder / "credits.csv").write_text(csv_text(("cast", "crew", "id"), (repr(CAST), repr(CREW), "949")))
    (folder / "keywords.csv").write_text(
        csv_text(("id", "keywords"), ("949", "[{'id': 1, 'name': 'heist'}]"))
    )
    return folder


@pytest.mark.parametrize("layout", [kaggle_5000, movies_metadata])
def test_both_layouts(tmp_path: Path, layout):
    table: FilmTable = read(layout(tmp_path), catalogue(), Setting())
    assert len(table.films) == 1
    assert (table.films[0].title, table.films[0].year, table.films[0].tmdb_id) == ("Heat", 1995, 949)
    item = table.content([0]).of(0)
    assert item.texts == {"overview": "A crew of thieves, and a detective."}
    assert item.people == {
        "director": ("Michael Mann",),
        "writer": ("Michael Mann",),
        "cast": ("Al Pacino", "Robert De Niro"),
    }
    assert (item.keywords, item.countries, item.languages, item.runtime) == (
        ("heist",),
        ("United States",),
        ("Spanish",),
        170,
    )
    assert item.pages == {"tmdb-files": "949"}


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "null",
        "__import__('os').system('false')",
        "[" * 10_000,
        "{'a': 1",
        "[{'name': None}, 7, {'name': 'x'}]",
        '{"name": 5}',
        "x" * (1 << 20),
    ],
)
def test_hostile_cells(tmp_path: Path, cell: str):
    row = ("949", "Heat", "1995-01-01", cell, cell, cell)
    (tmp_path / "movies_metadata.csv").write_text(
        csv_text(("id", "title", "release_date", "spoken_languages", "production_countries", "runtime"), row)
    )
    (tmp_path / "credits.csv").write_text(csv_text(("id", "cast", "crew"), ("949", cell, cell)))
    item = read(tmp_path, catalogue(), Setting()).content([0]).of(0)
    assert item.people.get("director", ()) == ()
    assert item.runtime is None


def test_no_cell_is_run():
    assert parsed("open('x')") is None
    assert parsed("[1, 2 + 3j]") == [1, 2 + 3j]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0\0"])
def test_another_table_is_refused(tmp_path: Path, text: str):
    (tmp_path / "movies_metadata.csv").write_text(text)
    with pytest.raises(InputError, match=r"movies_metadata\.csv"):
        read(tmp_path, catalogue(), Setting())


def test_a_folder_without_tables_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="neither"):
        read(tmp_path, catalogue(), Setting())
