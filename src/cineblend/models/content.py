"""Content: scores items by the similarity of their text to the texts of a user's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Spread, Workbench
from cineblend.models.registry import register
from cineblend.models.shared.item_subsets import VectorSets
from cineblend.models.shared.sparse_products import mixtures
from cineblend.text.features import TextFeatures, TextSpec


@register("content")
@dataclass(frozen=True)
class ContentConfig:
    """Hyper-parameters.

    Attributes:
        text: document rule, encoder, tuning and projection.
    """

    text: TextSpec

    def build(self, workbench: Workbench) -> Content:
        """A fresh, unfitted recommender."""
        return Content(self, workbench)


class Content(Recommender):
    """score(u, i) = sum_j w_uj e_i . e_j / sum_j w_uj over the items j that u rated.

    w_uj = exp(t) * rating / highest rating, where t is the rating's time scaled to [0, 1] over the user's
    history (1 where all times are equal), as in the study's profile. e are text vectors. An encoder gives
    them unit length, so that e_i . e_j is their cosine; projected vectors may have any length. The weighted
    mean of the history's vectors gives all scores in one product.

    An unseen user is scored like any other; scores are NaN for an empty history. An item without ratings, or
    known only by its text, is scored like any other.
    """

    kept = ("_features", "_top_rating")

    def __init__(self, config: ContentConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._features: TextFeatures | None = None
        self._top_rating = 1.0
        self._sets: VectorSets | None = None

    def fit(self, train: Dataset) -> Self:
        """Get the catalogue's text vectors; this encodes, and tunes if the config says so."""
        self._features = self._workbench.features(self.config.text, train)
        self._top_rating = train.scale.high
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) weighted mean dot products; NaN for an empty history."""
        if self._features is None:
            raise NotFittedError(self)
        return self._products(users, self._features, self._features.by_dimension)

    def score_same(self, users: UserBatch, item_num: Nums) -> Scores:
        """(len(users), c) weighted mean dot products with only these items' vectors."""
        if self._features is None:
            raise NotFittedError(self)
        return self._products(users, self._features, self._sets_of(self._features).columns(item_num))

    def spread_same(self, users: UserBatch, item_num: Nums) -> Spread:
        """Mean and deviation of each user's scores, from the moments of these items' vectors."""
        if self._features is None:
            raise NotFittedError(self)
        return self._sets_of(self._features).spread(self._profiles(users, self._features), item_num)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) weighted mean dot products; NaN for an empty history."""
        if self._features is None:
            raise NotFittedError(self)
        columns = self._features.encode(documents).T.astype(np.float64)
        return self._products(users, self._features, columns)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) w_uj e_j·e_i over the sum of the weights, the terms of the mean."""
        if self._features is None:
            raise NotFittedError(self)
        vectors = self._features.items
        near = vectors[users.item_num].astype(np.float64) @ vectors[item_num].T.astype(np.float64)
        return self._shares(users)[:, None] * near

    def mean_contributions(self, users: UserBatch, item_num: Nums) -> npt.NDArray[np.float64]:
        """(len(history),) mean contributions to these items, from the mean of their vectors."""
        if self._features is None:
            raise NotFittedError(self)
        vectors = self._features.items[users.item_num].astype(np.float64)
        return self._shares(users) * (vectors @ self._sets_of(self._features).mean(item_num))

    def _shares(self, users: UserBatch) -> npt.NDArray[np.float64]:
        """(len(history),) weights of one user's ratings, summing to 1."""
        weight = profile_weights(users, self._top_rating)
        return weight / total if (total := weight.sum()) > 0 else np.zeros_like(weight)

    def _sets_of(self, features: TextFeatures) -> VectorSets:
        if self._sets is None or self._sets.vectors is not features.items:
            self._sets = VectorSets(features.items)
        return self._sets

    def _products(self, users: UserBatch, features: TextFeatures, columns: npt.NDArray[np.float64]) -> Scores:
        """(len(users), m) weighted mean dot products with the m columns."""
        # A float64 sum makes the float32 result independent of the blocks that users are processed in.
        return (self._profiles(users, features) @ columns).astype(np.float32)

    def _profiles(self, users: UserBatch, features: TextFeatures) -> npt.NDArray[np.float64]:
        """(len(users), dimension) weighted means of the histories' vectors; NaN for an empty history."""
        weight = profile_weights(users, self._top_rating)
        total = np.bincount(users.row, weight, minlength=len(users))
        # 0 / 0 gives NaN for an empty history, as intended.
        with np.errstate(invalid="ignore", divide="ignore"):
            share = weight / total[users.row]
            profiles = mixtures(users.csr(share), features.items)
        profiles[total <= 0] = np.nan
        return profiles


def profile_weights(users: UserBatch, top_rating: float) -> npt.NDArray[np.float64]:
    """(m,) weight exp(t) * rating / top_rating of each history entry."""
    if not len(users.item_num):
        return np.empty(0, np.float64)
    counts = np.diff(users.indptr)
    starts = users.indptr[:-1][counts > 0]
    counts = counts[counts > 0]
    first = np.repeat(np.minimum.reduceat(users.timestamp, starts), counts)
    span = np.repeat(np.maximum.reduceat(users.timestamp, starts), counts) - first
    recency = np.where(span > 0, (users.timestamp - first) / np.maximum(span, 1), 1.0)
    return np.exp(recency) * users.value.astype(np.float64) / top_rating
