"""Media server: the films that a media server has, from what Jellyfin, Plex or Kodi write about them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cineblend.data.unpack import contents
from cineblend.errors import UserError
from cineblend.matching.matcher import Described
from cineblend.service.answers import Item
from cineblend.service.exports.rows import LARGEST, MOST_ROWS, Export, Row

_EXPECTED = (
    "Jellyfin's JSON of /Items, Plex' JSON of /library/sections/N/all, a film's .nfo, or a zip of them"
)
MOST_FILES = 10_000
"""Files in a zip."""
_LONGEST = 500
"""Characters kept of a title."""
_IMDB = re.compile(r"\btt([0-9]{1,10})\b")
_TMDB = re.compile(r"(?:tmdb|themoviedb)://([0-9]{1,10})\b")
# The gap is bounded and stays in its tag: else a hostile text takes time by the square of its length.
_TMDB_IN_XML = re.compile(r"type=[\"']tmdb[\"'][^<>]{0,200}>([0-9]{1,10})<|<tmdbid>([0-9]{1,10})<")


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
    if content[:4] == b"PK\x03\x04":
        files = contents(content, "the zip", limit=8 * LARGEST, most=MOST_FILES)
        found = films_in_nfos(files)
    else:
        text = _text(content)
        if text[:1] in ("{", "["):
            try:
                found = list(_in_json(json.loads(text)))
            except (ValueError, RecursionError) as error:
                raise UserError("the file is not valid JSON", expected=_EXPECTED) from error
        else:
            found = list(_in_nfo(text))
    if not found:
        raise UserError("the file names no film", expected=_EXPECTED)
    if len(found) > MOST_ROWS:
        raise UserError(f"the file names {len(found)} films", expected=f"at most {MOST_ROWS}")
    return found


def films_in_nfos(files: Mapping[str, bytes]) -> list[Described]:
    """The films of the .nfo files among files, by their paths; series and episodes are passed over."""
    nfos = (files[path] for path in files if is_nfo(path))
    return [film for content in nfos for film in _in_nfo(_text(content))]


def is_nfo(name: str) -> bool:
    """Whether a file is by its name one that a media server keeps beside a film."""
    return name.casefold().endswith(".nfo")


def is_library(said: Any) -> bool:
    """Whether parsed JSON is a media server's, rather than what somebody thinks of films."""
    if isinstance(said, dict):
        known = cast("dict[str, Any]", said)
        if "MediaContainer" in known:
            return True
        said = known.get("Items")
    first = cast("list[Any]", said)[0] if isinstance(said, list) and said else None
    # "Name" and "Type" may be columns of anybody's table, which has ratings; a server's list names its ids.
    if not isinstance(first, dict) or not {"Name", "Type"} <= first.keys():
        return False
    return bool({"Id", "ServerId", "ProviderIds"} & first.keys()) and "Rating" not in first


def library_of(films: Sequence[Described]) -> Export:
    """A person's export of which every row is an owned film."""
    rows = (
        Row(
            number,
            film.title,
            film.year or None,
            stars=None,
            imdb_num=film.imdb_id,
            tmdb_num=film.tmdb_id,
            aliases=tuple(film.aliases),
            lists=("owned",),
        )
        for number, film in enumerate(films, 1)
        if film.title or film.imdb_id or film.tmdb_id
    )
    return Export("library", tuple(rows), ())


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


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").strip()


def _in_nfo(text: str) -> Iterator[Described]:
    """The film of an .nfo: XML of which three fields are read as text, or no more than an address."""
    if re.search("<(tvshow|season|episodedetails)[ >]", text) or not ("<movie" in text or _IMDB.search(text)):
        return
    year = _field(text, "year")
    yield Described(
        title=_field(text, "title"),
        year=int(year) if re.fullmatch("[0-9]{4}", year) else 0,
        imdb_id=_number(_IMDB, text),
        tmdb_id=_number(_TMDB_IN_XML, text),
    )


def _field(text: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", text)
    return html.unescape(found[1]).strip()[:_LONGEST] if found else ""


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(next(filter(None, found.groups()))) if found else 0
