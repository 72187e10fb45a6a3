"""Popularity: the most rated items, the same list for all users; the baseline every model must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.registry import register


@register("popularity", title="Most rated")
@dataclass(frozen=True)
class PopularityConfig:
    """No hyper-parameters."""

    def build(self, workbench: Workbench) -> Popularity:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Popularity()


class Popularity(Recommender):
    """score(u, i) = number of training ratings of i + freshness of i, for every user u.

    Freshness, in [0, 1/2], is the mean time of i's ratings on the scale from the oldest to the newest rating.
    It only orders items with equal counts. Counts are small and ties frequent, so without such a rule the
    baseline would depend on the numbering of the items.

    An unseen user gets the same list. Scores are NaN for an item without ratings and for a new text: among
    new items none is the most rated.
    """

    kept = ("_scores",)

    def __init__(self) -> None:
        self.config = PopularityConfig()
        self._scores: Scores | None = None

    def fit(self, train: Dataset) -> Self:
        """Count the ratings of each item."""
        ratings = train.ratings
        count = ratings.item_counts
        time = ratings.timestamp.astype(np.float64)
        age = time - time.min(initial=np.inf)
        age /= max(age.max(initial=0.0), 1.0)
        total = np.bincount(ratings.item_num, age, minlength=train.n_items)
        scores = count + total / np.maximum(count, 1) / 2
        self._scores = np.where(count > 0, scores, np.nan).astype(np.float32)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) float32 counts, ties broken by freshness; NaN for an item without ratings."""
        if self._scores is None:
            raise NotFittedError(self)
        return np.tile(self._scores, (len(users), 1))

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) zeros: no rating of a user changes the list."""
        return np.zeros((len(users.item_num), len(item_num)))
