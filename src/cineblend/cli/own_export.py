"""A person's export as an option of a verb: what was read, what was not, and the person's own choices."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.service.exports.answers import Brought, Import
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import ItemId

_SHOWN = 3
"""Rows of a kind that are named; the rest is counted."""


def read_export(
    loaded: Recommender,
    path: Path,
    choose: Sequence[str] = (),
    missing: Path | None = None,
    *,
    offer: bool = False,
) -> Import:
    """Read a person's export and say what became of its rows.

    Args:
        loaded: the model.
        path: a file or a pipe; "-" is the standard input.
        choose: "Title (Year)=FILM" for rows that the matcher leaves open.
        missing: where the rows that were not found are written, for ``cineblend add-items``.
        offer: say that ``--missing`` can do so.

    Raises:
        UserError: it cannot be read, a choice is wrong, or none of its films is known.
    """
    choices: dict[str, ItemId] = {}
    for one in choose:
        named, equals, meant = one.rpartition("=")
        if not (named.strip() and equals and meant.strip()):
            raise UserError(f"--choose {one!r}", expected='"Title (Year)=FILM", with the row\'s own title')
        choices[named.strip()] = film(loaded, meant.strip())
    name = "the standard input" if str(path) == "-" else path.name
    try:
        done = loaded.read_export(path, "" if str(path) == "-" else path.name, choices)
    except UserError as error:
        if name in error.problem:
            raise
        raise UserError(f"{name}: {error.problem}", expected=error.expected, remedy=error.remedy) from error
    n, skipped, noun = len(done.matched), len(done.skipped), loaded.fitted.noun
    counts = (
        f"{noun.counted(n)} matched, {len(done.ambiguous)} ambiguous, "
        f"{len(done.not_found)} not found, {skipped} row{'s' * (skipped != 1)} skipped"
    )
    lists = [
        (done.seen, "seen without a rating"),
        (done.watchlist, "on the watchlist"),
        (done.liked, "liked"),
        (done.owned, "owned"),
    ]
    more = [f"{len(items)} {words}" for items, words in lists if items]
    apart = [(done.n_series, "series"), (done.n_episodes, "episodes")]
    more += [f"{n} {words} left out" for n, words in apart if n]
    say(f"{name} ({', '.join(filter(None, (done.kind, done.scale)))}): {'; '.join([counts, *more])}")
    _say_some((f"ambiguous: {_doubt(row)}" for row in done.ambiguous), len(done.ambiguous), "ambiguous rows")
    _say_some((f"not found: {row.named}" for row in done.not_found), len(done.not_found), "not found")
    if missing is not None:
        _write_missing(done.not_found, missing)
    elif offer and done.not_found:
        say("--missing missing.csv writes what was not found; cineblend add-items adds it to the model")
    faults = [row for row in done.skipped if not row.reason.startswith("not a film")]
    _say_some((f"skipped: row {row.row}: {row.reason}" for row in faults), len(faults), "rows skipped")
    _say_some(done.notes, len(done.notes), "notes")
    if not (done.matched or done.seen or done.watchlist or done.liked or done.hidden or done.owned):
        raise UserError(
            f"{name}: none of its {noun.many} is known ({counts})",
            expected=f"{noun.many} that the model knows",
        )
    return done


def _write_missing(rows: Sequence[Brought], path: Path) -> None:
    """Write titles and years as a table that ``cineblend add-items`` reads."""
    from cineblend.enrich.bare_titles import bare_titles, is_bare_title
    from cineblend.files import write_text

    if path.suffix.lower() != ".csv":
        raise UserError(f"--missing {path}", expected="the name of a .csv file")
    if path.exists() and not path.read_bytes().startswith(b"title,year\n"):
        raise UserError(
            f"--missing {path}: there is such a file, and not of titles and years alone",
            expected="the name of a new file",
            remedy="name another one; nothing is written over",
        )
    whole = [(row.title, row.year) for row in rows if row.year and is_bare_title(row.title, row.year)]
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("title", "year"))
    writer.writerows((film.title, film.year) for film in bare_titles(whole).films)
    write_text(path, table.getvalue())
    say(f"{len(whole)} titles that were not found are in {path}: cineblend add-items MODEL --items {path}")
    if len(whole) < len(rows):
        say(f"{len(rows) - len(whole)} without a title or year are left out of it")


def film(loaded: Recommender, said: str) -> ItemId:
    """The film of an id, or of a title; of a title it is said which film was taken."""
    for item_id in (said, int(said) if said.isdecimal() and len(said) < 19 else said):
        if item_id in loaded.vocabulary:
            return item_id
    found = loaded.search(said, limit=1).items
    if not found:
        raise UserError(f"there is no {loaded.fitted.noun} like {said!r}", expected="an item id or a title")
    say(f"{said}: taken as {named(found[0])}, id {found[0].item_id}")
    return found[0].item_id


def named(item: Any) -> str:
    """A film's title and year."""
    return f"{item.title} ({item.year})" if item.year else item.title


def say(*notes: str) -> None:
    """Print notes beside the answer."""
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def _doubt(row: Any) -> str:
    may_be = " or ".join(f"{named(item)}, id {item.item_id}" for item in row.candidates[:_SHOWN])
    return f'{row.named} may be {may_be}; say --choose "{row.named}={row.candidates[0].item_id}"'


def _say_some(notes: Iterable[str], n: int, what: str) -> None:
    for at, note in enumerate(notes):
        if at == _SHOWN:
            say(f"and {n - _SHOWN} more {what}")
            break
        say(note)
