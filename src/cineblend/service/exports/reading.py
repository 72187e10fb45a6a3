"""Reading: an export's bytes as rows, whichever site and program wrote them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cineblend.data.unpack import contents
from cineblend.errors import UserError
from cineblend.matching.titles import readable, year_in
from cineblend.service.exports import own, values
from cineblend.service.exports.answers import Column, ListKind, Skipped
from cineblend.service.exports.archive import joined, left_out
from cineblend.service.exports.media_server import (
    MOST_FILES,
    films_in,
    films_in_nfos,
    is_library,
    is_nfo,
    library_of,
)
from cineblend.service.exports.readers import NAMING, Fields, Reader, list_named
from cineblend.service.exports.rows import LARGEST, MOST_ROWS, Export, Row, SkipRow, read_file
from cineblend.service.exports.tables import Table, parsed, records_of, table_of
from cineblend.service.exports.usual import plain, taken

_LONGEST = 500
"""Characters kept of a title."""
_UNPACKED = 8 * LARGEST
"""Bytes that a zip may hold."""


def read(file: bytes | Path | str, name: str = "") -> Export:
    """Read what a file says of films.

    Args:
        file: the path or the content of CSV, JSON or a zip of them; or a media server's library.
        name: the file's name; it may say which list a file without ratings is. "" takes it from the path.

    Raises:
        UserError: it is too large, damaged, of no known kind, of several people, or no line can be read.
    """
    content = file if isinstance(file, bytes) else read_file(Path(file))
    name = name or ("" if isinstance(file, bytes) else Path(file).name)
    if len(content) > LARGEST:
        raise UserError(
            f"the file has {len(content) / 2**20:.1f} MiB",
            expected=f"at most {LARGEST // 2**20} MiB of ratings",
        )
    if content[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        return _told(_file(content, name))
    notes: list[str] = []
    exports: list[tuple[str, Export]] = []
    files = contents(content, name or "the zip", limit=_UNPACKED, most=MOST_FILES)
    owned = films_in_nfos(files)
    if owned:
        exports.append(("", library_of(owned)))
    for path, inside in files.items():
        reason = left_out(path)
        if reason:
            notes.append(f"{path} is left out: {reason}")
        elif reason is not None:
            try:
                exports.append((path, _file(inside, path)))
            except UserError as error:
                notes.append(f"{path} is left out: {error.problem}")
    if not exports:
        raise UserError(
            "the zip has no file that is an export" + "".join(f"; {note}" for note in notes[:3]),
            expected="the zip that Letterboxd or Trakt sends, or one of ratings.csv and the like",
        )
    return _told(joined(exports, notes))


def _told(export: Export) -> Export:
    """The export, unless nothing in it can be read."""
    if export.rows or export.kind == "cineblend":
        return export
    faults = [one for one in export.skipped if not one.what and not one.reason.startswith("not a film")]
    if faults:
        more = f"; {len(faults) - 1} more with faults" if len(faults) > 1 else ""
        where = f"{faults[0].file}, row" if faults[0].file else "row"
        raise UserError(
            f"no row can be read: {where} {faults[0].row}: {faults[0].reason}{more}",
            expected="at least one title with a rating, or a list of titles watched, liked or to watch",
        )
    if not export.skipped:
        raise UserError("the file has a header and no titles", expected="at least one title")
    return export


def _file(content: bytes, name: str) -> Export:
    """What one file says."""
    if is_nfo(name):
        return library_of(films_in(content))
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return _rows(table_of(content), name)
    said = parsed(content)
    if own.is_ours(said):
        return own.read(said)
    if is_library(said):
        return library_of(films_in(content))
    return _rows(records_of(said), name)


@dataclass(frozen=True)
class _Meaning:
    """How the lines of one file are read."""

    reader: Reader
    roles: Mapping[str, tuple[str, ...]]
    named: ListKind | None
    scale: values.Scale
    seconds: Callable[[str], int]
    written: Mapping[str, str]

    def first(self, cells: Fields, role: str) -> str:
        """The first cell of a role that is not blank."""
        return next((cells[name] for name in self.roles.get(role, ()) if cells[name]), "")

    def rating(self, cells: Fields) -> str:
        """The rating's cell; only the likeliest column counts, since another may be the average."""
        return next((cells[name] for name in self.roles.get("rating", ())), "")


