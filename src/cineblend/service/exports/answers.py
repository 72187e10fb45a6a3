"""Answers about exports: what became of every row, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.service.answers import Item
from cineblend.service.wanted import ItemId


@dataclass(frozen=True)
class Brought:
    """A row of a person's own export.

    Attributes:
        row: its number in the file, the header being 1.
        title: as written there.
        year: None where there is none.
        rating: on the model's scale.
        rated_at: seconds since 1970, 0 where unknown.
    """

    row: int
    title: str
    year: int | None
    rating: float
    rated_at: int


@dataclass(frozen=True)
class Matched(Brought):
    """A row, and the film it speaks of."""

    item: Item


@dataclass(frozen=True)
class Ambiguous(Brought):
    """A row, and the films it may speak of, the likeliest first; a single one is a guess to be confirmed."""

    candidates: tuple[Item, ...]


@dataclass(frozen=True)
class Skipped:
    """A row left aside, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Import:
    """What became of every row of an export.

    Attributes:
        kind: whose export it is.
        matched: rows of films that are known, each film once.
        ambiguous: rows that may mean several films.
        not_found: rows of films that the catalogue lacks.
        skipped: rows without a rating of a film.
        watchlist: films that our own export has on the watchlist.
        hidden: films that it has hidden.
    """

    kind: Literal["letterboxd", "imdb", "movielens", "cineblend"]
    matched: tuple[Matched, ...]
    ambiguous: tuple[Ambiguous, ...]
    not_found: tuple[Brought, ...]
    skipped: tuple[Skipped, ...]
    watchlist: tuple[Item, ...] = ()
    hidden: tuple[Item, ...] = ()

    @property
    def ratings(self) -> dict[ItemId, float]:
        """Item id to rating of what was matched."""
        return {one.item.item_id: one.rating for one in self.matched}

    @property
    def timestamps(self) -> dict[ItemId, int]:
        """Item id to time of what was matched, where known."""
        return {one.item.item_id: one.rated_at for one in self.matched if one.rated_at}
