"""TMDB's records: a film as TMDB's API and its exports describe it, as content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

import polars as pl

from cineblend.data.content import Origin
from cineblend.matching.matcher import Described

LICENCE = (
    "TMDB's terms: non-commercial use, with the notice “This product uses the TMDB API but is not endorsed "
    "or certified by TMDB”"
)
HOME = "https://www.themoviedb.org"
PAGE_LINK = "https://www.themoviedb.org/movie/{}"
_WRITING = ("Screenplay", "Writer", "Story", "Author")
_MOST_CAST = 15
_LONGEST = 20_000
_COUNTRIES: Mapping[str, str] = MappingProxyType({"United States of America": "United States"})
_CODES = """
en English|fr French|de German|it Italian|es Spanish|ja Japanese|zh Chinese|cn Cantonese
ru Russian|ko Korean|pt Portuguese|hi Hindi|sv Swedish|da Danish|no Norwegian|fi Finnish
nl Dutch|pl Polish|cs Czech|hu Hungarian|ro Romanian|el Greek|tr Turkish|he Hebrew|fa Persian
ar Arabic|th Thai|ta Tamil|te Telugu|uk Ukrainian|bg Bulgarian|sr Serbian|hr Croatian|la Latin
ga Irish|ca Catalan|vi Vietnamese|id Indonesian|bn Bengali|ur Urdu
"""
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {entry[:2]: entry[3:] for line in _CODES.strip().splitlines() for entry in line.split("|")}
)


def origin(name: str) -> Origin:
    """TMDB as an origin called ``name``."""
    return Origin(name, "TMDB", LICENCE, HOME, PAGE_LINK)


def schema(name: str) -> dict[str, pl.DataType]:
    """Columns of content from the origin ``name``."""
    lists = (
        "people.director",
        "people.writer",
        "people.cast",
        "keywords",
        "languages",
        "countries",
        "aliases",
    )
    return {
        "text.overview": pl.String(),
        **{column: pl.List(pl.String) for column in lists},
        "runtime": pl.Int32(),
        f"page.{name}": pl.String(),
    }


def described(film: Mapping[str, Any]) -> Described:
    """A record as the matcher needs it."""
    aliases = [
        text(film.get("original_title")),
        *_words(_inner(film, "alternative_titles", "titles"), "title"),
    ]
    date = text(film.get("release_date"))
    imdb = re.fullmatch(r"tt([0-9]{1,10})", text(film.get("imdb_id")))
    title = text(film.get("title"))
    return Described(
        title=title[:500],
        year=int(date[:4]) if re.match(r"(18|19|20|21)[0-9]{2}", date) else 0,
        aliases=tuple(dict.fromkeys(name[:500] for name in aliases if name and name != title)),
        imdb_id=int(imdb[1]) if imdb else 0,
        tmdb_id=whole(film.get("id")),
    )


def content(film: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A record as a row of content."""
    crew = _objects(_inner(film, "credits", "crew"))
    cast_ = sorted(_objects(_inner(film, "credits", "cast")), key=lambda one: whole(one.get("order")))
    countries = _words(film.get("production_countries"), "name")
    runtime = whole(film.get("runtime"))
    return {
        "text.overview": text(film.get("overview"))[:_LONGEST] or None,
        "people.director": _words([one for one in crew if one.get("job") == "Director"], "name"),
        "people.writer": _words([one for one in crew if one.get("job") in _WRITING], "name"),
        "people.cast": _words(cast_, "name")[:_MOST_CAST],
        "keywords": _words(_inner(film, "keywords", "keywords"), "name"),
        "languages": _languages(film),
        "countries": [_COUNTRIES.get(one, one) for one in countries],
        "aliases": list(described(film).aliases),
        "runtime": runtime if 0 < runtime < 10_000 else None,
        f"page.{name}": str(whole(film.get("id")) or "") or None,
    }


def text(value: Any) -> str:
    """A text without NULs and line breaks; "" for anything else."""
    return " ".join(value.replace("\0", " ").split()) if isinstance(value, str) else ""


def whole(value: Any) -> int:
    """A whole number from 0; 0 for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0
    return int(number) if 0 <= number < 2**53 else 0


def _languages(film: Mapping[str, Any]) -> list[str]:
    spoken = [
        _LANGUAGES.get(text(one.get("iso_639_1")), text(one.get("english_name")) or text(one.get("name")))
        for one in _objects(film.get("spoken_languages"))
    ]
    original = _LANGUAGES.get(text(film.get("original_language")), "")
    return list(dict.fromkeys(one for one in (spoken or [original]) if one))


def _inner(film: Mapping[str, Any], *path: str) -> Any:
    """A list, which the API wraps in an object that exports leave out."""
    value: Any = film
    for name in path:
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(name, cast("dict[str, Any]", value).get("results"))
    return value


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", one) for one in cast("list[Any]", value) if isinstance(one, dict)]


def _words(value: Any, name: str) -> list[str]:
    objects: Iterable[dict[str, Any]] = _objects(value)
    return list(dict.fromkeys(word for one in objects if (word := text(one.get(name))[:200])))
