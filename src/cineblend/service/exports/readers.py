"""Readers: one row for each export that is known; a small function where a row is not enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cineblend.service.exports.answers import Kind, ListKind
from cineblend.service.exports.rows import SkipRow
from cineblend.service.exports.usual import plain, taken

Fields = dict[str, str]
"""A line's cells by the plain names of their columns."""
_LISTS: tuple[tuple[str, ListKind], ...] = (
    (r"watch ?list|to[ _-]?(?:see|watch)|want[ _-]?to|plan[ _-]?to", "watchlist"),
    (r"(?<![a-z])(?:liked?|likes|loved|favou?rites?|preferiti)(?![a-z])", "liked"),
    (r"(?<![a-z])(?:watched|history|seen|diary|viewing)", "seen"),
)
_EPISODE_TITLE = re.compile(
    r":\s*(?:season|series|part|volume|book|chapter|limited series|staffel|stagione|saison|temporada|parte|"
    r"partie|teil|collection|miniseries)\b[^:]*:|^([^:]+): \1\b[^:]*:|"
    r":\s*(?:episode|episodio|[ée]pisode|folge)\s*\d+\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reader:
    """How an export is recognised and what it means.

    Attributes:
        kind: the site.
        needs: columns that it has, by plain name.
        alone: whether it has no other columns; then ``needs`` are roles, since sites translate the names.
        high: the highest rating; None infers it.
        zero: whether 0 is a rating.
        on: the list that films without a rating are on; None skips them. The file's name goes before it.
        rated_too: whether rated films are on that list too.
        only: names of columns for some roles, where the usual ones mislead.
        adapt: changes a line's cells, or raises ``SkipRow``. "on" is the list, "named" the one that the
            file's name says.
    """

    kind: Kind
    needs: str
    alone: bool = False
    high: float | None = None
    zero: bool = False
    on: ListKind | None = None
    rated_too: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    adapt: Callable[[Fields], None] = lambda _: None


def _netflix(cells: Fields) -> None:
    if cells.get("supplementalvideotype"):
        raise SkipRow("not a film: a trailer or the like")
    if _EPISODE_TITLE.search(cells["title"]):
        raise SkipRow("not a film: an episode", "episode")


def _netflix_list(cells: Fields) -> None:
    if _EPISODE_TITLE.search(cells["titlename"]):
        raise SkipRow("not a film: an episode", "episode")


def _netflix_thumbs(cells: Fields) -> None:
    _netflix_list(cells)
    stars = cells.get("starvalue", "")
    # Since 2017 thumbs: 1 down, 2 up, 3 two thumbs up, 0 taken back. Before, stars.
    thumbs = {"1": "1/5", "2": "4/5", "3": "5/5"}.get(cells["thumbsvalue"])
    if thumbs is None and stars in ("", "0"):
        raise SkipRow("not rated: the rating was taken back")
    cells["thumbsvalue"] = thumbs or f"{stars}/5"


def _criticker(cells: Fields) -> None:
    if "/tv/" in cells.get("filmlink", ""):
        raise SkipRow("not a film: a series", "series")


def _simkl(cells: Fields) -> None:
    if cells.get("type") == "anime" and not cells.get("lastepwatched"):
        cells["type"] = "movie"
    status = plain(cells.get("watchlist") or cells.get("status", ""))
    if "plan" in status:
        cells["on"] = "watchlist"
    elif status in ("completed", "watching", "dropped", "watched", "rewatching"):
        cells["on"] = "seen"


def _trakt(cells: Fields) -> None:
    if cells.get("watchedat") or cells.get("lastwatchedat"):
        cells["on"] = "seen"
    elif cells.get("listedat"):
        cells["on"] = cells["named"] or "watchlist"


NAMING = ("title", "IMDb's number", "TMDB's number", "MovieLens' number", "link")
"""Roles of columns that say which film a row means."""
_NO_MEAN = {"rating": ("yourrating",)}
READERS = (
    Reader("netflix", "title date", alone=True, on="seen", adapt=_netflix),
    Reader("netflix", "title starttime duration", on="seen", adapt=_netflix),
    Reader(
        "netflix", "titlename thumbsvalue", high=5, only={"rating": ("thumbsvalue",)}, adapt=_netflix_thumbs
    ),
    Reader("netflix", "titlename utctitleadddate", on="watchlist", adapt=_netflix_list),
    Reader("imdb", "const yourated", high=10, on="watchlist"),
    Reader("imdb", "const position", high=10, on="watchlist", rated_too=True),
    Reader("imdb", "const", high=10),
    Reader("tmdb", "tmdbid name releasedate", high=10, on="watchlist", only=_NO_MEAN),
    Reader("simkl", "simklid title", high=10, adapt=_simkl),
    Reader("trakt", "traktid", high=10, adapt=_trakt),
    Reader("trakt", "title ratedat type", high=10, adapt=_trakt),
    Reader("criticker", "score filmname", high=100, zero=True, adapt=_criticker),
    Reader("filmaffinity", "title rating10 id", high=10),
    Reader("letterboxd", "title rating10", high=10, on="seen"),
    Reader("letterboxd", "title letterboxduri", high=5, on="seen"),
    Reader("letterboxd", "name letterboxduri", high=5, on="seen"),
    Reader("letterboxd", "position name url", on="seen"),
    Reader("movielens", "movieid rating", high=5),
    Reader("letterboxd", "name year rating"),
    Reader("table", "watcheddate", on="seen"),
    Reader("table", "watchedat", on="seen"),
    Reader("table", ""),
)
"""The first that fits counts."""


def reader_of(header: Sequence[str]) -> Reader | None:
    """The reader of a file with these columns, by plain name; None if no reader knows them."""
    there = {name for name in header if name}
    roles = taken(header, {})
    for reader in READERS:
        needs = set(reader.needs.split())
        if not (len(there) == 2 and set(roles) == needs if reader.alone else needs <= there):
            continue
        if any(role in roles for role in NAMING) and ("rating" in roles or reader.needs):
            return reader
    return None


def list_named(name: str) -> ListKind | None:
    """The list that a file's name says it is; None if it says none."""
    small = name.casefold()
    return next((kind for pattern, kind in _LISTS if re.search(pattern, small)), None)
