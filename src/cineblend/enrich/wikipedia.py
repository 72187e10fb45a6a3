"""Wikipedia's films: American films with the article's first paragraph, cast and genres."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.data.content import Content, Origin
from cineblend.data.content_columns import content_of
from cineblend.enrich import openings, sentences
from cineblend.enrich.names import plain_name
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.errors import InputError
from cineblend.matching import titles
from cineblend.matching.matcher import Described

ORIGIN = Origin(
    name="wikipedia-films",
    title="Wikipedia",
    licence="texts: CC BY-SA 4.0, name the article; compilation: MIT",
    home="https://github.com/prust/wikipedia-movie-data",
    page_link="https://en.wikipedia.org/wiki/{}",
)
_THEMES = frozenset(
    (
        *(
            "Superhero",
            "Spy",
            "Slasher",
            "Martial Arts",
            "Disaster",
            "Found Footage",
            "Supernatural",
            "Satire",
        ),
        *(
            "Political",
            "Legal",
            "Teen",
            "Sports",
            "Sport",
            "Dance",
            "Biography",
            "Historical",
            "Noir",
            "Silent",
        ),
    )
)
"""Genres that say what a film is about and that few catalogues have as a genre."""
_NO_NAME = frozenset(("and", "the", "of", "a", "an", "with", "as", "in", "by", "from", "jr", "sr", "ii"))
_NOTE = re.compile(r"\[[^\]]*\]|\s*\([^)]*\)")
_FILM = re.compile(r" \((?:[^()]*\b)?(?:film|serial|movie|cartoon|short|documentary|franchise)\b[^()]*\)$")
_ABOUT_A_FILM = re.compile(
    r"\b(?:films?|movies?|cinema|(?:docu|mocku|rocku)mentary|mini-?series|serial|cartoon|direct(?:ed|or)|"
    r"animated|screenplay|feature|special|motion picture|melodrama|short|dramedy|western|comedy|drama|"
    r"musical|thriller|noir)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b((?:18|19|20)\d\d)\b")
_LONGEST = 200
"""Characters of a title or a name."""
_LONGEST_TEXT = 20_000
_OPENING = 600
"""Characters in which a text about a film calls it one."""
_SAME_FILM = 2
"""Years by which the list and the text may differ about one film."""


def read(folder: Path, catalog: Catalog, setting: Setting) -> FilmTable:
    """Read every ``movies-*.json`` of a folder.

    Raises:
        InputError: there is none, or a file is not as published.
    """
    del catalog, setting
    paths = sorted(folder.glob("movies-*.json"))
    if not paths:
        raise InputError(folder, "there is no movies-*.json", expected="the files of wikipedia-films")
    rows: list[_Row] = []
    for path in paths:
        for number, said in enumerate(_rows(path)):
            if not isinstance(said, dict):
                raise InputError(path, f"entry {number + 1} is not an object", expected="a film as an object")
            row = _row(cast("dict[str, Any]", said))
            if row.film.title:
                rows.append(row)

    def content(asked: Sequence[int]) -> Content:
        return content_of(pl.DataFrame([_content(rows[num]) for num in asked], _SCHEMA), ORIGIN)

    genres = [tuple(_words(row.genres)) for row in rows]
    return FilmTable([row.film for row in rows], content, [row.page for row in rows], genres)


@dataclass(frozen=True)
class _Row:
    """A film as the file has it."""

    film: Described
    page: str
    extract: str
    first: str
    cast: Any
    genres: Any


_NAMES = pl.List(pl.String)
_SCHEMA: dict[str, pl.DataType] = {
    "text.overview": pl.String(),
    "people.director": _NAMES,
    "people.writer": _NAMES,
    "people.cast": _NAMES,
    "keywords": _NAMES,
    "languages": _NAMES,
    "countries": _NAMES,
    "aliases": _NAMES,
    "page.wikipedia-films": pl.String(),
}


def _rows(path: Path) -> list[Any]:
    try:
        rows: Any = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"not JSON: {error}", expected="a JSON array of films") from error
    if not isinstance(rows, list):
        raise InputError(path, "not a list", expected="a JSON array of films")
    return cast("list[Any]", rows)


def _row(said: dict[str, Any]) -> _Row:
    title, page = _text(said.get("title"))[:_LONGEST], unquote(_text(said.get("href"))).replace("_", " ")
    extract = _text(said.get("extract"))[:_LONGEST_TEXT]
    if not _ABOUT_A_FILM.search(extract[:_OPENING]):
        extract = page = ""  # the article is about a novel or a word that the film is called after
    year = int(said["year"]) if isinstance(said.get("year"), int) else 0
    first = sentences.first_sentence(extract)
    article, page_year = _article(page)
    years = tuple(one for one in (openings.year(first), page_year) if one)
    if years and abs(years[0] - year) > _SAME_FILM:
        year = years[0]  # the text is that of another film, such as the one that this film remakes
    names = (article, *openings.names(first))
    return _Row(
        film=Described(
            title,
            year,
            tuple(dict.fromkeys(one for one in names if one and one != title)),
            years,
        ),
        page=page,
        extract=extract,
        first=first,
        cast=said.get("cast"),
        genres=said.get("genres"),
    )


def _content(row: _Row) -> dict[str, Any]:
    return {
        "text.overview": row.extract or None,
        "people.director": sentences.directors(row.extract),
        "people.writer": sentences.writers(row.extract),
        "people.cast": cast_of(row.cast),
        "keywords": [one.lower() for one in _words(row.genres) if one in _THEMES],
        "languages": openings.languages(row.first),
        "countries": openings.countries(row.first),
        "aliases": list(dict.fromkeys([row.film.title, *row.film.aliases])),
        "page.wikipedia-films": row.page or None,
    }


def _article(page: str) -> tuple[str, int]:
    """The title and the year in an article's name: "Alice (1990 film)"."""
    aside = _FILM.search(page)
    if aside is None:
        return titles.without_asides(page), 0
    year = _YEAR.search(aside[0])
    return page[: aside.start()], int(year[1]) if year else 0


def cast_of(said: Any) -> list[str]:
    """The names of people in a list that was cut out of web pages: notes and loose brackets are dropped."""
    names: list[str] = []
    for one in _words(said):
        name = _NOTE.sub("", one).strip(" ,;:.-–—()[]{}?*&\"'")
        if one.rstrip().endswith(("Jr.", "Sr.")):
            name = plain_name(name)
        words = name.split()
        is_person = 0 < len(words) <= 6 and any(letter.isalpha() for letter in name)
        if is_person and len(name) <= 60 and name.casefold().strip(".") not in _NO_NAME and len(name) > 1:
            names.append(name)
    return list(dict.fromkeys(names))


def _words(said: Any) -> list[str]:
    return [_text(one)[:_LONGEST] for one in cast("list[Any]", said) if one] if isinstance(said, list) else []


def _text(value: Any) -> str:
    return " ".join(value.replace("\0", " ").split()) if isinstance(value, str) else ""


SOURCE = Source(ORIGIN, read, "movies-*.json", "run: cineblend fetch wikipedia-films")
