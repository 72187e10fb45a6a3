"""Reading: an export's bytes as rows; the column names tell its kind."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cineblend.errors import UserError
from cineblend.matching.titles import readable, year_in
from cineblend.service.exports import own
from cineblend.service.exports.answers import Skipped
from cineblend.service.exports.rows import LARGEST, MOST_ROWS, Export, Kind, Row

_LONGEST_CELL = 100_000
_MOST_COLUMNS = 200
_LONGEST = 500
"""Characters kept of a title."""
_STARS = 5.0
"""The highest rating in ``Row.stars``."""
_NO_FILM = re.compile("series|episode|game|podcast|music")


class _NoRatingError(Exception):
    """A row to skip; holds the reason."""


Fields = Mapping[str, str]


def read(content: bytes) -> Export:
    """Read the ratings in a file.

    Args:
        content: CSV with a header, as Letterboxd, IMDb or MovieLens write it; or the JSON of our own export.

    Raises:
        UserError: it is too large, not UTF-8, not CSV, of an unknown kind, or of several people.
    """
    if len(content) <= LARGEST and own.is_ours(content):
        return own.read(content)
    header, lines = _table(content)
    kind, parse = _recognised(header)
    rows: list[Row] = []
    skipped: list[Skipped] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS:
            raise UserError(f"the file has more than {MOST_ROWS} rows", expected="one person's ratings")
        if len(cells) != len(header):
            skipped.append(Skipped(number, f"{len(cells)} columns where the header has {len(header)}"))
            continue
        try:
            rows.append(parse(number, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
        except _NoRatingError as reason:
            skipped.append(Skipped(number, str(reason)))
    return Export(kind, tuple(rows), tuple(skipped))


def _table(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header in lower case, and every row with its number."""
    if len(content) > LARGEST:
        raise UserError(
            f"the file has {len(content) / 2**20:.1f} MiB",
            expected=f"at most {LARGEST // 2**20} MiB of ratings",
        )
    if content[:4] == b"PK\x03\x04":
        raise UserError("this is a zip file", expected="a CSV file", remedy="unpack it, choose ratings.csv")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"line {line} is not UTF-8 text (byte 0x{content[error.start]:02x})",
            expected="a CSV file in UTF-8",
            remedy="use the export as downloaded, not saved again by a spreadsheet",
        ) from error
    if "\0" in text:
        raise UserError("the file holds zero bytes, so it is not text", expected="a CSV file in UTF-8")
    try:
        lines = list(enumerate(csv.reader(io.StringIO(text, newline=""), strict=False), 1))
    except csv.Error as error:
        raise UserError(f"the file is not CSV: {error}", expected="a CSV file in UTF-8") from error
    # The csv library's own limit is global to the process, and other code may raise it.
    for number, cells in lines:
        if max(map(len, cells), default=0) > _LONGEST_CELL:
            raise UserError(
                f"the file is not CSV: row {number} has a cell of more than {_LONGEST_CELL} characters",
                expected="a CSV file in UTF-8",
            )
    if not lines or not any(lines[0][1]):
        raise UserError("the file is empty", expected="a CSV file with a header and ratings")
    header = [name.strip().casefold() for name in lines[0][1]]
    if len(header) > _MOST_COLUMNS:
        raise UserError(f"the file has {len(header)} columns", expected=f"at most {_MOST_COLUMNS}")
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise UserError(f"two columns are called {twice[:60]!r}", expected="a different name for each")
    return header, lines[1:]


def _recognised(header: list[str]) -> tuple[Kind, Callable[[int, Fields], Row]]:
    names = set(header)
    if {"const", "your rating"} <= names:
        return "imdb", _imdb
    if "letterboxd uri" in names or {"name", "year", "rating"} <= names:
        if "rating" not in names:
            raise UserError(
                "this Letterboxd file has no column Rating, so it is a list of films, not of ratings",
                remedy="choose ratings.csv or diary.csv of the same export",
            )
        return "letterboxd", _letterboxd
    if "rating" in names and {"movieid", "movie_id"} & names:
        return "movielens", _OnePerson().movielens
    shown = ", ".join(name[:30] for name in header[:12]) + (", …" if len(header) > 12 else "")
    raise UserError(
        f"the columns are not those of a known export: {shown}",
        expected="Letterboxd's Name, Year, Rating, IMDb's Const, Your Rating or MovieLens' movieId, rating",
    )


def _letterboxd(number: int, fields: Fields) -> Row:
    title = fields.get("name", "")
    if not title:
        raise _NoRatingError("no title")
    stars = _stars(fields["rating"], _STARS)
    date = fields.get("watched date") or fields.get("date", "")
    return Row(number, title[:_LONGEST], _year(fields.get("year", "")), stars, _time(date))


def _imdb(number: int, fields: Fields) -> Row:
    kind = fields.get("title type", "").casefold()
    if _NO_FILM.search(kind):
        raise _NoRatingError(f"not a film: {kind[:40]}")
    const = fields["const"]
    num = int(const[2:]) if re.fullmatch(r"tt[0-9]{1,10}", const) else 0
    title = fields.get("title", "")
    if not (num or title):
        raise _NoRatingError("neither an IMDb number nor a title")
    stars = _stars(fields["your rating"], 10.0)
    return Row(
        number,
        title[:_LONGEST],
        _year(fields.get("year", "")),
        stars,
        _time(fields.get("date rated", "")),
        num,
    )


class _OnePerson:
    """Reads MovieLens rows and checks that all are one person's."""

    def __init__(self) -> None:
        self._user: str | None = None

    def movielens(self, number: int, fields: Fields) -> Row:
        """Read one row."""
        user = fields.get("userid", "")
        if self._user is not None and user != self._user:
            raise UserError(
                f"the file has the ratings of several people ({self._user[:20]} and {user[:20]})",
                expected="one person's ratings",
                remedy="keep only the lines of one userId",
            )
        self._user = user
        imdb = fields.get("imdb_id", "").removeprefix("tt")
        movie_id = fields.get("movieid") or fields.get("movie_id", "")
        if not (movie_id or imdb):
            raise _NoRatingError("no movie id")
        written = fields.get("title", "")
        return Row(
            number,
            readable(written)[:_LONGEST],
            year_in(written),
            _stars(fields["rating"], _STARS),
            _seconds(fields.get("timestamp", "")),
            int(imdb) if re.fullmatch("[0-9]{1,10}", imdb) else 0,
            movie_id[:40],
        )


def _stars(text: str, high: float) -> float:
    if not text:
        raise _NoRatingError("no rating")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and 0 < value <= high):
        raise _NoRatingError(f"the rating is {text[:20]!r}, not a number up to {high:g}")
    return value * _STARS / high


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch("(18|19|20|21)[0-9]{2}", text) else None


def _time(date: str) -> int:
    try:
        return max(int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()), 0)
    except ValueError:
        return 0


def _seconds(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,11}", text) else 0
