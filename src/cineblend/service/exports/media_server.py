"""Media server: the films that a media server has, from what Jellyfin, Plex or Kodi write about them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cineblend.errors import UserError
from cineblend.matching.matcher import Described
from cineblend.service.answers import Item
from cineblend.service.exports.rows import LARGEST, MOST_ROWS

_EXPECTED = "Jellyfin's JSON of /Items, Plex' JSON of /library/sections/N/all, or the .nfo file of a film"
_LONGEST = 500
"""Characters kept of a title."""
_IMDB = re.compile(r"\btt([0-9]{1,10})\b")
_TMDB = re.compile(r"(?:tmdb|themoviedb)://([0-9]{1,10})\b")


@dataclass(frozen=True)
class Library:
    """The films of a media server.

    Attributes:
        items: those that the catalogue has, each once.
        not_found: titles of the others, as written.
    """

    items: tuple[Item, ...]
    not_found: tuple[str, ...]


def films_in(content: bytes) -> list[Described]:
    """The films that a file of a media server names.

    Raises:
        UserError: it is too large, or none that is known.
    """
    if len(content) > LARGEST:
        raise UserError(
            f"the file has {len(content) / 2**20:.1f} MiB", expected=f"at most {LARGEST // 2**20} MiB"
        )
    text = content.decode("utf-8-sig", "replace").strip()
    if text[:1] in ("{", "["):
        try:
            found = list(_in_json(json.loads(text)))
        except (ValueError, RecursionError) as error:
            raise UserError("the file is not valid JSON", expected=_EXPECTED) from error
    else:
        found = [_in_nfo(text)] if "<movie" in text or _IMDB.search(text) else []
    if not found:
        raise UserError("the file names no film", expected=_EXPECTED)
    if len(found) > MOST_ROWS:
        raise UserError(f"the file names {len(found)} films", expected=f"at most {MOST_ROWS}")
    return found


def _in_json(said: Any) -> Iterator[Described]:
    """Every object that Jellyfin or Plex marks as a film, however deep its list lies."""
    if isinstance(said, list):
        for one in cast("list[Any]", said):
            yield from _in_json(one)
    elif isinstance(said, dict):
        film = cast("dict[str, Any]", said)
        if str(film.get("Type") or film.get("type")).casefold() == "movie":
            yield _described(film)
        else:
            for name in ("Items", "MediaContainer", "Metadata"):
                yield from _in_json(film.get(name))


def _described(film: Mapping[str, Any]) -> Described:
    title, year = film.get("Name") or film.get("title"), film.get("ProductionYear") or film.get("year")
    other = film.get("OriginalTitle") or film.get("originalTitle")
    # Jellyfin has {"Imdb": "tt1", "Tmdb": "2"}; Plex has addresses, in a list and in an older field.
    given = film.get("ProviderIds")
    numbers = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    told = " ".join(f"{site.casefold()}://{number}" for site, number in numbers.items())
    told += f" {json.dumps(film.get('Guid'))} {film.get('guid')}"
    return Described(
        title=str(title or "")[:_LONGEST],
        year=year if isinstance(year, int) and 0 < year < 10_000 else 0,
        aliases=(str(other)[:_LONGEST],) if other else (),
        imdb_id=_number(_IMDB, told),
        tmdb_id=_number(_TMDB, told),
    )


def _in_nfo(text: str) -> Described:
    """A film from its .nfo: XML of which three fields are read as text, or no more than an address."""
    year = _field(text, "year")
    return Described(
        title=_field(text, "title"),
        year=int(year) if re.fullmatch("[0-9]{4}", year) else 0,
        imdb_id=_number(_IMDB, text),
        tmdb_id=_number(re.compile(r"type=[\"']tmdb[\"'][^>]*>([0-9]{1,10})<|<tmdbid>([0-9]{1,10})<"), text),
    )


def _field(text: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", text)
    return html.unescape(found[1]).strip()[:_LONGEST] if found else ""


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(next(filter(None, found.groups()))) if found else 0
