"""Client: the REST service from Python, with typed questions and answers; it needs no model here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote

import requests

from cineblend.errors import CineblendError

ItemId = int | str


class Rating(TypedDict):
    """A rating; the film is named by one of its three ids."""

    rating: float
    item_id: NotRequired[ItemId]
    imdb_id: NotRequired[str]
    tmdb_id: NotRequired[int]
    timestamp: NotRequired[int]


class ModelCard(TypedDict):
    """The model in use, and what its items are called."""

    model_version: str
    strategy: str
    title: str
    n_items: int
    noun: str
    nouns: str


class Item(TypedDict):
    """A film."""

    item_id: ItemId
    title: str
    year: int | None
    genres: list[str]
    n_ratings: int
    mean_rating: float | None
    imdb_id: str | None
    tmdb_id: int | None
    poster: str
    creators: list[str]
    runtime: int | None


class Reason(TypedDict):
    """A part of a film's score."""

    kind: Literal["rating", "words", "text", "other", "start"]
    item_id: ItemId | None
    title: str | None
    rating: float | None
    contribution: float
    sentence: str


class Recommendation(TypedDict):
    """A film in a list."""

    item: Item
    rank: int
    score: float
    reasons: list[Reason]


class Recommendations(TypedDict):
    """A list, best first."""

    model_version: str
    recommendation_id: str
    items: list[Recommendation]
    notes: list[str]


class Listed(TypedDict):
    """A film in a short list."""

    item_id: ItemId
    title: str
    score: float


class ShortList(TypedDict):
    """The best films for one person of many."""

    items: list[Listed]
    notes: list[str]


class Similar(TypedDict):
    """A film like another."""

    item: Item
    score: float
    by: Literal["both", "people", "text"]


class Found(TypedDict):
    """A page of films."""

    items: list[Item]
    next_cursor: str | None
    total: int


class Stored(TypedDict):
    """What became of many ratings."""

    stored: int
    unknown: list[str]


class ServiceError(CineblendError):
    """The service refused a request; ``status`` is the answer's."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status = status
        super().__init__(str(said.get("detail") or "no details"), remedy=str(said.get("remedy") or ""))


class Client:
    """One service. Options that a method passes on are fields of the operation; see ``/docs`` there.

    Args:
        url: where it runs.
        key: its key, if it has one.
        seconds: how long an answer may take.

    Raises:
        ServiceError: from each method, if the service refuses the request.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", key: str = "", seconds: float = 60) -> None:
        self._url, self._seconds = f"{url.rstrip('/')}/api/v1", seconds
        self._session = requests.Session()
        if key:
            self._session.headers["Authorization"] = f"Bearer {key}"

    def read_model(self) -> ModelCard:
        """The model in use."""
        return self._ask("GET", "/model")

    def recommend(self, ratings: Sequence[Rating], k: int = 10, **options: Any) -> Recommendations:
        """The best films for these ratings."""
        return self._ask("POST", "/recommendations", {"ratings": ratings, "k": k, **options})

    def recommend_to_many(
        self, people: Sequence[Sequence[Rating] | str], k: int = 10, **options: Any
    ) -> list[ShortList]:
        """The best films for each of up to 1,000 people: their ratings, or the id of their profile."""
        given = [{"profile_id": one} if isinstance(one, str) else {"ratings": one} for one in people]
        body = {"people": given, "k": k, **options}
        return self._ask("POST", "/recommendations/batch", body)["lists"]

    def similar_items(
        self, item_id: ItemId, k: int = 12, by: Literal["both", "people", "text"] = "both"
    ) -> list[Similar]:
        """Films like one, the most alike first."""
        path = f"/items/{_part(item_id)}/similar"
        return self._ask("GET", path, query={"k": k, "by": by})["items"]

    def search_items(self, query: str = "", **options: Any) -> Found:
        """Films by title and filters, a page at a time."""
        return self._ask("GET", "/items", query={"query": query, **options})

    def create_profile(self) -> str:
        """The id of a new profile: a secret."""
        return self._ask("POST", "/profiles")["profile_id"]

    def erase_profile(self, profile_id: str) -> None:
        """Erase a profile with all its data."""
        self._ask("DELETE", f"/profiles/{_part(profile_id)}")

    def rate_items(self, profile_id: str, ratings: Sequence[Rating], *, skip_unknown: bool = False) -> Stored:
        """Store ratings, all or none; with ``skip_unknown`` those of known films."""
        body = {"ratings": ratings, "skip_unknown": skip_unknown}
        return self._ask("PUT", f"/profiles/{_part(profile_id)}/ratings", body)

    def recommend_to_profile(self, profile_id: str, k: int = 10, **options: Any) -> Recommendations:
        """The best films for the ratings that a profile holds."""
        return self._ask("GET", f"/profiles/{_part(profile_id)}/recommendations", query={"k": k, **options})

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> Any:
        answer = self._session.request(
            method, self._url + path, json=body, params=query, timeout=self._seconds
        )
        if answer.ok:
            return answer.json() if answer.content else None
        is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
        raise ServiceError(answer.status_code, answer.json() if is_problem else {"detail": answer.reason})


def _part(value: ItemId) -> str:
    return quote(str(value), safe="")
