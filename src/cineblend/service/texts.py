"""Texts: the liked films whose texts make a person's profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import RatingScale
from cineblend.data.users import UserBatch

Vectors = npt.NDArray[np.float32]

LIKED_SHARE = 0.6
"""Share of the highest rating above which a rating counts as liked, and the more the higher it is."""


@dataclass(frozen=True, eq=False)
class Liking:
    """The liked films that make people's text profiles, for n people over m liked films in all.

    Attributes:
        row: (m,) row of the person.
        entry: (m,) position in the batch's history.
        item_num: (m,) number of the liked film.
        weight: (m,) float64; each person's weights sum to 1.
    """

    row: npt.NDArray[np.intp]
    entry: npt.NDArray[np.intp]
    item_num: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]

    def of(self, person: int, start: int) -> Liking:
        """One person's part; their history begins at ``start``."""
        mine = self.row == person
        row = np.zeros(int(mine.sum()), np.intp)
        return Liking(row, self.entry[mine] - start, self.item_num[mine], self.weight[mine])


def liking(users: UserBatch, scale: RatingScale) -> Liking:
    """Liked films per person; weights grow linearly from 0 at 0.6 of the highest rating to 1 at the top."""
    strength = (users.value.astype(np.float64) - scale.floor) / (scale.high - scale.floor) - LIKED_SHARE
    entry = np.flatnonzero(strength > 1e-6)
    row, strength = users.row[entry], strength[entry]
    total = np.bincount(row, strength, minlength=len(users))
    return Liking(row, entry, users.item_num[entry], strength / total[row])


def unit(vectors: Vectors) -> Vectors:
    """Rows of unit length; a row of zeros stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)
