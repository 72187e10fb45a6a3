"""RandomWalk: three steps from a user's items to their raters and on to the raters' items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.registry import register
from cineblend.models.shared.grading import Grading, inputs, one_by_one


@register("random-walk", title="Random walk")
@dataclass(frozen=True)
class RandomWalkConfig:
    """Hyper-parameters.

    Attributes:
        popularity_damping: β, the power of an item's number of ratings that its score is divided by.
        grading: how ratings weigh as steps.
    """

    popularity_damping: float = 0.4
    grading: Grading = "graded"

    def build(self, workbench: Workbench) -> RandomWalk:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return RandomWalk(self)


class RandomWalk(Recommender):
    """score(u, i) = count_i^-β · sum over raters v of (sum_j x_uj x_vj / count_j) x_vi / count_v.

    x are grades. This is the probability that a walk u → item → rater → item ends at i, damped by i's
    popularity. Paudel et al., Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
    Applications (RP3β), TiiS 2017, with α = 1. The model stores the raters, not an items × items matrix.

    An unseen user is scored like any other, by the history. Scores are NaN for an empty history, for an item
    without ratings, and for one known only by its text.
    """

    kept = ("_to_raters", "_to_items", "_damping", "_top_rating")

    def __init__(self, config: RandomWalkConfig | None = None) -> None:
        self.config = config or RandomWalkConfig()
        self._to_raters: sp.csr_array | None = None
        self._to_items = sp.csr_array((0, 0))
        self._damping: npt.NDArray[np.float64] = np.empty(0)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Store the two step matrices, which are as sparse as the ratings."""
        ratings, self._top_rating = train.ratings, train.scale.high
        grades = inputs(UserBatch.known(ratings), self.config.grading, self._top_rating)
        count = np.maximum(ratings.item_counts, 1).astype(np.float64)
        self._to_raters = sp.csr_array(sp.diags_array(1 / count) @ grades.T)
        steps = 1 / np.maximum(ratings.user_counts, 1)
        self._to_items = sp.csr_array(sp.diags_array(steps) @ grades)
        unrated = np.where(ratings.item_counts > 0, 1.0, np.nan)
        self._damping = unrated * count**-self.config.popularity_damping
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) damped probabilities; NaN for items without ratings and empty histories."""
        if self._to_raters is None:
            raise NotFittedError(self)
        grades = inputs(users, self.config.grading, self._top_rating)
        reached = sp.csr_array(grades @ self._to_raters).toarray()
        scores = ((self._to_items.T @ reached.T).T * self._damping).astype(np.float32)
        scores[np.diff(grades.indptr) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) the part of the walks that begin at each rating."""
        if self._to_raters is None:
            raise NotFittedError(self)
        x = one_by_one(users, self.config.grading, self._top_rating)
        reached = sp.csr_array(x @ self._to_raters)
        walks = sp.csr_array(reached @ self._to_items).toarray()[:, item_num]
        return np.nan_to_num(walks * self._damping[item_num])
