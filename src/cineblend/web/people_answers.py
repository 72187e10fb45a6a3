"""People's answers: profiles, and what became of an export, as they leave the service."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel

from cineblend.service import answers
from cineblend.web.answers import Item


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


class ExportedRating(BaseModel):
    """A rating as it is stored."""

    item_id: int | str
    title: str | None
    rating: float
    rated_at: int


class Export(BaseModel):
    """Everything that is stored of a person."""

    profile_id: str
    created_at: int
    ratings: list[ExportedRating]
    watchlist: list[int | str]
    hidden: list[int | str]


class Row(BaseModel):
    """A row of somebody's export; ``row`` is its line in the file, the header being 1."""

    row: int
    title: str
    year: int | None
    rating: float


class MatchedRow(Row):
    """A row, and the film it speaks of."""

    item: Item


class AmbiguousRow(Row):
    """A row, and the films it may speak of, the likeliest first."""

    candidates: list[Item]


class SkippedRow(BaseModel):
    """A row left aside, and why."""

    row: int
    reason: str


class Imported(BaseModel):
    """What became of every row of an export."""

    kind: Literal["letterboxd", "imdb", "movielens"]
    matched: list[MatchedRow]
    ambiguous: list[AmbiguousRow]
    not_found: list[Row]
    skipped: list[SkippedRow]

    @classmethod
    def of(cls, found: answers.Import) -> Self:
        """From the service's import."""
        return cls(
            kind=found.kind,
            matched=[MatchedRow(item=Item.of(one.item), **_row(one.brought)) for one in found.matched],
            ambiguous=[
                AmbiguousRow(candidates=[Item.of(item) for item in one.candidates], **_row(one.brought))
                for one in found.ambiguous
            ],
            not_found=[Row(**_row(one)) for one in found.not_found],
            skipped=[SkippedRow(row=one.row, reason=one.reason) for one in found.skipped],
        )


def _row(brought: answers.Brought) -> dict[str, Any]:
    return {
        "row": brought.row,
        "title": brought.title,
        "year": brought.year,
        "rating": brought.rating,
    }
