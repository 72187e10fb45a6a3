"""TextRidge: a linear map from an item's text to each user's grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.linalg import cho_factor, cho_solve

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import text_seconds
from cineblend.models.linear.text_stack import stack
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, GRADINGS, Grading, inputs
from cineblend.models.shared.row_cache import Remembered
from cineblend.models.shared.sparse_products import mixtures, places, products
from cineblend.text.features import TextFeatures, TextSpec

Vectors = npt.NDArray[np.float64]

_NEW_ROWS = 32
"""Number of a user's items multiplied by (F'F + λI)⁻¹ at once: with few items, reading it dominates."""


@register(
    "text-ridge",
    title="MiniLM, ridge to grades",
    settings={"text": (TextSpec("minilm"),)},
    space={"regularization": Number(0.1, 1000, log=True), "grading": ANY_GRADING},
    seconds=lambda model, shape, speed: text_seconds(model.text, shape, speed),
)
@dataclass(frozen=True)
class TextRidgeConfig:
    """Hyper-parameters.

    Attributes:
        text: features, side by side.
        regularization: λ > 0, the weight of a user's squared coefficients; a feature has unit length.
        grading: how ratings become targets.
    """

    text: tuple[TextSpec, ...]
    regularization: float = 10.0
    grading: Grading = "graded"

    def __post_init__(self) -> None:
        if not self.regularization > 0:
            raise UserError(f"regularization is {self.regularization}", expected="more than 0")

    def build(self, workbench: Workbench) -> TextRidge:
        """A fresh, unfitted recommender."""
        return TextRidge(self, workbench)


class TextRidge(Recommender):
    """score(u, i) = mean(t_u) + f_i·(F'F + λI)⁻¹F't_u: ridge regression of u's grades on text.

    F holds the centred text vectors of the items rated in training; t_u is u's grade of each of them, 0
    without one. Hoerl & Kennard, Ridge Regression, Technometrics 1970. One d × d matrix serves all users, so
    a user's coefficients are linear in the history.

    An unseen user is scored like any other; scores are NaN for an empty history. An item without ratings, or
    known only by its text, is scored like any other, unless the text has only unknown words.
    """

    kept = ("_text", "_inverse", "_centre", "_rated", "_worded", "_top_rating")

    def __init__(self, config: TextRidgeConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._text: TextFeatures | None = None
        self._inverse: Vectors = np.empty((0, 0))
        self._centre = np.empty(0)
        self._rated = np.empty(0, bool)
        self._worded: npt.NDArray[np.bool_] = np.empty(0, bool)
        self._top_rating = 1.0
        self._remembered: tuple[Vectors, Remembered] | None = None

    def fit(self, train: Dataset) -> Self:
        """Invert F'F + λI; about n d² operations.

        Raises:
            NotAvailableError: a text feature is missing.
        """
        self._top_rating = train.scale.high
        self._text = stack(self._workbench, self.config.text, train)
        self._rated = train.ratings.item_counts > 0
        self._worded = np.asarray(self._text.items.any(axis=1))
        rated = self._text.items[self._rated].astype(np.float64)
        self._centre = rated.sum(axis=0) / max(len(rated), 1)
        rated -= self._centre
        gram = rated.T @ rated
        np.fill_diagonal(gram, gram.diagonal() + self.config.regularization)
        self._inverse = cho_solve(cho_factor(gram), np.eye(len(gram)))
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) predicted grades; NaN for an empty history."""
        text = self._fitted_text()
        level, slope = self._coefficients(users, text)
        scores = (level[:, None] + slope @ text.by_dimension).astype(np.float32)
        scores[:, ~self._worded] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) predicted grades of the chosen items."""
        text = self._fitted_text()
        level, slope = self._coefficients(users, text)
        scores = (level[:, None] + products(slope, text.items, items)).astype(np.float32)
        scores[~self._worded[items]] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) t_uj (1 / n + (f_j - mean)·(F'F + λI)⁻¹(f_i - mean)), the terms of the sum."""
        text = self._fitted_text()
        grade = GRADINGS[self.config.grading](users, self._top_rating) * self._rated[users.item_num]
        ours = text.items[users.item_num].astype(np.float64) - self._centre
        near = ours @ self._slopes(text).rows(np.asarray(item_num, np.intp)).T + 1 / max(
            int(self._rated.sum()), 1
        )
        return grade[:, None] * near * self._worded[item_num]

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) predicted grades; NaN for an empty history and unknown words."""
        text = self._fitted_text()
        vectors = text.encode(documents).astype(np.float64)
        level, slope = self._coefficients(users, text)
        scores = (level[:, None] + slope @ vectors.T).astype(np.float32)
        scores[:, ~vectors.any(axis=1)] = np.nan
        return scores

    def _slopes(self, text: TextFeatures) -> Remembered:
        """(n_items, d) (f_i - mean)·(F'F + λI)⁻¹ with a cache of rows, as items are listed repeatedly."""

        def product(x: sp.csr_array) -> Vectors:
            vectors = mixtures(x, text.items) - np.asarray(x.sum(axis=1))[:, None] * self._centre
            return vectors @ self._inverse

        # A cache made before a fit or a restore belongs to another matrix.
        if self._remembered is None or self._remembered[0] is not self._inverse:
            self._remembered = self._inverse, Remembered(product, text.items.shape, new_rows=_NEW_ROWS)
        return self._remembered[1]

    def _fitted_text(self) -> TextFeatures:
        if self._text is None:
            raise NotFittedError(self)
        return self._text

    def _coefficients(self, users: UserBatch, text: TextFeatures) -> tuple[Vectors, Vectors]:
        """(n,) levels and (n, d) slopes of users' grades over text; the level of an empty history is NaN."""
        targets = inputs(users, self.config.grading, self._top_rating)
        # Items without ratings in training are no evidence; setting them to 0 avoids a copy of the columns.
        targets.data[~self._rated[places(targets)[1]]] = 0
        total = np.asarray(targets.sum(axis=1))
        slope = np.asarray(self._slopes(text).times(targets), np.float64)
        level = total / max(self._rated.sum(), 1) - slope @ self._centre
        return np.where(total == 0, np.nan, level), slope
