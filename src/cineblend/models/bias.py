"""Bias: predicts a rating by the item's mean deviation and the user's mean deviation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.registry import register
from cineblend.models.search_space import Number


@register(
    "bias",
    title="Film and person means",
    needs_stars=lambda _: True,
    space={"item_damping": Number(0.1, 2000, log=True), "user_damping": Number(0.1, 2000, log=True)},
)
@dataclass(frozen=True)
class BiasConfig:
    """Hyper-parameters.

    Attributes:
        item_damping: prior number of ratings at the overall mean, for every item.
        user_damping: prior number of ratings without deviation, for every user.
    """

    item_damping: float = 25.0
    user_damping: float = 10.0

    def build(self, workbench: Workbench) -> Bias:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Bias(self)


class Bias(Recommender):
    """score(u, i) = μ + b_i + b_u: a predicted rating, on the dataset's scale.

    μ is the mean rating; b_i = sum of (r_ui - μ) / (count_i + item_damping); b_u = sum of
    (r_ui - μ - b_i) / (count_u + user_damping). Funk's "better mean"; Koren & Bell, Advances in Collaborative
    Filtering, 2011, section 2.1. All users get the same list, as b_u shifts all items equally.

    b_u comes from the history, so an unseen user is scored like any other, and an empty history has b_u = 0.
    Scores are NaN for an item without ratings and for one known only by its text.
    """

    kept = ("_item_bias", "_mean")

    def __init__(self, config: BiasConfig | None = None) -> None:
        self.config = config or BiasConfig()
        self._mean = 0.0
        self._item_bias: npt.NDArray[np.float64] | None = None

    def fit(self, train: Dataset) -> Self:
        """Compute the mean rating and each item's damped mean deviation."""
        ratings = train.ratings
        self._mean = float(ratings.value.mean(dtype=np.float64)) if len(ratings) else 0.0
        total = np.bincount(ratings.item_num, ratings.value - self._mean, minlength=train.n_items)
        bias = total / np.maximum(ratings.item_counts + self.config.item_damping, 1)
        self._item_bias = np.where(ratings.item_counts > 0, bias, np.nan)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) predicted ratings; NaN for an item without ratings."""
        if self._item_bias is None:
            raise NotFittedError(self)
        deviation = users.value - self._mean - self._item_bias[users.item_num]
        row, deviation = users.row[~np.isnan(deviation)], deviation[~np.isnan(deviation)]
        count = np.bincount(row, minlength=len(users)) + self.config.user_damping
        user_bias = np.bincount(row, deviation, minlength=len(users)) / np.maximum(count, 1)
        return (self._mean + user_bias[:, None] + self._item_bias).astype(np.float32)
