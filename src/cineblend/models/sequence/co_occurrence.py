"""Adjacent: scores items by how often users rated them just before or after items of the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import BYTES_AN_ENTRY, Matrices
from cineblend.models.neighbours.strongest import strongest
from cineblend.models.registry import register
from cineblend.models.sequence.rating_order import near
from cineblend.models.shared.grading import GRADINGS, Grading, graded_rows, inputs
from cineblend.models.shared.sparse_products import compact, entries, sums


def _memory(model: AdjacentConfig, shape: Shape) -> Matrices:
    """Every two ratings in a window are an entry, until the films' pairs run out."""
    if model.n_neighbours:
        return Matrices(BYTES_AN_ENTRY * model.n_neighbours * shape.n_items)
    return Matrices(BYTES_AN_ENTRY * min(model.window * shape.n_ratings, shape.n_items**2))


@register("adjacent", title="Rated side by side", memory=_memory)
@dataclass(frozen=True)
class AdjacentConfig:
    """Hyper-parameters.

    Attributes:
        window: largest distance of two ratings of a user, in ratings.
        decay: distance, in ratings, at which a pair counts 1/e.
        hours: largest time between two ratings of a user.
        popularity_damping: power of both items' numbers of ratings that a pair is divided by.
        norm: 1 sums the pairs over a history; 2 takes the root of the sum of squares, where one close pair
            counts more than many loose ones.
        grading: how ratings are weighted, in the pairs and in a history.
        n_neighbours: number of strongest pairs kept for each item; 0 for all.
    """

    window: int = 15
    decay: float = 8.0
    hours: float = 6.0
    popularity_damping: float = 0.5
    norm: float = 1.0
    grading: Grading = "binary"
    n_neighbours: int = 0

    def build(self, workbench: Workbench) -> Adjacent:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return Adjacent(self)


class Adjacent(Recommender):
    """score(u, i) = (sum_j (x_uj a_ij)^norm)^(1/norm), a_ij the damped count of j near i in users' orders.

    a_ij = sum over users of x_i x_j exp(-distance / decay) / (count_i count_j)^damping, distance in ratings,
    ordered by time. Users rate items that a page shows together, so a user has likely seen the items that
    other users rated beside an item of the history. Ratings without a time form no pairs.

    An unseen user is scored like any other, by the items of the history; their times do not matter. Scores
    are NaN for an empty history, for an item without ratings, and for one known only by its text.
    """

    kept = ("_pairs", "_unrated", "_top_rating")

    def __init__(self, config: AdjacentConfig | None = None) -> None:
        self.config = config or AdjacentConfig()
        self._pairs: sp.csr_array | None = None
        self._unrated = np.empty(0, bool)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Count pairs; at most 2 · window · ratings are stored."""
        config, ratings = self.config, train.ratings
        self._top_rating, self._unrated = train.scale.high, ratings.item_counts == 0
        grade = graded_rows(ratings, config.grading, self._top_rating)
        pairs = _pairs(ratings, grade, config)
        damping = np.maximum(ratings.item_counts, 1.0) ** -config.popularity_damping
        damped = sp.diags_array(damping) @ pairs @ sp.diags_array(damping)
        powers = sp.csr_array(damped**config.norm if config.norm != 1 else damped)
        self._pairs = compact(strongest(powers, config.n_neighbours)) if config.n_neighbours else powers
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores of 0 or more; NaN for an item without ratings and an empty history."""
        scores = (self._sums(users) ** (1 / self.config.norm)).astype(np.float32)
        scores[:, self._unrated] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) scores of the chosen items."""
        found = np.take_along_axis(self._sums(users), items, axis=1)
        scores = (found ** (1 / self.config.norm)).astype(np.float32)
        scores[self._unrated[items]] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def _sums(self, users: UserBatch) -> npt.NDArray[np.float64]:
        """(len(users), n_items) sums over the histories, before taking the root."""
        if self._pairs is None:
            raise NotFittedError(self)
        grades = inputs(users, self.config.grading, self._top_rating)
        grades.data **= self.config.norm
        return sums(grades, self._pairs)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) (x_uj a_ij)^norm / score^(norm - 1), which sum to the score."""
        if self._pairs is None:
            raise NotFittedError(self)
        norm, grade = self.config.norm, GRADINGS[self.config.grading](users, self._top_rating)
        found = entries(self._pairs, users.item_num, item_num) * (grade**norm)[:, None]
        total = found.sum(axis=0) ** (1 - 1 / norm)
        return np.divide(found, total, out=np.zeros_like(found), where=total > 0)


def _pairs(ratings: Ratings, grade: npt.NDArray[np.float64], config: AdjacentConfig) -> sp.csr_array:
    """(n_items, n_items) symmetric weights of items rated near each other, by the ratings' ``grade``."""
    total = sp.csr_array((ratings.n_items, ratings.n_items))
    for pair in near(ratings, config.window, config.hours):
        weight = grade[pair.later] * grade[pair.earlier] * np.exp(-pair.distance / config.decay)
        at = (ratings.item_num[pair.earlier], ratings.item_num[pair.later])
        total = total + sp.csr_array((weight, at), shape=total.shape)
    return sp.csr_array(total + total.T)
