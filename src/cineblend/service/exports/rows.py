"""Rows: the films of an export, however they were written."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cineblend.errors import DataNotFoundError, UserError
from cineblend.service.exports.answers import Column, Kind, ListKind, Skipped

LARGEST = 16 * 2**20
"""Largest file in bytes: some 100,000 ratings, several times one person's."""
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Row:
    """One film of an export.

    Attributes:
        row: its line in the file, the first being 1; a title with a line break counts as one line.
        title: as written, without the year.
        year: None if missing.
        stars: from 0 to 5; None without a rating.
        rated_at: seconds since 1970; 0 where unknown.
        imdb_num, tmdb_num: numbers at IMDb and TMDB, 0 where unknown.
        movie_id: the item id as written, "" where unknown.
        rating: on the model's own scale; None where ``stars`` says it.
        aliases: other titles.
        lists: what the file says of the film beside its rating.
        file: the file within an archive; "" for a single file.
    """

    row: int
    title: str
    year: int | None
    stars: float | None
    rated_at: int = 0
    imdb_num: int = 0
    movie_id: str = ""
    rating: float | None = None
    tmdb_num: int = 0
    aliases: tuple[str, ...] = ()
    lists: tuple[ListKind, ...] = ()
    file: str = ""

    @property
    def named(self) -> str:
        """The title, or the number where there is none."""
        imdb = f"tt{self.imdb_num:07}" if self.imdb_num else ""
        return self.title or imdb or self.movie_id or f"TMDB {self.tmdb_num}"

    @property
    def key(self) -> tuple[object, ...]:
        """What is the same for every row of one film in one person's files."""
        return self.title.casefold(), self.year, self.imdb_num, self.tmdb_num, self.movie_id


@dataclass(frozen=True)
class Export:
    """A file's content.

    Attributes:
        kind: the site that it comes from.
        rows: its films, in order.
        skipped: rows without a film, or with something wrong, and the reason.
        watchlist, hidden, owned: item ids as written, of our own export.
        scale: the scale of its ratings in words; "" without ratings.
        columns: what each column was taken for.
        notes: what else a reader should know.
    """

    kind: Kind
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    watchlist: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    scale: str = ""
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()


class SkipRow(Exception):  # noqa: N818 (not an error)
    """A row to leave out.

    Args:
        reason: why.
        what: "series" or "episode" where that is the reason.
    """

    def __init__(self, reason: str, what: Literal["", "series", "episode"] = "") -> None:
        super().__init__(reason)
        self.what: Literal["", "series", "episode"] = what


def read_file(path: Path) -> bytes:
    """The content of a file or pipe; "-" is the standard input. Reads little more than ``LARGEST``.

    Raises:
        UserError: it cannot be read.
    """
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise DataNotFoundError(f"there is no file {path}", expected="an export of ratings") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", expected="a readable file") from error
