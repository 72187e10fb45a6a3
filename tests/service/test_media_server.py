"""Media servers' files: numbers of a film, what is a library, names of folders, and texts that take long."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import suppress
from typing import Any

import pytest

from cineblend.errors import UserError
from cineblend.service.exports.media_server import films_in, is_library

JELLYFIN = {"Name": "Heat", "Type": "Movie", "Id": "a1", "ProviderIds": {"Imdb": "tt0113277", "Tmdb": "949"}}
PLEX = {"type": "movie", "title": "Heat", "Guid": [{"id": "imdb://tt0113277"}, {"id": "tmdb://949"}]}
NFO = '<movie><uniqueid type="imdb">tt0113277</uniqueid><uniqueid type="tmdb">949</uniqueid></movie>'


@pytest.mark.parametrize(
    "content", [json.dumps([JELLYFIN]), json.dumps({"MediaContainer": {"Metadata": [PLEX]}}), NFO]
)
def test_both_numbers_of_a_film_are_read(content: str) -> None:
    [film] = films_in(content.encode())
    assert (film.imdb_id, film.tmdb_id) == (113277, 949)


@pytest.mark.parametrize(
    ("said", "library"),
    [
        ([JELLYFIN], True),
        ({"Items": [JELLYFIN]}, True),
        ({"MediaContainer": {}}, True),
        ([{"Name": "Heat", "Type": "Movie", "Year": 1995, "Rating": 4}], False),
        ([{"Name": "Heat", "Type": "Movie", "Id": 7, "Rating": 4}], False),
        ([{"Name": "Heat", "Year": 1995}], False),
        (["Heat"], False),
        ([], False),
    ],
)
def test_a_table_of_ratings_is_no_library(said: Any, library: bool) -> None:
    assert is_library(said) == library


def test_a_folder_may_have_a_colon() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("Alien: Covenant (2017)/movie.nfo", "<movie><title>Alien: Covenant</title></movie>")
    assert [film.title for film in films_in(held.getvalue())] == ["Alien: Covenant"]


@pytest.mark.parametrize("part", [b'type="tmdb"', b"<title>", b"<year>", b"<tmdbid>", b"imdb.com/title/tt"])
def test_the_time_does_not_grow_with_the_square_of_a_repeated_beginning(part: bytes) -> None:
    start = time.process_time()
    with suppress(UserError):
        films_in(b"<movie>" + part * 100_000)
    assert time.process_time() - start < 30  # one of quadratic cost takes minutes
