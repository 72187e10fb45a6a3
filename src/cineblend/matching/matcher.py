"""Matcher: which film of a catalogue is meant by ids, titles and a year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from cineblend.matching import titles
from cineblend.matching.forms import Forms, forms
from cineblend.matching.typos import is_long, is_sure, may_be_typo

_LIKE = 80
"""Likeness in percent from which a title is looked at as misspelt."""
_LOOKED_AT = 5
"""Misspelt titles looked at, for each year."""
_GAP = 0.5
"""How much worse than the best a film must be so that it is not in doubt."""
_ID, _PLAIN, _EXACT, _LOOSE, _ARTICLE, _NUMBERED, _PARTIAL = -1.0, 0.0, 0.1, 0.2, 0.6, 1.3, 2.0
_SLIP, _SLIP_AND_YEAR, _LONE_SUFFIX, _LONE_NUMBER, _TYPO, _BOTH_PARTIAL = 2.1, 2.4, 2.6, 2.6, 2.7, 3.2
"""Costs of the ways in which two titles may agree."""
_YEAR_OFF = 1.0
"""Cost of a year that differs by one."""
_NO_YEAR = 1.0
"""Cost of a year that one side does not know."""
_SURE = 2.5
"""The highest cost at which a single candidate is certain."""


_SERIES = 2
"""Films of a catalogue that make a series."""
_SERIES_WORDS = ("series", "saga", "chronicles", "trilogy")


@dataclass(frozen=True)
class Described:
    """A film as somebody describes it; every value may be missing.

    Attributes:
        title: as written, with or without a year in parentheses.
        year: 0 if unknown.
        aliases: other titles.
        other_years: other years that the description gives.
        item_id: the catalogue's own id as text; only where the description uses the catalogue's ids.
        imdb_id: number at IMDb, 0 if unknown.
        tmdb_id: number at TMDB, 0 if unknown.
    """

    title: str = ""
    year: int = 0
    aliases: tuple[str, ...] = ()
    other_years: tuple[int, ...] = ()
    item_id: str = ""
    imdb_id: int = 0
    tmdb_id: int = 0


@dataclass(frozen=True)
class Candidate:
    """A film that may be meant; the lower the cost, the better."""

    num: int
    cost: float


@dataclass(frozen=True)
class Found:
    """What a description may mean.

    Attributes:
        candidates: the best first.
        sure: whether the first is certain.
    """

    candidates: tuple[Candidate, ...] = ()
    sure: bool = False


@dataclass(frozen=True, eq=False)
class Films:
    """The columns of a catalogue of n films that a match needs.

    Attributes:
        titles: as the catalogue writes them.
        years: (n,) 0 if unknown.
        aliases: other titles of each film; may be empty.
        ids: ids as text; may be empty.
        imdb_id, tmdb_id: (n,) numbers, 0 if unknown; None if all are.
        popularity: (n,) how well known each film is; it only orders candidates that are equally good.
    """

    titles: Sequence[str]
    years: npt.NDArray[np.integer]
    aliases: Sequence[Sequence[str]] = ()
    ids: Sequence[str] = ()
    imdb_id: npt.NDArray[np.int64] | None = None
    tmdb_id: npt.NDArray[np.int64] | None = None
    popularity: npt.NDArray[np.integer] | None = None


@dataclass
class _Index:
    """Keys of titles, and the films that have them."""

    bare: defaultdict[str, list[tuple[int, Forms]]] = field(default_factory=lambda: defaultdict(list))
    parts: defaultdict[str, list[tuple[int, Forms]]] = field(default_factory=lambda: defaultdict(list))
    by_year: defaultdict[int, dict[str, list[tuple[int, str]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    series: Counter[str] = field(default_factory=Counter[str])
    vocabulary: Counter[str] = field(default_factory=Counter[str])


class Matcher:
    """Finds the film of a catalogue that a description means.

    Ids are compared first: the catalogue's own, then IMDb's, then TMDB's. Two different numbers of one kind
    are two films. Then titles are compared: the same title, the same but for an article, a title without its
    prefix or subtitle, and a misspelt one, in this order. The year may differ by one; then the title must be
    the same. Films that are equally good are all returned, and none is sure.
    """

    def __init__(self, films: Films) -> None:
        self._films = films
        self._years = [int(year) for year in films.years]
        self._ids = {one: num for num, one in enumerate(films.ids)}
        self._imdb, self._imdb_of = _numbers(films.imdb_id, len(films.titles))
        self._tmdb, self._tmdb_of = _numbers(films.tmdb_id, len(films.titles))
        self._index = _Index()
        for num, title in enumerate(films.titles):
            others = films.aliases[num] if films.aliases else ()
            self._add(num, _names(title, others))

    def find(self, film: Described) -> Found:
        """The films that ``film`` may mean."""
        for known, number in (
            (self._ids, film.item_id),
            (self._imdb, film.imdb_id),
            (self._tmdb, film.tmdb_id),
        ):
            num = known.get(number) if number else None  # pyright: ignore[reportArgumentType]
            if num is not None:
                return Found((Candidate(num, _ID),), sure=True)
        costs: dict[int, float] = {}
        years = {year for year in (film.year, *film.other_years) if year} or {0}
        named = [forms(name) for name in _names(film.title, film.aliases)]
        for one in named:
            self._by_title(one, years, costs)
        if not any(cost <= _SURE for cost in costs.values()):
            for name in _names(film.title, film.aliases):
                self._by_typo(name, years, costs)
        for num in [num for num in costs if self._is_another(num, film)]:
            del costs[num]
        return self._judged(costs)

    def _add(self, num: int, names: Sequence[str]) -> None:
        for name in names:
            one = forms(name)
            if not one.bare:
                continue
            self._index.bare[one.bare].append((num, one))
            for part in one.parts:
                self._index.parts[part].append((num, one))
            plain = titles.key(name)
            self._index.by_year[self._years[num]].setdefault(plain, []).append((num, name))
        self._index.series.update({forms(name).first for name in names})
        self._index.vocabulary.update({word for name in names for word in titles.key(name).split()})

    def _by_title(self, one: Forms, years: set[int], costs: dict[int, float]) -> None:
        for num, other in self._index.bare.get(one.bare, ()):
            same_article = _LOOSE if one.article == other.article else _ARTICLE
            exact = _LONE_NUMBER if one.bare.isdigit() else _EXACT
            cost = _PLAIN if one.plain == other.plain else exact if one.exact == other.exact else same_article
            self._note(costs, num, cost, years)
        for num, other in self._index.parts.get(one.bare, ()):
            self._note(costs, num, self._partial(one.bare, other.parts[one.bare]), years)
        for part, lost in one.parts.items():
            for num, _ in self._index.bare.get(part, ()):
                self._note(costs, num, self._partial(part, lost), years)
            if _has_number(part):
                for num, _ in self._index.parts.get(part, ()):
                    self._note(costs, num, _BOTH_PARTIAL, years)

    def _partial(self, part: str, lost: str) -> float:
        """The cost of a title without its prefix ``lost``, or without its subtitle.

        A prefix that no other film has is no series, so without it the title may be another film's. A part
        with a number, such as "Saw III", says as much as a whole title.
        """
        if lost and self._index.series[lost] < _SERIES and not lost.endswith(_SERIES_WORDS):
            return _LONE_SUFFIX
        return _NUMBERED if _has_number(part) and any(letter.isalpha() for letter in part) else _PARTIAL

    def _note(self, costs: dict[int, float], num: int, cost: float, years: set[int]) -> None:
        """Remember a film, unless its year is another."""
        year = self._years[num]
        if not year or years == {0}:
            cost += _NO_YEAR if cost < _PARTIAL else _YEAR_OFF
        else:
            off = min(abs(year - said) for said in years)
            if off > 1 or (off and cost > _PARTIAL):
                return
            if off:
                cost += 2 * _YEAR_OFF if cost in (_ARTICLE, _PARTIAL) else _YEAR_OFF
        costs[num] = min(cost, costs.get(num, cost))

    def _by_typo(self, name: str, years: set[int], costs: dict[int, float]) -> None:
        plain, numbers = titles.key(name), forms(name).numbers
        for at in sorted({year + off for year in years if year for off in (-1, 0, 1)}):
            known = self._index.by_year.get(at)
            if not known:
                continue
            for other, _, _ in process.extract(
                plain, list(known), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=_LOOKED_AT
            ):
                for num, theirs in known[other]:
                    if forms(theirs).numbers == numbers and may_be_typo(
                        titles.without_article(plain), titles.without_article(other)
                    ):
                        cost = self._typo(plain.split(), other.split(), at in years)
                        costs[num] = min(cost, costs.get(num, np.inf))

    def _typo(self, written: list[str], theirs: list[str], same_year: bool) -> float:
        """The cost of a misspelt title."""
        if is_sure(written, theirs, self._index.vocabulary) and (same_year or is_long(theirs)):
            return _SLIP if same_year else _SLIP_AND_YEAR
        return _TYPO if same_year else _TYPO + _YEAR_OFF

    def _is_another(self, num: int, film: Described) -> bool:
        """Whether two different numbers say that these are two films."""
        return bool(
            (film.imdb_id and self._imdb_of[num])
            or (film.tmdb_id and self._tmdb_of[num] and not film.imdb_id)
        )

    def _judged(self, costs: dict[int, float]) -> Found:
        popularity = self._films.popularity
        order = sorted(
            costs, key=lambda num: (costs[num], 0 if popularity is None else -int(popularity[num]), num)
        )
        if not order:
            return Found()
        found = tuple(Candidate(num, costs[num]) for num in order)
        best = found[0].cost
        rivals = [one for one in found[1:] if one.cost == best or (best > 0 and one.cost < best + _GAP)]
        return Found(found, sure=best <= _SURE and not rivals)


def how(cost: float) -> str:
    """In words, how a film with such a cost was matched."""
    known = ((_ID, "number"), (_LOOSE, "title"), (_ARTICLE, "title but for its article"))
    exact = next((words for highest, words in known if cost <= highest + 0.05), "")
    return exact or (
        "title, year nearby or unknown" if cost < _NUMBERED else "part of the title, or misspelt"
    )


def _names(title: str, aliases: Iterable[str]) -> list[str]:
    """Every name once, the main one first."""
    named = [name for one in (title, *aliases) for name in titles.spoken(one)]
    return list(dict.fromkeys([*named, *(_in_full(one) for one in (title, *aliases))]))


def _in_full(title: str) -> str:
    """The title with what stands in parentheses."""
    return titles.readable(title).replace("(", "").replace(")", "")


def _has_number(part: str) -> bool:
    return any(letter.isdigit() for letter in part)


def _numbers(column: npt.NDArray[np.int64] | None, n: int) -> tuple[dict[int, int], list[int]]:
    of = [0] * n if column is None else [int(number) for number in column]
    return {number: num for num, number in enumerate(of) if number > 0}, of
