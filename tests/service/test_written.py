"""Lists as files: each form is read back, by our own reader too, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.errors import UserError
from cineblend.service.answers import Item
from cineblend.service.written import ENDINGS, form_of, written

FILM = Item(1, "Heat", 1995, ("Crime",), 9, 4.0, "tt0113277", 949, "/posters/1.svg", ("Michael Mann",), 170)
FILMS = [
    FILM,
    replace(FILM, item_id=2, title='=1+1, "quoted"', year=None, imdb_id=None, tmdb_id=None, creators=()),
]


def test_letterboxd_gets_titles_and_numbers():
    rows = list(csv.DictReader(io.StringIO(written(FILMS, "letterboxd"))))
    heat = {
        "Title": "Heat", "Year": "1995", "imdbID": "tt0113277", "tmdbID": "949", "Directors": "Michael Mann"
    }  # fmt: skip
    assert rows[0] == heat
    assert rows[1] == {**dict.fromkeys(heat, ""), "Title": '\'=1+1, "quoted"'}


def test_imdb_gets_only_films_that_it_numbers():
    assert written(FILMS, "imdb") == "Position,Const,Title,Year\r\n1,tt0113277,Heat,1995\r\n"


def test_json_and_text_have_every_film():
    assert [one["title"] for one in json.loads(written(FILMS, "json"))] == ["Heat", '=1+1, "quoted"']
    assert written(FILMS, "text") == '1. Heat (1995)\n2. =1+1, "quoted"\n'
    assert written([], "text") == ""


def test_the_ending_says_the_form():
    assert {ending: form_of(Path(f"list{ending.upper()}")) for ending in ENDINGS} == ENDINGS
    with pytest.raises(UserError, match="no ending"):
        form_of(Path("list.xls"))
