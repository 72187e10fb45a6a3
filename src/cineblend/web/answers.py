"""Answers: what the REST service sends beside the values of ``service.answers``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from cineblend.service.answers import Item, Recommendation, Similar
from cineblend.service.batch import ShortList
from cineblend.service.facet_search import FoundFacet
from cineblend.service.facets import FacetKind
from cineblend.service.kinds import Kind
from cineblend.service.predicted import PredictedStars
from cineblend.service.wanted import ItemId
from cineblend.service.words.understood import Understood

EXAMPLE_ITEM = {
    "item_id": 1,
    "title": "Toy Story",
    "year": 1995,
    "genres": ["Adventure", "Animation"],
    "n_ratings": 215,
    "mean_rating": 3.92,
    "imdb_id": "tt0114709",
    "tmdb_id": 862,
    "poster": "/posters/1.svg",
    "creators": ["John Lasseter"],
    "runtime": 81,
}


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
    """The model in use.

    Attributes:
        feedback: "explicit" if people gave ratings; "implicit" if they played, clicked or bought.
        act: what they did then, such as "played"; empty for ratings.
        noun: what an item is called, such as "film" or "book".
        nouns: what several are called.
        can_add_items: whether POST /items is allowed here.
    """

    model_version: str
    strategy: str
    title: str
    n_items: int
    noun: str
    nouns: str
    scale: Scale
    feedback: Literal["explicit", "implicit"]
    act: str
    has_words: bool
    has_map: bool
    has_figures: bool
    data: Data
    fitted_at: str | None
    genres: list[str]
    years: dict[Literal["from", "to"], int | None]
    facets: dict[FacetKind, int]
    has_runtime: bool
    n_unrated: int
    can_add_items: bool


class SimilarItems(BaseModel):
    """Films like one, the most alike first."""

    items: list[Similar]


class KindsOfItems(BaseModel):
    """Kinds of films, those that cover most of the catalogue first."""

    kinds: list[Kind]


class Facets(BaseModel):
    """People, keywords, countries or languages, the best match first."""

    items: list[FoundFacet]


class Recommendations(BaseModel):
    """A list, best first."""

    model_version: str
    recommendation_id: str
    items: tuple[Recommendation, ...]
    notes: tuple[str, ...]
    understood: tuple[Understood, ...] = ()


class Batch(BaseModel):
    """A short list for each person, in the order of the request."""

    model_version: str
    lists: list[ShortList]


class Stored(BaseModel):
    """What became of many ratings."""

    stored: int
    unknown: list[str]


class Stars(BaseModel):
    """What a person would probably rate a film."""

    stars: PredictedStars | None


class Items(BaseModel):
    """Films."""

    items: list[Item]


class Health(BaseModel):
    """Whether the service can answer."""

    status: Literal["ok"]
    model_version: str | None = None


class Changed(BaseModel):
    """The model after items were added or removed."""

    model_version: str
    n_items: int


class DoubtfulTitle(BaseModel):
    """A title that was not added, and the films that it may mean."""

    title: str
    year: int
    items: list[Item]


class AddedTitles(Changed):
    """What became of titles to add."""

    added: list[Item]
    already: list[DoubtfulTitle]


class Reloaded(BaseModel):
    """The model in use after a reload."""

    model_version: str


class Map(BaseModel):
    """Every film with a place, column by column; x and y from 0 to 1."""

    item_id: list[ItemId]
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


class NewProfile(BaseModel):
    """A profile that was made; its id is a secret."""

    profile_id: str


class ProfileRating(BaseModel):
    """A film somebody rated."""

    item: Item
    rating: float
    rated_at: int


class ProfileOut(BaseModel):
    """A person: what they rated and the lists they keep, the newest first."""

    profile_id: str
    ratings: list[ProfileRating]
    watchlist: list[Item]
    hidden: list[Item]
    owned: list[Item]


class ExportedRating(BaseModel):
    """A rating as it is stored."""

    item_id: ItemId
    title: str | None
    rating: float
    rated_at: int


class Export(BaseModel):
    """Everything that is stored of a person."""

    profile_id: str
    created_at: int
    ratings: list[ExportedRating]
    watchlist: list[ItemId]
    hidden: list[ItemId]
    owned: list[ItemId]
