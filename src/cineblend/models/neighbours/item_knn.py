"""ItemKNN: items rated by the users who rated the items of the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.neighbours.strongest import cosines, nearest
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs, one_by_one

_BLOCK = 1024
"""Number of items whose similarities to all others are in memory at once."""


@register(
    "item-knn",
    title="Item neighbours",
    space={
        "n_neighbours": Number(5, 500, log=True, whole=True),
        "shrinkage": Number(0, 100),
        "grading": ANY_GRADING,
    },
)
@dataclass(frozen=True)
class ItemKNNConfig:
    """Hyper-parameters.

    Attributes:
        n_neighbours: number of nearest items that vote for an item.
        shrinkage: added to the product of two items' lengths, so that few ratings weigh less.
        grading: how ratings become inputs.
    """

    n_neighbours: int = 100
    shrinkage: float = 10.0
    grading: Grading = "graded"

    def build(self, workbench: Workbench) -> ItemKNN:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return ItemKNN(self)


class ItemKNN(Recommender):
    """score(u, i) = sum of s_ij x_uj over the n nearest items j of i; x are grades.

    s_ij = x_i·x_j / (|x_i| |x_j| + shrinkage) over the items' columns of grades. Sarwar et al., Item-Based
    Collaborative Filtering Recommendation Algorithms, WWW 2001, without its division by the sum of the
    similarities, which favours items with one similar neighbour (Cremonesi et al., RecSys 2010).

    An unseen user is scored like any other, by the history. Scores are NaN for an empty history, for an item
    without ratings, and for one known only by its text.
    """

    kept = ("_votes", "_unrated", "_top_rating")

    def __init__(self, config: ItemKNNConfig | None = None) -> None:
        self.config = config or ItemKNNConfig()
        self._votes: sp.csr_array | None = None
        self._unrated = np.empty(0, bool)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Find each item's nearest items, a block of items at a time."""
        self._top_rating = train.scale.high
        self._unrated = train.ratings.item_counts == 0
        users = UserBatch.known(train.ratings)
        items = sp.csr_array(inputs(users, self.config.grading, self._top_rating).T)
        blocks = [sp.csr_array((0, train.n_items))]
        for start in range(0, train.n_items, _BLOCK):
            similar = cosines(items[start : start + _BLOCK], items, self.config.shrinkage)
            at = np.arange(len(similar))
            similar[at, start + at] = 0
            blocks.append(nearest(similar, self.config.n_neighbours))
        self._votes = sp.csr_array(sp.vstack(blocks).T)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) sums; NaN for items without a rating and for an empty history."""
        if self._votes is None:
            raise NotFittedError(self)
        x = inputs(users, self.config.grading, self._top_rating)
        scores = sp.csr_array(x @ self._votes).toarray().astype(np.float32)
        scores[:, self._unrated] = np.nan
        scores[np.diff(x.indptr) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x_uj s_ij, the terms of the sum."""
        if self._votes is None:
            raise NotFittedError(self)
        x = one_by_one(users, self.config.grading, self._top_rating)
        return sp.csr_array(x @ self._votes).toarray()[:, item_num].astype(np.float64)
