"""WeightedALS: factors of explicit or implicit feedback; the ridge grows with the number of ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Factored, Nums, Recommender, Scores, Workbench
from cineblend.models.factors.least_squares import Factors, least_squares
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.sparse_products import mixtures, places, products

_CELLS = 1 << 24
"""Size of the left sides that are solved at once in the fit: 128 MiB."""

Feedback = Literal["implicit", "explicit"]


@register(
    "als-wr",
    title="Implicit ALS, ridge by count",
    needs_stars=lambda config: config.feedback == "explicit",
    space={
        "n_factors": Number(8, 256, log=True, whole=True),
        "regularization": Number(0.001, 10, log=True),
        "confidence": Number(0.1, 100, log=True),
        "epochs": Number(5, 40, whole=True),
        "grading": ANY_GRADING,
    },
)
@dataclass(frozen=True)
class WeightedALSConfig:
    """Hyper-parameters.

    Attributes:
        n_factors: length of a user's and an item's vector.
        regularization: weight of a vector's square, times the number of its ratings.
        confidence: for implicit feedback, added for a grade of 1 to the confidence 1 of an item without a
            rating.
        epochs: number of alternations.
        grading: for implicit feedback, how ratings are weighted.
        feedback: "implicit" (grades of what was watched) or "explicit" (the ratings themselves).
        seed: seed of the initial factors.
    """

    n_factors: int = 64
    regularization: float = 0.6
    confidence: float = 10.0
    epochs: int = 10
    grading: Grading = "graded"
    feedback: Feedback = "implicit"
    seed: int = SEED

    def build(self, workbench: Workbench) -> WeightedALS:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return WeightedALS(self)


class WeightedALS(Recommender):
    """score(u, i) = U_u·V_i, least squares with a ridge of λ n_u |U_u|² + λ n_i |V_i|².

    Explicit: the sum over ratings of (r_ui - U_u·V_i)²; Zhou, Wilkinson, Schreiber & Pan, Large-scale
    Parallel Collaborative Filtering for the Netflix Prize, AAIM 2008. Implicit: the sum over all pairs of
    c_ui (p_ui - U_u·V_i)² as in ``ALS``; n_u and n_i count the ratings with a grade above 0. Spark's ALS
    minimises the same with ``regParam`` λ and ``alpha`` the confidence, so this class can use factors fitted
    there. The fit here solves every vector exactly in turn, and is for data that fit on one machine.

    Every user, known or not, gets the U_u that minimises this for the history with V fixed. Scores are NaN
    for an empty history, for an item without ratings, and for one known only by its text.
    """

    kept = ("_items", "_base", "_columns", "_top_rating")

    def __init__(self, config: WeightedALSConfig | None = None) -> None:
        self.config = config or WeightedALSConfig()
        self._items: Factors | None = None
        self._base: Factors = np.empty((0, 0))
        self._columns = Columns(np.empty(0, bool))
        self._top_rating = 1.0

    @classmethod
    def of(
        cls, config: WeightedALSConfig, items: Factors, known: npt.NDArray[np.bool_], top_rating: float
    ) -> WeightedALS:
        """Make a recommender from item factors that were fitted elsewhere.

        Args:
            config: the hyper-parameters of the fit.
            items: (k, n_factors) factors of the known items in the catalogue's order.
            known: (n_items,) whether the item has a vector; k of them have.
            top_rating: the highest rating of the scale.
        """
        model = cls(config)
        model._columns = Columns(known)
        model._top_rating = top_rating
        model._take(items)
        return model

    def fit(self, train: Dataset) -> Self:
        """Fit the item factors."""
        self._top_rating = train.scale.high
        self._columns = Columns(train.ratings.item_counts > 0)
        by_user = self._inputs(UserBatch.known(train.ratings))
        by_item = sp.csr_array(by_user.T.tocsr())
        rng = np.random.default_rng(self.config.seed)
        users = rng.standard_normal((train.n_users, self.config.n_factors))
        users /= np.linalg.norm(users, axis=1, keepdims=True)
        items = np.zeros((len(self._columns), self.config.n_factors))
        for _ in range(self.config.epochs):
            items = self._solve_all(by_item, users)
            users = self._solve_all(by_user, items)
        self._take(items)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) dot products; NaN for items without a rating and for an empty history."""
        items, found = self._fitted(), self._inputs(users)
        scores = self._columns.spread(self._solve(found, items, self._base) @ items.T)
        scores[np.diff(found.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: Nums) -> Scores:
        """(len(users), c) dot products with the chosen items' factors."""
        vectors, found = self._fitted(), self._inputs(users)
        column = self._columns.of_item[items]
        scored = products(self._solve(found, vectors, self._base), vectors, np.maximum(column, 0))
        scores = np.where(column >= 0, scored, np.nan).astype(np.float32)
        scores[np.diff(found.indptr) == 0] = np.nan
        return scores

    def factors(self) -> Factored:
        """The users' exact least squares solutions and the items' factors."""
        items = self._fitted()

        def fold_in(users: UserBatch) -> npt.NDArray[np.float32]:
            found = self._inputs(users)
            vectors = self._solve(found, items, self._base).astype(np.float32)
            vectors[np.diff(found.indptr) == 0] = np.nan
            return vectors

        return Factored(self._columns.spread(items.T).T, fold_in)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) each rating's term of U_u·V_i; U_u is linear in the ratings."""
        vectors = self._fitted()
        alone = self._inputs(users, one_each=True)
        rated = np.diff(alone.indptr) > 0
        ours, weight = vectors[places(alone)[1]], self._weights(alone)
        ridge = self.config.regularization * max(1, len(ours)) * np.eye(vectors.shape[1])
        gram = self._base + (ours.T * weight) @ ours + ridge
        column = self._columns.of_item[item_num]
        added = np.zeros((len(rated), len(column)))
        near = ours @ np.linalg.solve(gram, vectors[np.maximum(column, 0)].T)
        added[rated] = self._targets(alone)[:, None] * near * (column >= 0)
        return added

    def _take(self, items: Factors) -> None:
        self._items = items
        self._base = self._base_of(items)

    def _fitted(self) -> Factors:
        if self._items is None:
            raise NotFittedError(self)
        return self._items

    def _inputs(self, users: UserBatch, *, one_each: bool = False) -> sp.csr_array:
        """(len(users), rated items) grades, or ratings; with ``one_each`` a row for each rating."""
        if self.config.feedback == "implicit":
            made = one_by_one if one_each else inputs
            return made(users, self.config.grading, self._top_rating, self._columns)
        at = self._columns.of_item[users.item_num]
        known = at >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        indptr = before if one_each else before[users.indptr]
        value = users.value[known].astype(np.float64)
        return sp.csr_array((value, at[known], indptr), shape=(len(indptr) - 1, len(self._columns)))

    def _weights(self, found: sp.csr_array) -> npt.NDArray[np.float64]:
        """Weight of each rating's outer product in the left side."""
        value = np.asarray(found.data, np.float64)
        implicit = self.config.feedback == "implicit"
        return self.config.confidence * value if implicit else np.ones(len(value))

    def _targets(self, found: sp.csr_array) -> npt.NDArray[np.float64]:
        """Weight of each rating's vector in the right side."""
        value = np.asarray(found.data, np.float64)
        return 1 + self.config.confidence * value if self.config.feedback == "implicit" else value

    def _base_of(self, vectors: Factors) -> Factors:
        """(d, d) the sum over pairs without a rating; 0 for explicit feedback."""
        return vectors.T @ vectors * (self.config.feedback == "implicit")

    def _solve(self, found: sp.csr_array, vectors: Factors, base: Factors) -> Factors:
        """(n, d) exact least squares solution of each row of ``found``."""
        indptr, indices = places(found)
        shape = found.shape
        wanted = mixtures(sp.csr_array((self._targets(found), indices, indptr), shape=shape), vectors)
        weights = sp.csr_array((self._weights(found), indices, indptr), shape=shape)
        # At least 1, so that a history without ratings has the solution 0.
        ridge = self.config.regularization * np.maximum(np.diff(indptr), 1).astype(np.float64)
        return least_squares(wanted, weights, vectors, base, ridge)

    def _solve_all(self, found: sp.csr_array, vectors: Factors) -> Factors:
        """``_solve`` in blocks of rows."""
        n, d = len(found.indptr) - 1, vectors.shape[1]
        size, base, solved = max(1, _CELLS // d**2), self._base_of(vectors), np.empty((n, d))
        for start in range(0, n, size):
            part = slice(start, start + size)
            solved[part] = self._solve(sp.csr_array(found[part]), vectors, base)
        return solved
