"""Matching: an export's rows to the films of a catalogue."""

from __future__ import annotations

from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import RatingScale
from cineblend.matching import matcher
from cineblend.matching.catalogue import films_of
from cineblend.service.answers import Item
from cineblend.service.exports.answers import Ambiguous, Brought, Import, Matched, Skipped
from cineblend.service.exports.library import Library, films_in
from cineblend.service.exports.reading import read
from cineblend.service.exports.rows import Export, Row
from cineblend.service.films import Films

_SHOWN = 5
"""Candidates shown for an ambiguous row."""


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

    def match(self, content: bytes) -> Import:
        """Sort every row into matched, ambiguous, not found or skipped; the later of two ratings counts.

        Raises:
            UserError: as ``reading.read``.
        """
        export = read(content)
        found: dict[int, Matched] = {}
        ambiguous: list[Ambiguous] = []
        not_found: list[Brought] = []
        skipped = list(export.skipped)
        for row in export.rows:
            rating = rating_of(row.stars, self._scale) if row.rating is None else row.rating
            if not self._scale.low <= rating <= self._scale.high:
                skipped.append(Skipped(row.row, f"the rating {rating:g} is not on the model's scale"))
                continue
            meant = self._matcher.find(_described(row, export))
            nums = [one.num for one in meant.candidates]
            brought = Brought(row.row, row.title, row.year, rating, row.rated_at)
            if meant.sure:
                self._keep_later(found, nums[0], brought, skipped)
            elif nums:
                ambiguous.append(
                    Ambiguous(
                        **vars(brought), candidates=tuple(self._films.item(num) for num in nums[:_SHOWN])
                    )
                )
            else:
                not_found.append(brought)
        skipped.sort(key=lambda row: row.row)
        matched = sorted(found.values(), key=lambda match: match.row)
        return Import(
            export.kind,
            tuple(matched),
            tuple(ambiguous),
            tuple(not_found),
            tuple(skipped),
            self._known(export.watchlist),
            self._known(export.hidden),
        )

    def library(self, content: bytes) -> Library:
        """Find the films of a media server: by number, else by title and year where that is sure.

        Raises:
            UserError: as ``library.films_in``.
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
        return tuple(self._films.item(self._ids[one]) for one in dict.fromkeys(item_ids) if one in self._ids)

    def _keep_later(
        self, found: dict[int, Matched], num: int, brought: Brought, skipped: list[Skipped]
    ) -> None:
        before = found.get(num)
        if before is None or brought.rated_at >= before.rated_at:
            found[num] = Matched(**vars(brought), item=self._films.item(num))
            dropped = None if before is None else before
        else:
            dropped = brought
        if dropped is not None:
            skipped.append(Skipped(dropped.row, f"“{self._films.title[num]}” is rated again, and later"))


def _described(row: Row, export: Export) -> matcher.Described:
    """The film of a row, for the matcher; our own export names films by their ids alone."""
    if export.kind == "cineblend":
        return matcher.Described(item_id=row.movie_id)
    return matcher.Described(
        title=row.title,
        year=row.year or 0,
        item_id=row.movie_id if export.kind == "movielens" else "",
        imdb_id=row.imdb_num,
    )


def rating_of(stars: float, scale: RatingScale) -> float:
    """Stars from 0.5 to 5 on a model's scale."""
    return min(max(stars / 5 * scale.high, scale.low), scale.high)
