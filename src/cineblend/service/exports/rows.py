"""Rows: the ratings of an export, however they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.service.exports.answers import Skipped

Kind = Literal["letterboxd", "imdb", "movielens", "cineblend"]

LARGEST = 16 * 2**20
"""Largest file in bytes: some 100,000 ratings, several times one person's."""
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Row:
    """One rating of an export.

    Attributes:
        row: its line number in the file, the header being 1; a title with a line break counts as one line.
        title: as written, without the year.
        year: None if missing.
        stars: from 0.5 to 5.
        rated_at: seconds since 1970; 0 where unknown.
        imdb_num: IMDb's number, 0 where unknown.
        movie_id: the item id as written, "" where unknown.
        rating: on the model's own scale; None where ``stars`` says it.
    """

    row: int
    title: str
    year: int | None
    stars: float
    rated_at: int = 0
    imdb_num: int = 0
    movie_id: str = ""
    rating: float | None = None


@dataclass(frozen=True)
class Export:
    """A file's content.

    Attributes:
        kind: the site that it comes from.
        rows: its ratings, in order.
        skipped: rows without a rating of a film, with the reason.
        watchlist, hidden: item ids as written, of our own export.
    """

    kind: Kind
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    watchlist: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
