"""Matching: an export's rows to the films of a catalogue."""

from __future__ import annotations

from collections import defaultdict

from rapidfuzz import fuzz, process

from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import RatingScale
from cineblend.matching import titles
from cineblend.service.answers import Item
from cineblend.service.exports.answers import Ambiguous, Brought, Import, Matched, Skipped
from cineblend.service.exports.reading import read
from cineblend.service.exports.rows import Export, Row
from cineblend.service.films import Films

_TYPO = 80
"""Likeness in percent from which a title of about the same year may match."""
_SURE = 93
"""Likeness from which the only such title matches."""
_SHOWN = 5
"""Candidates shown for an ambiguous row."""


class Matcher:
    """Matches the rows of an export to films.

    The match is by IMDb number if both sides have one, then by MovieLens id, else by title and year. Titles
    are compared without accents, articles, punctuation and case, with each of the catalogue's names for the
    film. The year may differ by one, since festivals and cinemas count differently. A misspelt title matches
    if it is near to one film only; else it is ambiguous.

    Args:
        films: the catalogue.
        fitted: the fitted model of that catalogue.
    """

    def __init__(self, films: Films, fitted: Fitted) -> None:
        self._films, self._scale = films, fitted.scale
        self._ids = {str(item_id): num for num, item_id in enumerate(fitted.catalog.items.ids.tolist())}
        imdb_id = fitted.catalog.links.imdb_id
        self._imdb = {imdb: num for num, imdb in enumerate(imdb_id.tolist()) if imdb > 0}
        self._known_imdb = imdb_id > 0
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        self._of_year: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for num, written in enumerate(fitted.catalog.title):
            for name in titles.names(written):
                bare = titles.without_article(name)
                self._named[bare].append(num)
                self._of_year[int(films.year[num])].setdefault(bare, num)

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
            nums, sure = self._meant(row, export)
            rating = rating_of(row.stars, self._scale) if row.rating is None else row.rating
            if not self._scale.low <= rating <= self._scale.high:
                skipped.append(Skipped(row.row, f"the rating {rating:g} is not on the model's scale"))
                continue
            brought = Brought(row.row, row.title, row.year, rating, row.rated_at)
            if len(nums) > 1 or (nums and not sure):
                ambiguous.append(
                    Ambiguous(
                        **vars(brought), candidates=tuple(self._films.item(num) for num in nums[:_SHOWN])
                    )
                )
            elif not nums:
                not_found.append(brought)
            else:
                self._keep_later(found, nums[0], brought, skipped)
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

    def _meant(self, row: Row, export: Export) -> tuple[list[int], bool]:
        """Row numbers of the films that may match, and whether a single one is certain."""
        if row.imdb_num and row.imdb_num in self._imdb:
            return [self._imdb[row.imdb_num]], True
        if export.kind in ("movielens", "cineblend") and row.movie_id in self._ids:
            return [self._ids[row.movie_id]], True
        if export.kind == "cineblend":
            return [], True
        name = titles.without_article(titles.key(titles.readable(row.title)))
        nums, sure = self._by_title(name, row.year) if name else ([], True)
        if row.imdb_num:
            # Two different numbers are two films, however alike the titles are.
            nums = [num for num in nums if not self._known_imdb[num]]
        return nums, sure

    def _by_title(self, name: str, year: int | None) -> tuple[list[int], bool]:
        exact = list(dict.fromkeys(self._named.get(name, ())))
        if year is None:
            return exact, True
        years = self._films.year
        for off in (0, 1):
            close = [num for num in exact if abs(int(years[num]) - year) <= off]
            if close:
                return close, True
        alike = [
            (likeness, self._of_year[at][other])
            for at in (year - 1, year, year + 1)
            if at in self._of_year
            for other, likeness, _ in process.extract(
                name, list(self._of_year[at]), scorer=fuzz.ratio, score_cutoff=_TYPO, limit=_SHOWN
            )
        ]
        alike.sort(key=lambda candidate: (-candidate[0], candidate[1]))
        if alike:
            return list(dict.fromkeys(num for _, num in alike)), alike[0][0] >= _SURE
        return [num for num in exact if years[num] <= 0], True


def rating_of(stars: float, scale: RatingScale) -> float:
    """Stars from 0.5 to 5 on a model's scale."""
    return min(max(stars / 5 * scale.high, scale.low), scale.high)
