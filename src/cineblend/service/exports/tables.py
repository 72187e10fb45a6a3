"""Tables: the text of an export as a header and lines, whatever its encoding, separator and first lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from cineblend.data.sniff import encoding_of
from cineblend.errors import UserError
from cineblend.service.exports.readers import Reader, reader_of
from cineblend.service.exports.usual import plain

_SEPARATORS = ",;\t|"
_HEADERS = 12
"""Lines in which the header is looked for."""
_LONGEST_CELL = 100_000
_MOST_COLUMNS = 200
_EXPECTED = (
    "an export of Letterboxd, IMDb, TMDB, Trakt, Simkl, Criticker, FilmAffinity, Netflix, MovieLens or \
cineblend, or a table with a title, or a number at IMDb or TMDB, and a rating"
)
_DEEPEST = 6
"""Levels of a JSON record that are looked into."""


@dataclass(frozen=True)
class Table:
    """A file of which the reader is known.

    Attributes:
        reader: what it means.
        header: names of columns as written.
        lines: each line's number and cells.
        above: the text above the header.
    """

    reader: Reader
    header: list[str]
    lines: list[tuple[int, list[str]]]
    above: str = ""


def table_of(content: bytes) -> Table:
    """Read delimited text.

    Raises:
        UserError: it is empty, not text, or no reader knows its columns.
    """
    text = _text(content)
    if not text.strip():
        raise UserError("the file is empty", expected="a file with a header and titles")
    lines = text.split("\n", _HEADERS)
    at, separator, reader = _header(lines[:_HEADERS])
    rows = _cells("\n".join(lines[at:]), separator)
    header = [name.strip() for name in rows[0]] if rows else []
    named = [plain(name) for name in header if name]
    if reader is None:
        _refuse(header)
    if len(set(named)) < len(named):
        twice = next(name for name in header if named.count(plain(name)) > 1)
        raise UserError(f"two columns are called {twice[:60]!r}", expected="a different name for each")
    return Table(reader, header, list(enumerate(rows[1:], at + 2)), " ".join(lines[:at]))


def records_of(said: Any) -> Table:
    """Read JSON records, such as Trakt's and Simkl's.

    Raises:
        UserError: no reader knows their names.
    """
    flat = [_flat(record) for record in _records(said)]
    header = list(dict.fromkeys(name for record in flat for name in record))
    if not flat:
        raise UserError("the file has no records", expected=_EXPECTED)
    reader = reader_of([plain(name) for name in header])
    if reader is None:
        _refuse(header)
    lines = [[record.get(name, "") for name in header] for record in flat]
    return Table(reader, header, list(enumerate(lines, 1)))


def parsed(content: bytes) -> Any:
    """JSON, or a list of what stands on each line.

    Raises:
        UserError: it is not JSON.
    """
    text = _text(content)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise UserError(
                f"the file is not valid JSON, line {error.lineno}", expected="the file as it was saved"
            ) from error
    except (ValueError, RecursionError) as error:
        raise UserError("the file is not valid JSON", expected="the file as it was saved") from error


def _text(content: bytes) -> str:
    encoding = encoding_of(content)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"byte {error.start} of the file is not {encoding.upper()}",
            expected="text, as the site exported it",
            remedy="export it again, or save it as CSV in UTF-8",
        ) from error
    if "\0" in text:
        raise UserError("the file holds zero bytes, so it is not text", expected="CSV, JSON or a zip of them")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _header(lines: list[str]) -> tuple[int, str, Reader | None]:
    """The line of the header, its separator and the file's reader."""
    for at, line in enumerate(lines):
        known: list[tuple[int, str, Reader]] = []
        for separator in _SEPARATORS:
            names = [plain(name) for name in _cells(line, separator)[0]] if line.strip() else []
            reader = reader_of(names)
            if reader is not None:
                known.append((len(names), separator, reader))
        if known:
            _, separator, reader = max(known, key=lambda one: one[0])
            return at, separator, reader
    first = next(at for at, line in enumerate([*lines, "-"]) if line.strip())
    return first, max(_SEPARATORS, key=lines[first].count) if first < len(lines) else ",", None


def _cells(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UserError(
            f"the file is not CSV: line {reader.line_num}: {error}", expected="CSV with a header"
        ) from error
    # The csv library's own limit is global to the process, and other code may raise it.
    for number, cells in enumerate(rows, 1):
        if max(map(len, cells), default=0) > _LONGEST_CELL:
            raise UserError(
                f"the file is not CSV: row {number} has a cell of more than {_LONGEST_CELL} characters",
                expected="CSV with a header",
                remedy="look for a quote that is not closed",
            )
    return rows


def _refuse(header: list[str]) -> NoReturn:
    if len(header) > _MOST_COLUMNS:
        raise UserError(f"the file has {len(header)} columns", expected=f"at most {_MOST_COLUMNS}")
    shown = ", ".join(name[:30] for name in header[:12]) + (", …" if len(header) > 12 else "")
    raise UserError(f"the columns are not those of a known export: {shown}", expected=_EXPECTED)


def _records(said: Any) -> Iterable[Mapping[str, Any]]:
    """The records of a list, or of an object's lists, such as Simkl's movies and shows."""
    if isinstance(said, dict):
        for name, inside in cast("dict[str, Any]", said).items():
            kind = {"shows": "show", "anime": "anime", "movies": "movie"}.get(name, "")
            for record in _records(inside) if isinstance(inside, list) else ():
                yield {"type": kind, **record} if kind else record
    elif isinstance(said, list):
        yield from (cast("Any", one) for one in cast("list[Any]", said) if isinstance(one, dict))


def _flat(record: Mapping[str, Any], depth: int = 0) -> dict[str, str]:
    """A record's values by name; a film's own come from the film inside it, its ids as ``imdb_id``."""
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            inside = _flat(cast("dict[str, Any]", value), depth + 1)
            if name == "ids":
                inside = {f"{site}_id": number for site, number in inside.items()}
            inside.pop("rating", None)  # the average
            if name in ("show", "season", "episode") and "movie" not in record:
                flat.setdefault("type", name)
            flat = {**inside, **flat}
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            flat[str(name)[:100]] = str(value)
    return flat
