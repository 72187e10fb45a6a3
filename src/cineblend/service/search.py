"""Search: films by title, tolerant of typing errors."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt

from cineblend.errors import UnknownNameError, UserError
from cineblend.ids import Nums
from cineblend.matching import titles
from cineblend.service.answers import Found
from cineblend.service.films import Films, Mask
from cineblend.service.filters import allowed
from cineblend.service.name_index import NameIndex
from cineblend.service.wanted import LONGEST_LIST, LONGEST_TEXT, Filters, Sort

SORTS: tuple[Sort, ...] = ("relevance", "popular", "year", "title")

_POPULAR = 0.12
"""Bonus of the most rated film over one without ratings, on a likeness scale that ends at 1."""


@dataclass(frozen=True)
class Query:
    """The parameters of a search.

    Attributes:
        text: words of the title, and the year if known; empty for every film.
        filters: which films may be found.
        sort: "relevance" (by likeness, then number of ratings), "popular", "year" (newest first) or "title".
    """

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT:
            raise UserError(
                f"the query has {len(self.text)} characters", expected=f"at most {LONGEST_TEXT} characters"
            )
        if self.sort not in SORTS:
            raise UnknownNameError("order", self.sort, SORTS)


class Search:
    """Finds films by title: trigrams pick candidate names, edit distance ranks them.

    A name is found in full or from its beginning ("the mat"), with letters wrong, missing or swapped, with or
    without accents, articles and punctuation, and by any of its other titles: in
    parentheses, or in the catalogue's content.

    Args:
        films: the catalogue.
        written: its titles as in the catalogue.
        version: the model's version; a cursor of another version is refused.
    """

    def __init__(self, films: Films, written: tuple[str, ...], version: str) -> None:
        self._films, self._version = films, version
        named = [(name, num) for num, title in enumerate(written) for name in titles.names(title)]
        named += [
            (key, num)
            for num, names in enumerate(films.content.labels("aliases"))
            for key in map(titles.key, names)
            if key
        ]
        bare = [(titles.without_article(name), num) for name, num in named]
        both = list(dict.fromkeys([*named, *bare]))
        self._film_of = np.array([num for _, num in both], np.int32)
        self._popular = films.popularity.astype(np.float64)
        self._names = NameIndex([name for name, _ in both], self._popular[self._film_of])
        self._by_title = np.array(
            sorted(
                range(len(films)), key=lambda num: (titles.without_article(titles.key(films.title[num])), num)
            ),
            np.int32,
        )

    def find(self, query: Query, limit: int, cursor: str | None = None) -> Found:
        """A page of films.

        Args:
            query: the parameters.
            limit: films on a page, 1 to 100.
            cursor: ``next_cursor`` of the previous page; None for the first.

        Raises:
            UserError: a limit out of bounds, an unknown genre, or a cursor of another search or model.
        """
        if not 1 <= limit <= LONGEST_LIST:
            raise UserError(f"limit is {limit}", expected=f"a number from 1 to {LONGEST_LIST}")
        start = 0 if cursor is None else self._start(cursor, query)
        order = self.order(query)
        stop = start + limit
        return Found(
            tuple(self._films.item(num) for num in order[start:stop].tolist()),
            self._cursor(query, stop) if stop < len(order) else None,
            len(order),
        )

    def order(self, query: Query) -> Nums:
        """Row numbers of every film found, best first."""
        found = allowed(self._films, query.filters, np.empty(0, np.int32))
        if titles.key(query.text):
            nums = self._matching(query.text, found)
        else:
            nums = self._films.by_popularity[found[self._films.by_popularity]]
        if query.sort == "popular":
            nums = nums[np.lexsort((nums, -self._films.n_ratings[nums].astype(np.int64)))]
        elif query.sort == "year":
            nums = nums[np.lexsort((nums, -self._films.year[nums].astype(np.int64)))]
        elif query.sort == "title":
            nums = self._by_title[np.isin(self._by_title, nums)]
        return nums

    def likeness(self, text: str, among: Mask | None = None) -> tuple[Nums, npt.NDArray[np.float64]]:
        """Films with names like a text, by rising number, and their likeness from 0 to 1.

        Args:
            text: the title, as far as it is known.
            among: (n_items,) the films to search; None for all.
        """
        wanted = titles.key(titles.readable(text))
        at, alike = self._names.like(wanted, None if among is None else among[self._film_of])
        found = dict[int, float]()
        for num, likeness in zip(self._film_of[at].tolist(), alike.tolist(), strict=True):
            found[num] = max(found.get(num, 0.0), likeness)
        nums = sorted(found)
        return np.array(nums, np.int32), np.array([found[num] for num in nums])

    def _matching(self, text: str, among: Mask) -> Nums:
        nums, alike = self.likeness(text, among)
        value = alike + _POPULAR * self._popular[nums]
        dated = re.fullmatch(r"(.*\S)\W+((?:18|19|20)\d\d)\W*", text.strip())
        if dated:
            year = int(dated[2])
            others, again = self.likeness(dated[1], among & (np.abs(self._films.year - year) <= 1))
            again = again + 0.1 - 0.05 * (self._films.year[others] != year) + _POPULAR * self._popular[others]
            nums, value = _best_of(np.concatenate([nums, others]), np.concatenate([value, again]))
        return nums[np.lexsort((nums, -value))]

    def _digest(self, query: Query) -> str:
        content = json.dumps([self._version, asdict(query)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def _cursor(self, query: Query, start: int) -> str:
        return base64.urlsafe_b64encode(f"{self._digest(query)}:{start}".encode()).decode()

    def _start(self, cursor: str, query: Query) -> int:
        try:
            digest, _, start = (
                base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii").partition(":")
            )
        except ValueError:
            digest, start = "", ""
        if digest != self._digest(query) or not start.isdecimal() or len(start) > 9:
            raise UserError(
                f"the cursor {cursor[:40]!r} belongs to another search",
                expected="the next_cursor of the previous page, with the same query, filters and model",
                remedy="search again from the first page",
            )
        return int(start)


def _best_of(nums: Nums, value: npt.NDArray[np.float64]) -> tuple[Nums, npt.NDArray[np.float64]]:
    """Each film once, with its highest value."""
    order = np.lexsort((-value, nums))
    nums, value = nums[order], value[order]
    first = np.concatenate([[True], nums[1:] != nums[:-1]]) if len(nums) else np.zeros(0, bool)
    return nums[first], value[first]
