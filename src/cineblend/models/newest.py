"""Newest: items by their year of release, the newest first, the same list for all users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.registry import register


@register("newest", title="Newest first")
@dataclass(frozen=True)
class NewestConfig:
    """No hyper-parameters."""

    def build(self, workbench: Workbench) -> Newest:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Newest()


class Newest(Recommender):
    """score(u, i) = year of i + a share below 1/2 by the number of i at IMDb, for every user u.

    IMDb numbers films in the order in which they are entered, so among films of one year the highest
    number is about the newest. An item without a year comes last.

    An unseen user gets the same list, and an item without ratings is scored like any other. Scores are NaN
    for a new text.
    """

    kept = ("_scores",)

    def __init__(self) -> None:
        self.config = NewestConfig()
        self._scores: Scores | None = None

    def fit(self, train: Dataset) -> Self:
        """Read the years."""
        number = train.catalog.links.imdb_id.astype(np.float64)
        self._scores = (train.catalog.year + number / (2 * number.max(initial=0) + 2)).astype(np.float32)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) float32 years."""
        if self._scores is None:
            raise NotFittedError(self)
        return np.tile(self._scores, (len(users), 1))

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) zeros: no rating of a user changes the list."""
        return np.zeros((len(users.item_num), len(item_num)))
