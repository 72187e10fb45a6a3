"""Batch: short lists for many people at once, each block of people scored and ranked as one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cineblend.ranking.rank import top_k
from cineblend.service import filters
from cineblend.service.history import histories
from cineblend.service.listing import Desk, people_notes
from cineblend.service.wanted import ByItem, Filters, ItemId

_MOST, _CELLS = 256, 1 << 22
"""People and scores in a block: a few arrays of this size are held at once."""


@dataclass(frozen=True)
class Person:
    """Somebody in a batch.

    Attributes:
        ratings: item id to rating, on the model's scale.
        hidden: ids of films not to list for them.
        notes: what a reader must know about the ratings.
    """

    ratings: ByItem[float]
    hidden: Sequence[ItemId] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A film in a short list."""

    item_id: ItemId
    title: str
    score: float


@dataclass(frozen=True)
class ShortList:
    """The best films for one person, best first."""

    items: tuple[Listed, ...]
    notes: tuple[str, ...]


def block_size(desk: Desk) -> int:
    """People who are best scored at once."""
    return max(1, min(_MOST, _CELLS // max(len(desk.films), 1)))


def short_lists(
    desk: Desk, people: Sequence[Person], k: int, wanted: Filters, text_weight: float
) -> list[ShortList]:
    """The k best films for each person, with the scores of ``Desk.answer``.

    Args:
        desk: the model.
        people: about ``block_size`` of them.
        k: length of the lists.
        wanted: which films may be listed, for everybody.
        text_weight: share of the text in the score.

    Raises:
        UserError: an unknown film or name, or a rating off the scale.
    """
    films = desk.films
    users = histories(films, desk.scorer.scale, [person.ratings for person in people])
    allowed = filters.allowed(films, wanted, np.empty(0, np.int32))
    scored = desk.scorer.score(users, text_weight)
    row = np.repeat(np.arange(len(people)), [len(person.hidden) for person in people])
    scored.score[row, films.nums(item_id for person in people for item_id in person.hidden)] = np.nan
    ranked = top_k(scored.score, k=k, candidates=allowed, seen=None if wanted.include_rated else users)
    notes = [
        people_notes(scored.of(at), desk.films.noun) if popular else ()
        for at, popular in enumerate(scored.popular)
    ]
    return [
        ShortList(
            tuple(
                Listed(films.id(num), films.title[num], score)
                for num, score in zip(nums, scores, strict=True)
                if num >= 0
            ),
            (*said, *person.notes),
        )
        for person, nums, scores, said in zip(
            people, ranked.item_num.tolist(), ranked.score.tolist(), notes, strict=True
        )
    ]
