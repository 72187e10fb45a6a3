"""ALS: factors of implicit feedback by alternating least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError, NotFittedError
from cineblend.models.base import Contributions, Factored, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import Speed
from cineblend.models.factors.least_squares import Factors, least_squares
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.sparse_products import mixtures, places, products
from cineblend.one_blas_thread import one_blas_thread

_SMALL_FLOPS = 0.29
"""Share of the speed of large products that small or sparse ones reach."""


def _seconds(model: ALSConfig, shape: Shape, speed: Speed) -> float:
    k = model.n_factors
    flops = model.epochs * (4 * shape.n_ratings * k**2 + (shape.n_users + shape.n_items) * k**3)
    return flops / (_SMALL_FLOPS * speed.flops)


@register(
    "als",
    title="Implicit ALS",
    space={
        "n_factors": Number(8, 256, log=True, whole=True),
        "regularization": Number(0.01, 500, log=True),
        "confidence": Number(0.1, 100, log=True),
        "epochs": Number(5, 40, whole=True),
        "grading": ANY_GRADING,
    },
    seconds=_seconds,
)
@dataclass(frozen=True)
class ALSConfig:
    """Hyper-parameters.

    Attributes:
        n_factors: length of a user's and an item's vector.
        regularization: weight of the squared factors.
        confidence: added for a grade of 1 to the confidence 1 of an item without a rating.
        epochs: number of alternations.
        grading: how ratings are weighted.
        seed: seed of the initial factors.
    """

    n_factors: int = 64
    regularization: float = 50.0
    confidence: float = 10.0
    epochs: int = 15
    grading: Grading = "graded"
    seed: int = SEED

    def build(self, workbench: Workbench) -> ALS:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return ALS(self)


class ALS(Recommender):
    """score(u, i) = U_u·V_i, minimising sum over all pairs of c_ui (p_ui - U_u·V_i)² + λ (|U|² + |V|²).

    p_ui is 1 where u's grade of i is above 0, else 0; c_ui = 1 + confidence * grade_ui. Hu, Koren & Volinsky,
    Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008, equations 3 and 4; the items'
    factors are fitted by the library implicit, with a few steps of conjugate gradients in each alternation.

    Every user, known or not, gets the U_u that minimises this for the history with V fixed, by equation 4.
    Scores are NaN for an empty history, for an item without ratings, and for one known only by its text.
    """

    kept = ("_items", "_base", "_columns", "_top_rating")

    def __init__(self, config: ALSConfig | None = None) -> None:
        self.config = config or ALSConfig()
        self._items: Factors | None = None
        self._base: Factors = np.empty((0, 0))
        self._columns = Columns(np.empty(0, bool))
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Fit the item factors.

        Raises:
            NotAvailableError: implicit is not installed.
        """
        self._top_rating = train.scale.high
        self._columns = Columns(train.ratings.item_counts > 0)
        self._items = self._factorise(self._confidences(UserBatch.known(train.ratings)))
        self._base = self._items.T @ self._items + self.config.regularization * np.eye(self.config.n_factors)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) dot products; NaN for items without a rating and for an empty history."""
        if self._items is None:
            raise NotFittedError(self)
        confidences = self._confidences(users)
        scores = self._columns.spread(self._fold_in(confidences, self._items) @ self._items.T)
        scores[np.diff(confidences.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) dot products with the chosen items' factors."""
        if self._items is None:
            raise NotFittedError(self)
        confidences = self._confidences(users)
        column = self._columns.of_item[items]
        found = products(self._fold_in(confidences, self._items), self._items, np.maximum(column, 0))
        scores = np.where(column >= 0, found, np.nan).astype(np.float32)
        scores[np.diff(confidences.indptr) == 0] = np.nan
        return scores

    def factors(self) -> Factored:
        """The users' exact least squares solutions and the items' factors."""
        if self._items is None:
            raise NotFittedError(self)
        items = self._items

        def fold_in(users: UserBatch) -> npt.NDArray[np.float32]:
            confidences = self._confidences(users)
            vectors = self._fold_in(confidences, items).astype(np.float32)
            vectors[np.diff(confidences.indptr) == 0] = np.nan
            return vectors

        return Factored(self._columns.spread(items.T).T, fold_in)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) c_uj V_i·(V'CV + λI)⁻¹V_j, as in section 5 of the paper, the terms of the sum."""
        if self._items is None:
            raise NotFittedError(self)
        alone = one_by_one(users, self.config.grading, self._top_rating, self._columns)
        rated = np.diff(alone.indptr) > 0
        weight, ours = 1 + self.config.confidence * alone.data, self._items[places(alone)[1]]
        gram = self._base + (ours.T * (weight - 1)) @ ours
        column = self._columns.of_item[item_num]
        added = np.zeros((len(rated), len(column)))
        near = ours @ np.linalg.solve(gram, self._items[np.maximum(column, 0)].T)
        added[rated] = weight[:, None] * near * (column >= 0)
        return added

    def _confidences(self, users: UserBatch) -> sp.csr_array:
        """(len(users), rated items) c_ui of the rated items."""
        found = inputs(users, self.config.grading, self._top_rating, self._columns)
        found.data = 1 + self.config.confidence * found.data
        return found

    def _factorise(self, confidences: sp.csr_array) -> Factors:
        config = self.config
        if not confidences.nnz:
            return np.zeros((len(self._columns), config.n_factors))
        try:
            from implicit.cpu.als import AlternatingLeastSquares
        except ImportError as error:
            raise NotAvailableError(
                "ALS needs implicit, which is not installed", remedy='pip install "cineblend[als]"'
            ) from error
        # implicit runs its own threads, one for each solve; BLAS threads would compete with them.
        with one_blas_thread():
            model = AlternatingLeastSquares(
                factors=config.n_factors,
                regularization=config.regularization,
                alpha=1.0,
                dtype=np.float64,  # pyright: ignore[reportArgumentType] (its annotation names one of two)
                iterations=config.epochs,
                use_cg=True,
                random_state=config.seed,
            )
            model.fit(sp.csr_matrix(confidences), show_progress=False)
        return np.asarray(model.item_factors, np.float64)

    def _fold_in(self, confidences: sp.csr_array, items: Factors) -> Factors:
        """(n, n_factors) exact least squares solutions of all users at once."""
        excess = sp.csr_array(
            (confidences.data - 1, confidences.indices, confidences.indptr), shape=confidences.shape
        )
        return least_squares(mixtures(confidences, items), excess, items, self._base)
