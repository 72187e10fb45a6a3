"""Schemas: what goes into the service; what comes out is in ``answers.py``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from cineblend.constants import TEXT_WEIGHT
from cineblend.service.facets import FacetKind
from cineblend.service.films import Films
from cineblend.service.kinds import MOST_KINDS
from cineblend.service.shown import LONGEST_NAME
from cineblend.service.wanted import (
    LONGEST_LIST,
    LONGEST_TEXT,
    MOST_RATINGS,
    By,
    Filters,
    Sort,
    Wanted,
)
from cineblend.service.written import Form
from cineblend.web.given import EXAMPLE_RATINGS, Id, Rating, Ratings, Strict, Whole, has, history, times

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


class Query(BaseModel):
    """A query string: nothing beside the named parameters, so that a mistyped one is not passed over."""

    model_config = ConfigDict(extra="forbid")


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

    def wanted(self, films: Films) -> Wanted:
        """The service's question.

        Raises:
            UserError: what cannot be.
        """
        return Wanted(
            ratings=history(films, self.ratings),
            timestamps=times(films, self.ratings),
            filters=self.filters.made(),
            together=None if self.together is None else history(films, self.together),
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


class RatingsOf(Strict):
    """Somebody whose ratings come with the request."""

    ratings: Ratings


class ProfileOf(Strict):
    """Somebody with a profile."""

    profile_id: Annotated[str, Field(max_length=100)]


MOST_PEOPLE = 1000
"""People in one batch."""
_Somebody = Annotated[
    Annotated[RatingsOf, Tag("ratings")] | Annotated[ProfileOf, Tag("profile_id")],
    Discriminator(lambda one: "profile_id" if has(one, "profile_id") else "ratings"),
]


class BatchRequest(Strict):
    """Short lists for many people."""

    people: Annotated[list[_Somebody], Field(min_length=1, max_length=MOST_PEOPLE)] = Field(
        examples=[[{"ratings": EXAMPLE_RATINGS}, {"ratings": []}]]
    )
    k: Length = 10
    filters: GivenFilters = Field(default_factory=GivenFilters)
    text_weight: Share = TEXT_WEIGHT


class ExplanationRequest(WhatIsWanted):
    """Why a film scores what it does."""

    item_id: Id


class FilesRequest(Strict):
    """Films to write to a file, in their order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item_ids": [1, 260], "form": "letterboxd"}]})

    item_ids: Annotated[list[Id], Field(max_length=MOST_RATINGS)]
    form: Form = Field(
        default="letterboxd",
        description="CSV that Letterboxd or IMDb lists read, JSON, or text to share. "
        "IMDb's leaves out films without a number of IMDb.",
    )


class NewRating(Strict):
    """A rating to store."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": 4.5}]})

    rating: Rating


class NewRatings(Strict):
    """Ratings to store."""

    ratings: Ratings = Field(examples=[EXAMPLE_RATINGS])
    skip_unknown: bool = Field(
        default=False, description="Store the rest if films are unknown; the answer names those left out."
    )


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


class KindsQuery(Query):
    """How many."""

    k: int = Field(default=24, ge=1, le=MOST_KINDS)


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
    owned_only: bool = Field(default=False, description="Films of the person's own library alone.")


class ImportQuery(Query):
    """Whether to store what was matched, and what likes are worth."""

    dry_run: bool = False
    rate_likes: bool = Field(
        default=False, description="Films liked without a rating count as four stars of five."
    )
