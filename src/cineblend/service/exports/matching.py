"""Matching: an export's rows to the films of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import RatingScale
from cineblend.errors import UserError
from cineblend.matching import matcher, titles
from cineblend.matching.catalogue import films_of
from cineblend.service.answers import Item
from cineblend.service.exports.answers import Ambiguous, Brought, Import, ListKind, Matched, Skipped
from cineblend.service.exports.media_server import Library, films_in
from cineblend.service.exports.reading import read
from cineblend.service.exports.rows import Export, Row
from cineblend.service.films import Films
from cineblend.service.wanted import ItemId

_SHOWN = 5
"""Candidates shown for an ambiguous row."""
_LIKE = 4.0
"""Stars of a film that is liked, where the person asks for it."""


@dataclass
class _Sorted:
    """The rows so far: rated films and lists by row number, and open rows by their keys."""

    found: dict[int, Matched] = field(default_factory=dict[int, Matched])
    lists: dict[ListKind, dict[int, None]] = field(
        default_factory=lambda: {"seen": {}, "watchlist": {}, "liked": {}, "owned": {}}
    )
    ambiguous: dict[object, Ambiguous] = field(default_factory=dict[object, Ambiguous])
    not_found: dict[object, Brought] = field(default_factory=dict[object, Brought])
    skipped: list[Skipped] = field(default_factory=list[Skipped])


class Matcher:
    """Matches the rows of an export to films: by numbers, else by title and year; see ``matching.matcher``.

    Args:
        films: the catalogue.
        fitted: the fitted model of that catalogue.
    """

    def __init__(self, films: Films, fitted: Fitted) -> None:
        self._films, self._scale = films, fitted.scale
        self._ids = {str(item_id): num for num, item_id in enumerate(fitted.catalog.items.ids.tolist())}
        self._matcher = matcher.Matcher(films_of(fitted.catalog, films.n_ratings))

    def match(
        self, file: bytes | Path | str, name: str = "", choices: Mapping[str, ItemId] | None = None
    ) -> Import:
        """Sort every row into matched, ambiguous, not found or skipped; the later of two ratings counts.

        Args:
            file: its path or its content.
            name: its name; "" takes it from the path.
            choices: "Title (Year)" of a row to the film that it means, before any other match.

        Raises:
            UserError: as ``reading.read``, or a choice names no row or no film.
        """
        export = read(file, name)
        chosen = self._chosen(choices or {}, export)
        done = _Sorted(skipped=list(export.skipped))
        known: dict[object, matcher.Found] = {}
        for row in export.rows:
            if row.key not in known:
                num = chosen.get(_choice(row.named, row.year))
                known[row.key] = (
                    self._matcher.find(_described(row, export))
                    if num is None
                    else matcher.Found((matcher.Candidate(num, 0.0),), sure=True)
                )
            self._sort(row, known[row.key], done)
        return self._import(export, done)

    def _sort(self, row: Row, meant: matcher.Found, done: _Sorted) -> None:
        rating = row.rating
        if rating is None and row.stars is not None:
            rating = rating_of(row.stars, self._scale)
        if rating is not None and not self._scale.low <= rating <= self._scale.high:
            done.skipped.append(Skipped(row.row, f"the rating {rating:g} is not on the model's scale"))
            return
        brought = Brought(row.row, row.named, row.year, rating, row.rated_at, row.lists, row.file)
        nums = [one.num for one in meant.candidates]
        if meant.sure:
            for one in row.lists:
                done.lists[one][nums[0]] = None
            if rating is not None:
                self._keep_later(nums[0], brought, done)
            return
        before = done.ambiguous.get(row.key) or done.not_found.get(row.key)
        brought = _merged(before, brought, done.skipped)
        if nums:
            candidates = tuple(self._films.item(num) for num in nums[:_SHOWN])
            done.ambiguous[row.key] = Ambiguous(**_values(brought), candidates=candidates)
        else:
            done.not_found[row.key] = brought

    def _keep_later(self, num: int, brought: Brought, done: _Sorted) -> None:
        before = done.found.get(num)
        later = before is None or not (0 < brought.rated_at < before.rated_at)
        if before is not None:
            dropped = before if later else brought
            reason = f"“{self._films.title[num]}” is rated again, and later"
            done.skipped.append(Skipped(dropped.row, reason, file=dropped.file))
        if later:
            done.found[num] = Matched(**_values(brought), item=self._films.item(num))

    def _import(self, export: Export, done: _Sorted) -> Import:
        watchlist = dict.fromkeys((*self._items(done.lists["watchlist"]), *self._known(export.watchlist)))
        owned = dict.fromkeys((*self._items(done.lists["owned"]), *self._known(export.owned)))
        return Import(
            export.kind,
            tuple(sorted(done.found.values(), key=lambda match: (match.file, match.row))),
            tuple(done.ambiguous.values()),
            tuple(done.not_found.values()),
            tuple(sorted(done.skipped, key=lambda row: (row.file, row.row))),
            tuple(watchlist),
            self._known(export.hidden),
            seen=self._items(num for num in done.lists["seen"] if num not in done.found),
            liked=self._items(done.lists["liked"]),
            owned=tuple(owned),
            like_rating=rating_of(_LIKE, self._scale),
            n_series=sum(row.what == "series" for row in done.skipped),
            n_episodes=sum(row.what == "episode" for row in done.skipped),
            scale=export.scale,
            columns=export.columns,
            notes=export.notes,
        )

    def _items(self, nums: Iterable[int]) -> tuple[Item, ...]:
        return tuple(self._films.item(num) for num in nums)

    def may_mean(self, title: str, year: int) -> tuple[Item, ...]:
        """The films that a title and year may mean, the likeliest first."""
        found = self._matcher.find(matcher.Described(title, year)).candidates
        return self._items(one.num for one in found[:_SHOWN])

    def owned(self, content: bytes) -> Library:
        """Find the films of a media server: by number, else by title and year where that is sure.

        Raises:
            UserError: as ``media_server.films_in``.
        """
        nums: dict[int, None] = {}
        not_found: list[str] = []
        for film in films_in(content):
            meant = self._matcher.find(film)
            if meant.sure:
                nums[meant.candidates[0].num] = None
            else:
                not_found.append(film.title or f"tt{film.imdb_id:07d}")
        return Library(tuple(map(self._films.item, nums)), tuple(not_found))

    def _known(self, item_ids: tuple[str, ...]) -> tuple[Item, ...]:
        return self._items(self._ids[one] for one in dict.fromkeys(item_ids) if one in self._ids)

    def _chosen(self, choices: Mapping[str, ItemId], export: Export) -> dict[object, int]:
        """Title and year of a row to the chosen film."""
        rows = {_choice(row.named, row.year) for row in export.rows}
        chosen: dict[object, int] = {}
        for named, item_id in choices.items():
            key = _choice(titles.without_year(named), titles.year_in(named))
            if key not in rows:
                raise UserError(f"no row of the file is called {named!r}", expected='"Title (Year)" of a row')
            if str(item_id) not in self._ids:
                raise UserError(
                    f"there is no {self._films.noun} {item_id!r} to choose", expected="an item id"
                )
            chosen[key] = self._ids[str(item_id)]
        return chosen


def _values(brought: Brought) -> dict[str, Any]:
    return {one.name: getattr(brought, one.name) for one in fields(Brought)}


def _choice(title: str, year: int | None) -> object:
    return titles.key(title), year


def _merged(before: Brought | None, brought: Brought, skipped: list[Skipped]) -> Brought:
    """One row of two that speak of one film: the later rating, and both rows' lists."""
    if before is None:
        return brought
    kept, dropped = brought, before
    if brought.rating is None or 0 < brought.rated_at < before.rated_at:
        kept, dropped = before, brought
    if dropped.rating is not None:
        skipped.append(
            Skipped(dropped.row, f"“{dropped.named}” is rated again, and later", file=dropped.file)
        )
    lists = tuple(dict.fromkeys((*before.lists, *brought.lists)))
    return Brought(kept.row, kept.title, kept.year, kept.rating, kept.rated_at, lists, kept.file)


def _described(row: Row, export: Export) -> matcher.Described:
    """The film of a row, for the matcher; our own export names films by their ids alone."""
    if export.kind == "cineblend":
        return matcher.Described(item_id=row.movie_id)
    return matcher.Described(
        title=row.title,
        year=row.year or 0,
        aliases=row.aliases,
        item_id=row.movie_id if export.kind == "movielens" else "",
        imdb_id=row.imdb_num,
        tmdb_id=row.tmdb_num,
    )


def rating_of(stars: float, scale: RatingScale) -> float:
    """Stars from 0 to 5 on a model's scale."""
    return min(max(scale.at(stars / 5), scale.low), scale.high)
