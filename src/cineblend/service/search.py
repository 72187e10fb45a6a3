"""Search: films by title, tolerant of typing errors."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from cineblend.errors import UnknownNameError, UserError
from cineblend.ids import Nums
from cineblend.matching import titles
from cineblend.service.answers import Found
from cineblend.service.films import Films, Mask
from cineblend.service.filters import within
from cineblend.service.wanted import LONGEST_LIST, LONGEST_TEXT, Sort, ordered

SORTS: tuple[Sort, ...] = ("relevance", "popular", "year", "title")

_CANDIDATES = 400
"""Number of names that share most trigrams with the query and are compared with it."""
_ALIKE = 0.62
"""Smallest likeness of a match."""
_WORSE = 0.22
"""Largest distance from the best match: an exact match needs no guesses beside it."""
_POPULAR = 0.12
"""Bonus of the most rated film over one without ratings, on a likeness scale that ends at 1."""


@dataclass(frozen=True)
class Query:
    """The parameters of a search.

    Attributes:
        text: words of the title, and the year if known; empty for every film.
        genre: a genre the film must have; None for any.
        year_from: first year of release.
        year_to: last year of release.
        min_ratings: at least this many ratings.
        max_ratings: at most this many.
        sort: "relevance" (by likeness, then number of ratings), "popular", "year" (newest first) or "title".
    """

    text: str = ""
    genre: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    min_ratings: int | None = None
    max_ratings: int | None = None
    sort: Sort = "relevance"

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT:
            raise UserError(
                f"the query has {len(self.text)} characters", expected=f"at most {LONGEST_TEXT} characters"
            )
        if self.sort not in SORTS:
            raise UnknownNameError("order", self.sort, SORTS)
        ordered("year", self.year_from, self.year_to, least=0)
        ordered("ratings", self.min_ratings, self.max_ratings, least=0)


class Search:
    """Finds films by title: trigrams pick candidate names, edit distance ranks them.

    A name is found in full or from its beginning ("the mat"), with letters wrong, missing or swapped, with or
    without accents, articles and punctuation, and by any of the catalogue's other titles in parentheses.

    Args:
        films: the catalogue.
        written: its titles as in the catalogue.
        version: the model's version; a cursor of another version is refused.
    """

    def __init__(self, films: Films, written: tuple[str, ...], version: str) -> None:
        self._films, self._version = films, version
        named = [(name, num) for num, title in enumerate(written) for name in titles.names(title)]
        bare = [(titles.without_article(name), num) for name, num in named]
        self._names = [name for name, _ in dict.fromkeys([*named, *bare])]
        self._film_of = np.array([num for _, num in dict.fromkeys([*named, *bare])], np.int32)
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._names):
            for gram in _grams(name):
                postings[gram].append(at)
        self._postings = {gram: np.array(at, np.int32) for gram, at in postings.items()}
        self._popular = films.popularity
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
        allowed = within(self._films, query)
        if query.genre is not None:
            allowed &= self._films.genre_of[:, self._films.genre_columns([query.genre])[0]]
        if titles.key(query.text):
            nums = self._matching(query.text, allowed)
        else:
            nums = self._films.by_popularity[allowed[self._films.by_popularity]]
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
        at = self._candidates(wanted)
        if among is not None:
            at = at[among[self._film_of[at]]]
        alike = np.array([_alike(wanted, self._names[name]) for name in at.tolist()])
        found = dict[int, float]()
        least = max(_ALIKE, float(alike.max(initial=0)) - _WORSE)
        for num, likeness in zip(self._film_of[at].tolist(), alike.tolist(), strict=True):
            if likeness >= least:
                found[num] = max(found.get(num, 0.0), likeness)
        nums = sorted(found)
        return np.array(nums, np.int32), np.array([found[num] for num in nums])

    def _matching(self, text: str, allowed: Mask) -> Nums:
        nums, alike = self.likeness(text, allowed)
        value = alike + _POPULAR * self._popular[nums]
        dated = re.fullmatch(r"(.*\S)\W+((?:18|19|20)\d\d)\W*", text.strip())
        if dated:
            year = int(dated[2])
            others, again = self.likeness(dated[1], allowed & (np.abs(self._films.year - year) <= 1))
            again = again + 0.1 - 0.05 * (self._films.year[others] != year) + _POPULAR * self._popular[others]
            nums, value = _best_of(np.concatenate([nums, others]), np.concatenate([value, again]))
        return nums[np.lexsort((nums, -value))]

    def _candidates(self, wanted: str) -> Nums:
        """Names that share trigrams with the text, the most alike first."""
        if len(wanted) <= 2:
            # Scripts with two-letter words, such as Chinese, put no blanks between words.
            sought = f" {wanted}" if wanted.isascii() else wanted
            begun = [at for at, name in enumerate(self._names) if sought in f" {name}"]
            begun.sort(key=lambda at: (self._names[at] != wanted, -self._popular[self._film_of[at]]))
            return np.array(begun[:_CANDIDATES], np.int32)
        grams = _grams(wanted)
        lists = [self._postings[gram] for gram in grams if gram in self._postings]
        if not lists:
            return np.empty(0, np.int32)
        shared = np.bincount(np.concatenate(lists), minlength=len(self._names))
        enough = np.flatnonzero(shared >= max(1, round(0.25 * len(grams))))
        order = np.argsort(-shared[enough] - self._popular[self._film_of[enough]] / 2, kind="stable")
        return enough[order[:_CANDIDATES]].astype(np.int32)

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


def _grams(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _alike(wanted: str, name: str) -> float:
    """Likeness from 0 to 1 by edit distance: of the whole name, its beginning or a part of it."""
    whole = fuzz.ratio(wanted, name) / 100
    if len(wanted) >= len(name):
        return whole
    begun = fuzz.ratio(wanted, name[: len(wanted)]) / 100
    part = fuzz.partial_ratio(wanted, name) / 100
    at_word = f" {name}".find(f" {wanted}") >= 0
    cover = len(wanted) / len(name)
    return max(whole, 0.86 * begun + 0.1 * cover, 0.76 * part + 0.08 * at_word + 0.1 * cover)


def _best_of(nums: Nums, value: npt.NDArray[np.float64]) -> tuple[Nums, npt.NDArray[np.float64]]:
    """Each film once, with its highest value."""
    order = np.lexsort((-value, nums))
    nums, value = nums[order], value[order]
    first = np.concatenate([[True], nums[1:] != nums[:-1]]) if len(nums) else np.zeros(0, bool)
    return nums[first], value[first]
