"""Answers about exports: what became of every row, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cineblend.service.answers import Item
from cineblend.service.wanted import ItemId

# fmt: off
Kind = Literal[
    "letterboxd", "imdb", "movielens", "cineblend", "tmdb", "trakt", "simkl", "criticker", "filmaffinity",
    "netflix", "library", "table",
]
# fmt: on
ListKind = Literal["seen", "watchlist", "liked", "owned"]


@dataclass(frozen=True)
class Brought:
    """A row of a person's own export.

    Attributes:
        row: its number in the file, the first line being 1.
        title: as written there.
        year: None where there is none.
        rating: on the model's scale; None without a rating.
        rated_at: seconds since 1970, 0 where unknown.
        lists: what the file says of the film beside its rating.
        file: the file within an archive; "" for a single file.
    """

    row: int
    title: str
    year: int | None
    rating: float | None
    rated_at: int
    lists: tuple[ListKind, ...] = ()
    file: str = ""

    @property
    def named(self) -> str:
        """Title and year, as a choice names the row."""
        return f"{self.title} ({self.year})" if self.year else self.title


@dataclass(frozen=True)
class Matched(Brought):
    """A row with a rating, and the film it speaks of."""

    item: Item = field(kw_only=True)


@dataclass(frozen=True)
class Ambiguous(Brought):
    """A row, and the films it may speak of, the likeliest first; a single one is a guess to be confirmed."""

    candidates: tuple[Item, ...] = field(kw_only=True)


@dataclass(frozen=True)
class Skipped:
    """A row left aside, and why.

    Attributes:
        row: its number in the file.
        reason: with the column, where one is at fault.
        what: "series" or "episode" where that is the reason.
        file: the file within an archive; "" for a single file.
    """

    row: int
    reason: str
    what: Literal["", "series", "episode"] = ""
    file: str = ""


@dataclass(frozen=True)
class Column:
    """A column, and what it was taken for; "" for nothing."""

    name: str
    taken_for: str
    file: str = ""


@dataclass(frozen=True)
class Import:
    """What became of every row of an export.

    Attributes:
        kind: whose export it is.
        matched: rated films that are known, each once.
        ambiguous: rows that may mean several films.
        not_found: rows of films that the catalogue lacks.
        skipped: rows that say nothing of a film, or have something wrong.
        watchlist: films to watch.
        hidden: films that our own export has hidden.
        seen: films watched without a rating.
        liked: films liked, rated or not.
        owned: films of a media server's library.
        like_rating: the rating of a liked film without one, where the person asks for it.
        n_series, n_episodes: how many of the skipped rows are series, and episodes.
        scale: the scale of the file's ratings in words; "" without ratings.
        columns: what each column was taken for.
        notes: what else a reader should know.
    """

    kind: Kind
    matched: tuple[Matched, ...]
    ambiguous: tuple[Ambiguous, ...]
    not_found: tuple[Brought, ...]
    skipped: tuple[Skipped, ...]
    watchlist: tuple[Item, ...] = ()
    hidden: tuple[Item, ...] = ()
    seen: tuple[Item, ...] = ()
    liked: tuple[Item, ...] = ()
    owned: tuple[Item, ...] = ()
    like_rating: float = 0.0
    n_series: int = 0
    n_episodes: int = 0
    scale: str = ""
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ratings(self) -> dict[ItemId, float]:
        """Item id to rating of what was matched."""
        return {one.item.item_id: one.rating for one in self.matched if one.rating is not None}

    @property
    def unrated(self) -> dict[ListKind, tuple[ItemId, ...]]:
        """For "seen" and "liked", the ids of the films without a rating, each in one of them."""
        rated = self.ratings
        liked = tuple(one.item_id for one in self.liked if one.item_id not in rated)
        seen = tuple(one.item_id for one in self.seen if one.item_id not in {*rated, *liked})
        return {"seen": seen, "liked": liked}

    @property
    def likes_rated(self) -> dict[ItemId, float]:
        """Item id to ``like_rating`` of the films that are liked and not rated."""
        return dict.fromkeys(self.unrated["liked"], self.like_rating)

    @property
    def timestamps(self) -> dict[ItemId, int]:
        """Item id to time of what was matched, where known."""
        return {one.item.item_id: one.rated_at for one in self.matched if one.rated_at}
