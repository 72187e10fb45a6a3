"""Bare titles: films of which no more than a title and a year is known, as a source."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from cineblend.data.content import Content
from cineblend.enrich.source import FilmTable
from cineblend.errors import UserError
from cineblend.matching.matcher import Described
from cineblend.matching.titles import key

SOURCE = "titles"
"""What made ids are made from beside the title and year."""
FIRST_YEAR, LAST_YEAR = 1, 9999
LONGEST = 300
"""Characters of a title."""


def is_bare_title(title: str, year: int | None) -> bool:
    """Whether a title and year can be added as they are."""
    return year is not None and FIRST_YEAR <= year <= LAST_YEAR and _fault(_plain(title)) == ""


def bare_titles(given: Sequence[tuple[str, int]]) -> FilmTable:
    """Titles and years as a source without content; control characters become spaces.

    Raises:
        UserError: a title is empty, too long, or without a letter or digit, by which it is found.
    """
    films: list[Described] = []
    for title, year in given:
        plain = _plain(title)
        if fault := _fault(plain):
            raise UserError(
                f"the title {plain[:60]!r} {fault}",
                expected=f"a title with a letter or digit, of at most {LONGEST} characters",
            )
        films.append(Described(plain, year))
    return FilmTable(films, lambda rows: Content.none(len(rows)))


def _fault(plain: str) -> str:
    if len(plain) > LONGEST:
        return "is too long"
    return "" if key(plain) else "has no letter and no digit"


def _plain(title: str) -> str:
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in title)
    return " ".join(kept.split())