def _rows(table: Table, name: str) -> Export:
    if len(table.lines) > MOST_ROWS:
        raise UserError(f"the file has more than {MOST_ROWS} rows", expected="one person's ratings")
    header = [plain(one) for one in table.header]
    roles = taken(header, table.reader.only)
    skipped: list[Skipped] = []
    lines: list[tuple[int, Fields]] = []
    for number, cells in table.lines:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if any(stripped[len(header) :]):
            skipped.append(Skipped(number, f"{len(cells)} columns where the header has {len(header)}"))
            continue
        padded = [*stripped, *[""] * (len(header) - len(stripped))]
        lines.append((number, dict(zip(header, padded, strict=False))))
    _one_person(lines, roles)
    rating, high = roles.get("rating", ("",))[0], table.reader.high
    if rating == "rating10":
        high = 10.0
    texts = [cells[rating] for _, cells in lines] if rating else []
    dates = [cells[one] for _, cells in lines for one in roles.get("date", ())]
    meaning = _Meaning(
        table.reader,
        roles,
        list_named(f"{name} {table.above}"),
        values.scale_of(texts, high, zero=table.reader.zero),
        values.clock_of(dates),
        dict(zip(header, table.header, strict=True)),
    )
    rows: list[Row] = []
    for number, cells in lines:
        try:
            rows.append(_row(number, cells, meaning))
        except SkipRow as reason:
            skipped.append(Skipped(number, str(reason), reason.what))
    return Export(
        table.reader.kind,
        tuple(rows),
        tuple(sorted(skipped, key=lambda one: one.row)),
        scale=str(meaning.scale) if any(row.stars is not None for row in rows) else "",
        columns=_columns(table.header, roles),
    )


def _row(number: int, cells: Fields, meaning: _Meaning) -> Row:
    cells = {"title": meaning.first(cells, "title"), **cells, "named": meaning.named or ""}
    meaning.reader.adapt(cells)
    kind = meaning.first(cells, "kind of title")
    what = values.what(kind)
    if what != "episode" and meaning.first(cells, "episode"):
        what = "episode"
    if what == "film" and meaning.first(cells, "season"):
        what = "series"
    if what != "film":
        reason = f"not a film: {kind.casefold()[:40] or what}"
        raise SkipRow(reason, what if what != "other" else "")
    title = meaning.first(cells, "title")
    imdb = values.imdb(meaning.first(cells, "IMDb's number")) or values.imdb(
        meaning.first(cells, "link"), linked=True
    )
    tmdb = values.tmdb(meaning.first(cells, "TMDB's number"))
    movie_id = meaning.first(cells, "MovieLens' number")[:40].removesuffix(".0")
    if not (title or imdb or tmdb or movie_id):
        column = next(name for role in NAMING for name in meaning.roles.get(role, ()))
        raise SkipRow(f"column {meaning.written[column]}: no title")
    text = meaning.rating(cells)
    on = cells.get("on") or meaning.named or meaning.reader.on
    if not text and (on is None or meaning.reader.kind == "movielens"):
        column = meaning.roles.get("rating", ("",))[0]
        raise SkipRow(f"column {meaning.written[column]}: no rating" if column else "no column has ratings")
    original = meaning.first(cells, "original title")
    released = meaning.first(cells, "year") or meaning.first(cells, "release date")
    return Row(
        number,
        readable(title)[:_LONGEST] if year_in(title) else title[:_LONGEST],
        values.year(released) or year_in(title),
        meaning.scale.stars(text, meaning.written[meaning.roles["rating"][0]]) if text else None,
        meaning.seconds(meaning.first(cells, "date")),
        imdb,
        movie_id,
        tmdb_num=tmdb,
        aliases=(original,) if original and original != title else (),
        lists=(cast("ListKind", on),) if on and (not text or meaning.reader.rated_too) else (),
    )


def _columns(header: Sequence[str], roles: Mapping[str, tuple[str, ...]]) -> tuple[Column, ...]:
    """What each column was taken for."""
    role_of = {name: role for role, names in roles.items() for name in names}
    unused = set(roles.get("rating", ())[1:])
    return tuple(
        Column(name, "" if plain(name) in unused else role_of.get(plain(name), "")) for name in header if name
    )


def _one_person(lines: Sequence[tuple[int, Fields]], roles: Mapping[str, tuple[str, ...]]) -> None:
    for name in roles.get("person", ()):
        people = list(dict.fromkeys(cells[name] for _, cells in lines if cells[name]))
        if len(people) > 1:
            raise UserError(
                f"the file has the ratings of several people ({people[0][:20]} and {people[1][:20]})",
                expected="one person's ratings",
                remedy=f"keep only the lines of one {name}",
            )
