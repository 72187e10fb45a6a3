"""Understood: a part of what a person typed, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.service.wanted import ItemId

UnderstoodKind = Literal[
    "person", "genre", "keyword", "country", "language", "year", "runtime", "like", "words", "unknown"
]


@dataclass(frozen=True)
class Understood:
    """One wish of a text.

    Attributes:
        kind: "person", "genre", "keyword", "country", "language", "year" and "runtime" choose films.
            "like" looks for films like the one named. "words" looks for what the films are about.
            "unknown" has no effect: neither the catalogue nor the model knows the words.
        text: the words as typed: ``whole[start:end]``.
        start: where they begin.
        end: where they end.
        says: what they mean, for people, such as "directed by Wes Anderson", "no Horror" or "1980–1989".
        negated: the films must not be so.
        values: names in the catalogue, of which a film must have one; a person may be "director:NAME". For
            "like" the film's title. For "words" and "unknown" the words.
        low: first year, or fewest minutes; None where open.
        high: last year, or most minutes; None where open.
        item_id: for "like" the film; None for every other kind.
    """

    kind: UnderstoodKind
    text: str
    start: int
    end: int
    says: str
    negated: bool = False
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    item_id: ItemId | None = None

    @property
    def is_free(self) -> bool:
        """Whether it orders the list and does not only choose films."""
        return self.kind in ("words", "like") and not self.negated
