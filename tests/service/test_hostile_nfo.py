"""Texts of .nfo files that are made to take long."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from cineblend.errors import UserError
from cineblend.service.exports.media_server import films_in


@pytest.mark.parametrize("part", [b'type="tmdb"', b"<title>", b"<year>", b"<tmdbid>", b"imdb.com/title/tt"])
def test_the_time_does_not_grow_with_the_square_of_a_repeated_beginning(part: bytes) -> None:
    start = time.process_time()
    with suppress(UserError):
        films_in(b"<movie>" + part * 100_000)
    assert time.process_time() - start < 30  # one of quadratic cost takes minutes
