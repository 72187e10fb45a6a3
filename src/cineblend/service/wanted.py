"""Wanted: what a person asks for, as frozen values that are checked when they are made."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar, cast

from cineblend.constants import TEXT_WEIGHT
from cineblend.errors import UnknownNameError, UserError

ItemId = int | str
"""An outside id: whichever kind the catalogue has."""
T = TypeVar("T")
ByItem = Mapping[int, T] | Mapping[str, T] | Mapping[ItemId, T]
"""Something for each of some items, by outside id."""
By = Literal["both", "people", "text"]
"""By what films are alike."""
Sort = Literal["relevance", "popular", "year", "title"]
"""In what order a search lists films."""

LONGEST_LIST = 100
"""Films a list may have."""
MOST_RATINGS = 20_000
"""Ratings a person may bring: more than anyone has seen films."""
LONGEST_TEXT = 500
"""Characters of a query in words."""
_FEW_RATINGS = 1000
"""A person with more takes so long that others should not wait for them."""


@dataclass(frozen=True)
class Filters:
    """Which films may be listed.

    Attributes:
        genres_any: at least one of these genres; empty for any film.
        genres_none: none of these genres.
        genres_all: all of these genres.
        people: all of these people, in any role; "director:NAME" for one role.
        people_none: none of these people.
        keywords: all of these keywords.
        keywords_none: none of these keywords.
        countries_any: from at least one of these countries.
        countries_none: from none of these countries.
        languages_any: in at least one of these languages.
        languages_none: in none of these languages.
        runtime_from: at least this many minutes; a film of unknown runtime is left out.
        runtime_to: at most this many minutes; a film of unknown runtime is left out.
        year_from: released this year or later; a film of unknown year is left out.
        year_to: released this year or earlier; a film of unknown year is left out.
        min_ratings: at least this many ratings in the training data.
        max_ratings: at most this many.
        only: ids of the films to choose from, such as a watchlist; None for all.
        exclude: ids of films not to list.
        include_rated: list films the person has rated too.
    """

    genres_any: Sequence[str] = ()
    genres_none: Sequence[str] = ()
    genres_all: Sequence[str] = ()
    people: Sequence[str] = ()
    people_none: Sequence[str] = ()
    keywords: Sequence[str] = ()
    keywords_none: Sequence[str] = ()
    countries_any: Sequence[str] = ()
    countries_none: Sequence[str] = ()
    languages_any: Sequence[str] = ()
    languages_none: Sequence[str] = ()
    runtime_from: int | None = None
    runtime_to: int | None = None
    year_from: int | None = None
    year_to: int | None = None
    min_ratings: int | None = None
    max_ratings: int | None = None
    only: Sequence[ItemId] | None = None
    exclude: Sequence[ItemId] = ()
    include_rated: bool = False

    def __post_init__(self) -> None:
        ordered("runtime", self.runtime_from, self.runtime_to, least=0)
        ordered("year", self.year_from, self.year_to, least=0)
        ordered("ratings", self.min_ratings, self.max_ratings, least=0)


@dataclass(frozen=True)
class Wanted:
    """One question: whose ratings, how long a list, of which films, by which measure.

    Attributes:
        ratings: item id to rating, on the model's scale; may be empty.
        timestamps: item id to the time of its rating, seconds since 1970, where known. A list is for now,
            so they do not change it.
        k: length of the list, 1 to 100.
        filters: which films may be listed.
        text: words, such as "slow science fiction, no gore"; empty for none.
        text_weight: share of the text in the score: 0 for what people like you like, 1 for films
            like yours or like the words.
        diversity: 0 for the best films, towards 1 for films unlike each other.
        calibration: 0 for the best films, towards 1 for as many little-known films as the history has.
        new_share: share of the list for films that nobody has rated; None lists them by their scores.
        reasons: say why each film is listed.
        together: a second person's ratings; both must like the films. None for one person.
    """

    ratings: ByItem[float] = field(default_factory=dict[ItemId, float])
    timestamps: ByItem[int] = field(default_factory=dict[ItemId, int])
    k: int = 10
    filters: Filters = field(default_factory=Filters)
    text: str = ""
    text_weight: float = TEXT_WEIGHT
    diversity: float = 0.0
    calibration: float = 0.0
    new_share: float | None = None
    reasons: bool = True
    together: ByItem[float] | None = None

    @property
    def joins(self) -> bool:
        """Whether it is soon answered, so that it may be scored together with others."""
        return not self.text.strip() and self.together is None and len(self.ratings) <= _FEW_RATINGS

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", list_length(self.k))
        for name in ("text_weight", "diversity", "calibration", "new_share"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise UserError(f"{name} is {value}", expected="a number from 0 to 1")
        if len(self.text) > LONGEST_TEXT:
            raise UserError(
                f"the text has {len(self.text)} characters", expected=f"at most {LONGEST_TEXT} characters"
            )
        for ratings in (self.ratings, self.together or {}):
            _check_ratings(ratings)


def list_length(k: Any) -> int:
    """The length of a list, of any whole number there is.

    Raises:
        UserError: it is no whole number, or not from 1 to 100.
    """
    if isinstance(k, bool) or not hasattr(k, "__index__") or not 1 <= k <= LONGEST_LIST:
        raise UserError(f"k is {k!r}", expected=f"a whole number from 1 to {LONGEST_LIST}")
    return operator.index(k)


def by_item(ratings: Any) -> ByItem[float]:
    """Ratings as a map from item id; a series of pandas counts as one.

    Raises:
        UserError: they are anything else.
    """
    if ratings is None:
        return {}
    is_series = hasattr(ratings, "index") and hasattr(ratings, "to_dict") and not hasattr(ratings, "columns")
    if is_series and not isinstance(ratings, Mapping):
        ratings = ratings.to_dict()
    if not isinstance(ratings, Mapping):
        raise UserError(
            f"the ratings are a {type(ratings).__name__}",
            expected="a map from item id to rating, such as {1: 4.5, 260: 5}, or a series of pandas",
            remedy="for a frame: dict(zip(frame[item], frame[rating])); for many people: recommend_many",
        )
    return cast("ByItem[float]", ratings)


def wanted_from(ratings: ByItem[float], **options: Any) -> Wanted:
    """A question whose options and filters are given side by side, by name.

    Raises:
        UserError: a name that is no option, or a value that cannot be.
    """
    filters = {name: options.pop(name) for name in _FILTERS if name in options}
    if wrong := sorted(set(options) - _OPTIONS):
        raise UnknownNameError("option", wrong[0], sorted(_OPTIONS | _FILTERS))
    return Wanted(ratings=by_item(ratings), filters=Filters(**filters), **options)


_FILTERS = {one.name for one in fields(Filters)}
_OPTIONS = {one.name for one in fields(Wanted)} - {"ratings", "filters"}


def _check_ratings(ratings: ByItem[float]) -> None:
    if len(ratings) > MOST_RATINGS:
        raise UserError(f"{len(ratings)} ratings were given", expected=f"at most {MOST_RATINGS}")
    for item_id, value in ratings.items():
        given: Any = value
        if isinstance(given, bool) or not isinstance(given, numbers.Real) or not math.isfinite(given):
            raise UserError(f"the rating of item {item_id!r} is {given!r}", expected="a finite number")


def ordered(what: str, low: int | None, high: int | None, least: int) -> None:
    """Check a filter's two ends, each None where it is open.

    Raises:
        UserError: an end is below ``least``, or the first is above the last.
    """
    for end in (low, high):
        if end is not None and end < least:
            raise UserError(f"a filter on {what} begins or ends at {end}", expected=f"at least {least}")
    if low is not None and high is not None and low > high:
        raise UserError(f"the filter on {what} runs from {low} to {high}", expected="from low to high")
