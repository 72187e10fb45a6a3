"""ReleaseAge: log-odds that an item without ratings gains or loses by its age when a list is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.constants import LIKED_SHARE, YEAR
from cineblend.data.dataset import Dataset
from cineblend.data.split_time import before_and_after
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Nums
from cineblend.kept import kept
from cineblend.models.base import Scores
from cineblend.models.learned_blend.logistic import Column, logistic
from cineblend.models.shared.popularity_prior import Matrix

_AGES = (0, 1, 2, 4, 8, 16)
"""Greatest age in years of each class but the last."""
_BEFORE = 0.8
"""Share of the ratings before the date at which ages are learned."""
_FEWEST = 30
"""Fewest items first rated after that date."""
_CELLS = 1 << 23
"""Largest number of (user, item) pairs to learn from."""
_UNIX_EPOCH = 1970


@kept("release age")
@dataclass(frozen=True, eq=False)
class ReleaseAge:
    """term(u, i) = worth of the age class of i when u asks; 0 without an ask time, and without a year.

    What is first rated from a date on is mostly what came out around then. A random hold-out of items cannot
    show that, because its items are of all ages alike.

    Attributes:
        worth: (``len(_AGES)`` + 1,) log-odds.
    """

    worth: Column

    def of(self, ask_time: npt.NDArray[np.int64], year: npt.NDArray[np.integer]) -> Matrix:
        """(n, c) log-odds for users who ask at these times, and items of these years."""
        times, at = np.unique(ask_time, return_inverse=True)
        rows = [_classes(time, year) @ self.worth for time in times.tolist()]
        return np.stack(rows)[at] if rows else np.zeros((0, len(year)))


def learn_release_age(
    odds: Callable[[UserBatch, Nums], Scores], train: Dataset, max_users: int, rng: np.random.Generator
) -> ReleaseAge | None:
    """Learn the ages' worth from the items first rated after a date inside ``train``.

    The likes of users on both sides of the date are fitted by a logistic regression over the age classes,
    with ``odds`` beside them. Their mean is 0, so the level of all new items stays.

    Args:
        odds: log-odds of items by what is known of them beside their age.
        train: the training data.
        max_users: largest number of users, drawn at random.
        rng: draws the users.

    Returns:
        None where ratings have no times, or too few items are first rated after the date.
    """
    try:
        cut = before_and_after(train, _BEFORE)
    except UserError:
        return None
    before, after = cut.train.ratings, cut.test
    new = np.flatnonzero((before.item_counts == 0) & (after.item_counts > 0)).astype(np.int32)
    both = np.flatnonzero((before.user_counts > 0) & (after.user_counts > 0)).astype(np.int32)
    if len(new) < _FEWEST or not len(both) or cut.asked_at is None:
        return None
    people = np.sort(rng.permutation(both)[: min(max_users, max(1, _CELLS // len(new)))])
    likes = after.take(after.value >= train.scale.at(LIKED_SHARE)).csr()
    liked = likes[people][:, new].toarray() > 0
    columns = _classes(int(cut.asked_at[0]), train.catalog.year[new])
    users = UserBatch.known(before, people)
    weight = before.user_counts[people].astype(np.float64) ** -0.5
    _, _, worth = logistic(odds(users, new).astype(np.float64), columns, liked, weight)
    return ReleaseAge(worth - float((columns @ worth).mean()))


def _classes(time: int, year: npt.NDArray[np.integer]) -> Matrix:
    """(c, k) 1 in the class of each item's age; all 0 where the time or the year is unknown."""
    columns = np.zeros((len(year), len(_AGES) + 1))
    known = np.flatnonzero(year > 0) if time > 0 else np.zeros(0, np.intp)
    age = int(_UNIX_EPOCH + time / YEAR) - year[known]
    columns[known, np.searchsorted(_AGES, age)] = 1
    return columns
