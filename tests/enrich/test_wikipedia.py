from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cineblend.data.catalog import Catalog
from cineblend.enrich.source import FilmTable, Setting
from cineblend.enrich.wikipedia import cast_of, read
from cineblend.errors import InputError
from cineblend.ids import Vocabulary

HEAT = {
    "title": "Heat",
    "year": 1995,
    "cast": ["Al Pacino", ")", "Robert De Niro", "Robert Downey, Jr.", "and"],
    "genres": ["Crime", "Noir"],
    "href": "Heat_(1995_film)",
    "extract": "Heat is a 1995 American crime film written and directed by Michael Mann.",
}
EMPTY = Catalog(Vocabulary(np.zeros(0, np.int64)), (), np.zeros(0, np.int32), ())


def films(folder: Path, rows: Any) -> FilmTable:
    (folder / "movies-1990s.json").write_text(json.dumps(rows))
    return read(folder, EMPTY, Setting())


def test_a_film_as_published(tmp_path: Path):
    table = films(tmp_path, [HEAT])
    assert (table.films[0].title, table.films[0].year, table.pages[0]) == ("Heat", 1995, "Heat (1995 film)")
    content = table.content([0])
    item = content.of(0)
    assert item.texts == {"overview": HEAT["extract"]}
    assert item.people == {
        "director": ("Michael Mann",),
        "writer": ("Michael Mann",),
        "cast": ("Al Pacino", "Robert De Niro", "Robert Downey Jr."),
    }
    assert (item.countries, item.keywords) == (("United States",), ("noir",))
    assert item.pages == {"wikipedia-films": "Heat (1995 film)"}
    assert item.origins is not None
    assert set(item.origins.values()) == {"wikipedia-films"}
    assert "CC BY-SA 4.0" in content.origins[0].licence


def test_content_is_made_in_the_order_asked_for(tmp_path: Path):
    table = films(tmp_path, [HEAT, {**HEAT, "title": "Ran", "extract": "Ran is a film."}])
    assert table.content([1, 0]).text("overview") == ["Ran is a film.", HEAT["extract"]]
    assert len(table.content([])) == 0


def test_the_text_says_the_year_of_its_film(tmp_path: Path):
    later = {**HEAT, "title": "Miracle", "year": 1994, "extract": "Miracle is a 1947 American film."}
    assert films(tmp_path, [later]).films[0].year == 1947


def test_an_article_about_something_else_gives_no_text(tmp_path: Path):
    novel = {**HEAT, "extract": "Moll Flanders is a novel by Daniel Defoe, first published in 1722."}
    table = films(tmp_path, [novel])
    item = table.content([0]).of(0)
    assert (item.texts, item.people["cast"][0], table.pages[0]) == ({}, "Al Pacino", "")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"title": None, "year": "x"},
        {"title": "A", "year": 10**30, "cast": "B", "genres": None, "href": 5, "extract": ["x"]},
        {"title": "\0" * 5 + "A" * (1 << 20), "cast": [None, 7, {}, "\0"], "extract": "x" * (1 << 20)},
    ],
)
def test_odd_rows_are_read(tmp_path: Path, row: Any):
    table = films(tmp_path, [HEAT, row])
    content = table.content(range(len(table.films)))
    assert len(content) == len(table.films) >= 1
    assert all("\0" not in text and len(text) <= 20_000 for text in content.text("overview"))


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", "[" * 100_000, '"x"'])
def test_what_is_not_a_list_of_films_is_refused(tmp_path: Path, text: str):
    (tmp_path / "movies-1990s.json").write_text(text)
    with pytest.raises(InputError, match=r"movies-1990s\.json"):
        read(tmp_path, EMPTY, Setting())


def test_an_empty_folder_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="movies-"):
        read(tmp_path, EMPTY, Setting())


def test_junk_in_a_cast_is_dropped():
    said = ["(", "[a]", "John Smith (voice)", "Sr.", "?", "U2", "John Smith", "x" * 90, ") Jane Doe"]
    assert cast_of(said) == ["John Smith", "U2", "Jane Doe"]
