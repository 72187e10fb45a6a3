"""History: a person's ratings from outside, checked and numbered."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cineblend.data.dataset import RatingScale
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.service.films import Films
from cineblend.service.wanted import ByItem, ItemId

LATEST = 2**40
"""The largest valid time in seconds since 1970."""


def histories(
    films: Films,
    scale: RatingScale,
    people: Sequence[ByItem[float]],
    timestamps: ByItem[int] | None = None,
) -> UserBatch:
    """Histories of people the model has not seen, with the present as the time of the question.

    A list is for now, whatever the times of its ratings: an import of old ratings gives today's list, not
    that of another year. So times are checked and then dropped.

    Args:
        films: the catalogue.
        scale: the lowest and highest rating there is.
        people: item id to rating, one map per person.
        timestamps: item id to seconds since 1970, for the first person's ratings with a known time.

    Raises:
        UserError: an unknown film, a rating off the scale, or an invalid time.
    """
    item_ids = [item_id for ratings in people for item_id in ratings]
    values = [value for ratings in people for value in ratings.values()]
    for item_id, value in zip(item_ids, values, strict=True):
        if not (math.isfinite(value) and scale.low <= value <= scale.high):
            raise UserError(
                f"the rating of {films.noun} {item_id!r} is {value}",
                expected=f"a number from {scale.low:g} to {scale.high:g}",
            )
    times: dict[ItemId, int] = dict(timestamps.items()) if timestamps else {}
    for item_id, time in times.items():
        if not 0 <= time < LATEST:
            raise UserError(
                f"the time of {films.noun} {item_id!r} is {time}",
                expected="seconds since 1970, 0 where unknown",
            )
    lengths = [len(ratings) for ratings in people]
    return UserBatch(
        np.full(len(people), -1, np.int32),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        films.nums(item_ids),
        np.array(values, np.float32),
        np.zeros(len(values), np.int64),
        len(films),
    )


def repeated(person: UserBatch, n: int) -> UserBatch:
    """One person repeated n times."""
    length = len(person.item_num)
    return UserBatch(
        np.full(n, -1, np.int32),
        np.arange(n + 1, dtype=np.int64) * length,
        np.tile(person.item_num, n),
        np.tile(person.value, n),
        np.tile(person.timestamp, n),
        person.n_items,
    )


def without_each(person: UserBatch, at: Sequence[int]) -> UserBatch:
    """One copy of a person per entry in ``at``, without that entry of the history."""
    length, n = len(person.item_num), len(at)
    kept = np.ones((n, length), bool)
    kept[np.arange(n), at] = False
    flat = kept.ravel()
    whole = repeated(person, n)
    return UserBatch(
        whole.user_num,
        np.arange(n + 1, dtype=np.int64) * max(length - 1, 0),
        whole.item_num[flat],
        whole.value[flat],
        whole.timestamp[flat],
        whole.n_items,
    )
