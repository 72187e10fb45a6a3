"""Schemas: what goes into the service; what comes out is in ``answers.py``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StrictInt, StrictStr

from cineblend.constants import TEXT_WEIGHT
from cineblend.service.facets import FacetKind
from cineblend.service.shown import LONGEST_NAME
from cineblend.service.wanted import (
    LONGEST_LIST,
    LONGEST_TEXT,
    MOST_RATINGS,
    By,
    Filters,
    ItemId,
    Sort,
    Wanted,
)


def _whole(value: object) -> object:
    """JSON has one kind of number: 3.0 is the whole number 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_EXACT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact."""
Whole = BeforeValidator(_whole)
Id = Annotated[
    Annotated[StrictInt, Field(ge=-_EXACT, le=_EXACT)] | Annotated[StrictStr, Field(max_length=200)],
    Whole,
]
"""A film's outside id: whichever kind the catalogue has."""
Rating = Annotated[float, Field(allow_inf_nan=False, description="On the model's scale, see GET /model.")]
Year = Annotated[int, Field(ge=0, le=9999), Whole]
Count = Annotated[int, Field(ge=0, le=2**31 - 1), Whole]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
NewShare = Annotated[
    Share | None,
    Field(description="Share of the list for films that nobody has rated; without it, by their scores."),
]
Length = Annotated[int, Field(ge=1, le=LONGEST_LIST), Whole]
Words = Annotated[str, Field(max_length=LONGEST_TEXT)]
Minutes = Annotated[int, Field(ge=0, le=100_000), Whole]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME + 50)]
"""A name as it is shown, with room for a role."""
Names = Annotated[list[Name], Field(max_length=50)]
Genre = Annotated[str, Field(min_length=1, max_length=100)]
Genres = Annotated[list[Genre], Field(max_length=50)]
EXAMPLE_RATINGS: list[JsonValue] = [{"item_id": 1, "rating": 4.5}, {"item_id": 260, "rating": 5.0}]


class Strict(BaseModel):
    """A body: nothing beside the named fields, and no text where a number is due."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """A query string: nothing beside the named parameters, so that a mistyped one is not passed over."""

    model_config = ConfigDict(extra="forbid")


class GivenRating(Strict):
    """A rating."""

    item_id: Id
    rating: Rating
    timestamp: Annotated[int, Field(ge=0, le=2**40), Whole] | None = Field(
        default=None, description="Seconds since 1970."
    )


class FilterFields(BaseModel):
    """Which films may be listed; a film of unknown year or runtime passes no filter on it."""

    genres_any: Genres = Field(default_factory=list)
    genres_none: Genres = Field(default_factory=list)
    genres_all: Genres = Field(default_factory=list)
    people: Names = Field(
        default_factory=list, description="All of these, in any role; “director:NAME” asks for one role."
    )
    people_none: Names = Field(default_factory=list)
    keywords: Names = Field(default_factory=list)
    keywords_none: Names = Field(default_factory=list)
    countries_any: Names = Field(default_factory=list)
    countries_none: Names = Field(default_factory=list)
    languages_any: Names = Field(default_factory=list)
    languages_none: Names = Field(default_factory=list)
    runtime_from: Minutes | None = None
    runtime_to: Minutes | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    min_ratings: Count | None = None
    max_ratings: Count | None = None


class GivenFilters(Strict, FilterFields):
    """Which films may be listed; a film of unknown year or runtime passes no filter on it."""

    only: Annotated[list[Id], Field(max_length=MOST_RATINGS)] | None = None
    exclude: Annotated[list[Id], Field(max_length=MOST_RATINGS)] = Field(default_factory=list)
    include_rated: bool = False

    def made(self) -> Filters:
        """The service's filters.

        Raises:
            UserError: a range ends before it begins.
        """
        return Filters(**self.model_dump())


Ratings = Annotated[list[GivenRating], Field(max_length=MOST_RATINGS)]


_AS_GIVEN = {"k", "text", "text_weight", "diversity", "calibration", "new_share", "reasons"}


class QuestionsRequest(Strict):
    """Which films to ask about next."""

    ratings: Ratings = Field(default_factory=list, examples=[EXAMPLE_RATINGS])
    k: Length = 10
    unseen: Annotated[list[Id], Field(max_length=MOST_RATINGS)] | None = Field(
        default=None,
        description="Films not seen: with them, even none, the first dozen look for films that are known.",
    )


class WhatIsWanted(Strict):
    """Whose ratings, and how to list."""

    ratings: Ratings = Field(default_factory=list, examples=[EXAMPLE_RATINGS])
    k: Length = 10
    filters: GivenFilters = Field(default_factory=GivenFilters)
    text: Words = Field(default="", description="Words, such as: slow science fiction, no gore.")
    text_weight: Share = Field(
        default=TEXT_WEIGHT,
        description="0 for what people like you like, 1 for films like yours or like the words.",
    )
    diversity: Share = 0.0
    calibration: Share = 0.0
    new_share: NewShare = None
    reasons: bool = True
    together: Ratings | None = Field(
        default=None, description="A second person's ratings: both must like the films."
    )

    def wanted(self) -> Wanted:
        """The service's question.

        Raises:
            UserError: what cannot be.
        """
        return Wanted(
            ratings=history(self.ratings),
            timestamps={one.item_id: one.timestamp for one in self.ratings if one.timestamp is not None},
            filters=self.filters.made(),
            together=None if self.together is None else history(self.together),
            **self.model_dump(include=_AS_GIVEN),
        )


class RecommendationsRequest(WhatIsWanted):
    """A list for whoever these ratings are of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ratings": EXAMPLE_RATINGS,
                    "k": 10,
                    "filters": {"genres_none": ["Horror"], "year_from": 1970},
                    "text": "slow science fiction, no gore",
                    "text_weight": 0.3,
                    "diversity": 0.2,
                }
            ]
        }
    )


