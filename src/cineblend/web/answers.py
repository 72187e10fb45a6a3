"""Answers: what comes out of the service, with how it is made from the service room's values."""

from __future__ import annotations

from typing import Any, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from cineblend.service import answers
from cineblend.service.answers import Whose
from cineblend.service.wanted import ItemId

Kind = Literal["rating", "words", "text", "other"]


class Item(BaseModel):
    """A film."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "item_id": 1,
                    "title": "Toy Story",
                    "year": 1995,
                    "genres": ["Adventure", "Animation"],
                    "n_ratings": 215,
                    "mean_rating": 3.92,
                    "imdb_id": "tt0114709",
                    "tmdb_id": 862,
                    "poster": "/posters/1.svg",
                }
            ]
        }
    )

    item_id: int | str
    title: str
    year: int | None
    genres: list[str]
    n_ratings: int
    mean_rating: float | None
    imdb_id: str | None
    tmdb_id: int | None
    poster: str

    @classmethod
    def of(cls, item: answers.Item) -> Self:
        """From the service's film."""
        return cls(
            item_id=item.item_id,
            title=item.title,
            year=item.year,
            genres=list(item.genres),
            n_ratings=item.n_ratings,
            mean_rating=item.mean_rating,
            imdb_id=item.imdb_id,
            tmdb_id=item.tmdb_id,
            poster=poster_path(item.item_id),
        )


class Scale(BaseModel):
    """What ratings may be."""

    low: float
    high: float
    step: float


class Data(BaseModel):
    """Where the ratings came from and on what terms."""

    name: str
    licence: str
    citation: str
    caution: str


class ModelCard(BaseModel):
    """The model in use."""

    model_version: str
    strategy: str
    title: str
    n_items: int
    scale: Scale
    has_words: bool
    has_map: bool
    has_figures: bool
    data: Data
    fitted_at: str | None
    genres: list[str]
    years: dict[Literal["from", "to"], int | None]


class ItemPage(BaseModel):
    """A page of films."""

    items: list[Item]
    next_cursor: str | None
    total: int


class SimilarItem(BaseModel):
    """A film like another."""

    item: Item
    score: float
    by: Literal["both", "people", "text"]


class SimilarItems(BaseModel):
    """Films like one, the most alike first."""

    items: list[SimilarItem]


class Parts(BaseModel):
    """The two halves of a score."""

    people: float
    text: float


class Reason(BaseModel):
    """A line of the sum that makes a score."""

    kind: Kind
    item_id: int | str | None
    title: str | None
    rating: float | None
    contribution: float
    sentence: str
    whose: Whose

    @classmethod
    def of(cls, reason: answers.Reason) -> Self:
        """From the service's reason."""
        return cls(
            kind=reason.kind,
            item_id=reason.item_id,
            title=reason.title,
            rating=reason.rating,
            contribution=reason.contribution,
            sentence=reason.sentence,
            whose=reason.whose,
        )


class Recommended(BaseModel):
    """A listed film."""

    item: Item
    rank: int
    score: float
    parts: Parts
    reasons: list[Reason]


class Recommendations(BaseModel):
    """A list, best first."""

    model_version: str
    recommendation_id: str
    items: list[Recommended]
    notes: list[str]

    @classmethod
    def of(cls, listing: answers.Listing, model_version: str, recommendation_id: str) -> Self:
        """From the service's list."""
        return cls(
            model_version=model_version,
            recommendation_id=recommendation_id,
            items=[
                Recommended(
                    item=Item.of(one.item),
                    rank=one.rank,
                    score=one.score,
                    parts=Parts(people=one.parts.people, text=one.parts.text),
                    reasons=[Reason.of(reason) for reason in one.reasons],
                )
                for one in listing.items
            ],
            notes=list(listing.notes),
        )


class Without(BaseModel):
    """What the list would be without one rating."""

    item_id: int | str
    title: str
    rating: float
    rank_without: int | None
    leaves_list: bool
    whose: Whose


class Explained(BaseModel):
    """Why a film scores what it does: each person's lines add up to that person's score."""

    item: Item
    rank: int | None
    score: float
    scores: list[float]
    parts: Parts
    lines: list[Reason]
    without: list[Without]
    notes: list[str]

    @classmethod
    def of(cls, why: answers.Explanation) -> Self:
        """From the service's explanation."""
        return cls(
            item=Item.of(why.item),
            rank=why.rank,
            score=why.score,
            scores=list(why.scores),
            parts=Parts(people=why.parts.people, text=why.parts.text),
            lines=[Reason.of(line) for line in why.lines],
            without=[
                Without(
                    item_id=one.item_id,
                    title=one.title,
                    rating=one.rating,
                    rank_without=one.rank_without,
                    leaves_list=one.leaves_list,
                    whose=one.whose,
                )
                for one in why.without
            ],
            notes=list(why.notes),
        )


class Items(BaseModel):
    """Films."""

    items: list[Item]


class Health(BaseModel):
    """Whether the service can answer."""

    status: Literal["ok"]
    model_version: str | None = None


class Reloaded(BaseModel):
    """The model in use after a reload."""

    model_version: str


class Map(BaseModel):
    """Every film with a place, column by column; x and y from 0 to 1."""

    item_id: list[int | str]
    x: list[float]
    y: list[float]
    title: list[str]
    year: list[int | None]
    n_ratings: list[int]
    genre: list[str | None]


class Figures(BaseModel):
    """How strategies compare on this data, as in results.json."""

    rows: list[dict[str, Any]]
    protocol: dict[str, Any]
    data: dict[str, Any]


def poster_path(item_id: ItemId) -> str:
    """Where a film's poster is."""
    return f"/posters/{quote(str(item_id), safe='')}.svg"