class ExplanationRequest(WhatIsWanted):
    """Why a film scores what it does."""

    item_id: Id


class NewRating(Strict):
    """A rating to store."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 4.5}]})

    rating: Rating


class QrRequest(Strict):
    """Where the page is."""

    page: Annotated[str, Field(pattern=r"^https?://[^\s#]+$", max_length=500)] = Field(
        description="The page's address, as the other device reaches it.",
        examples=["http://192.168.1.5:8000/"],
    )


class ItemsQuery(Query, FilterFields):
    """What to search for."""

    query: str = Field(default="", max_length=200, description="Part of a title; typing errors are forgiven.")
    genre: Genre | None = None
    sort: Sort = "relevance"
    limit: int = Field(default=24, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=500)


class FacetsQuery(Query):
    """What to search for."""

    kind: FacetKind
    q: str = Field(
        default="",
        max_length=200,
        description="Part of a name; typing errors are forgiven. Empty for the most frequent.",
    )
    limit: int = Field(default=10, ge=1, le=100)


class SimilarQuery(Query):
    """How many, and alike in what."""

    k: Length = 12
    by: By = "both"


class QuestionsQuery(Query):
    """How many."""

    k: Length = 10


class ExplainQuery(QuestionsQuery):
    """How to list."""

    text: Words = ""
    text_weight: Share = TEXT_WEIGHT
    with_profile: str | None = Field(
        default=None, max_length=100, description="A second person: both must like the films."
    )


class ProfileQuery(ExplainQuery, FilterFields):
    """How to list, and which films."""

    diversity: Share = 0.0
    calibration: Share = 0.0
    new_share: NewShare = None
    reasons: bool = True
    watchlist_only: bool = False


class ImportQuery(Query):
    """Whether to store what was matched."""

    dry_run: bool = False


def history(ratings: Iterable[GivenRating]) -> dict[ItemId, float]:
    """Item id to rating; of a film rated twice, the later in the list."""
    return {one.item_id: one.rating for one in ratings}
