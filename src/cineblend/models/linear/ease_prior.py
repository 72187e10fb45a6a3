"""EasePrior: EASE regularised towards an item-item matrix computed from text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import Matrices
from cineblend.models.linear.design_matrix import Matrix, Rows
from cineblend.models.linear.gram_inverse import Inverse, Solver, invert, needed_bytes
from cineblend.models.linear.text_stack import stack
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.text.features import TextFeatures, TextSpec


@register(
    "ease-prior",
    space={
        "regularization": Number(1, 5000, log=True),
        "prior_weight": Number(0.1, 5000, log=True),
        "text_regularization": Number(0.1, 1000, log=True),
        "grading": ANY_GRADING,
    },
    memory=lambda _, shape: Matrices(2 * needed_bytes(shape.n_items)),
)
@dataclass(frozen=True)
class EasePriorConfig:
    """Hyper-parameters.

    Attributes:
        text: features of the prior, side by side.
        regularization: λ > 0, the weight of the squared entries of B.
        prior_weight: μ >= 0, the weight of B's squared distance from S.
        text_regularization: ρ > 0, the weight of the squared entries of S.
        grading: how ratings become inputs.
        solver: "primal" inverts items × items, "dual" users × users, with equal scores; "auto" takes
            the smaller.
    """

    text: tuple[TextSpec, ...]
    regularization: float = 50.0
    prior_weight: float = 50.0
    text_regularization: float = 10.0
    grading: Grading = "graded"
    solver: Solver = "auto"

    def __post_init__(self) -> None:
        for name in ("regularization", "text_regularization"):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="more than 0")
        if self.prior_weight < 0:
            raise UserError(f"prior_weight is {self.prior_weight}", expected="0 or more")

    def build(self, workbench: Workbench) -> EasePrior:
        """A fresh, unfitted recommender."""
        return EasePrior(self, workbench)


class EasePrior(Recommender):
    """score(u, i) = (x_u B)_i, B = argmin |X - XB|² + λ|B|² + μ|B - S|² with a zero diagonal.

    S is EASE over text: argmin |F' - F'S|² + ρ|S|² with a zero diagonal, F the items' text vectors.
    Moon et al., LLM-Enhanced Linear Autoencoders for Recommendation, CIKM 2025 (L3AE). With
    P = (X'X + (λ + μ)I)⁻¹, C = (F'F + ρI)⁻¹, H = F C F', D = 1 / (1 - diag H), q = x P and p = diag P,

        x B = x - q / p + μ D (q H - q diag(P H) / p).

    This needs no items × items matrix of text and, if there are fewer users than items, none of ratings.

    An unseen user is scored like any other, by x_u; scores are NaN without a usable rating. An item without
    ratings is a column like any other. A new text t has the weights μ P F C t.
    """

    kept = (
        "_inverse",
        "_text",
        "_columns",
        "_vectors",
        "_mapped",
        "_own_text",
        "_mixed",
        "_top_rating",
    )

    def __init__(self, config: EasePriorConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._inverse: Inverse | None = None
        self._text: TextFeatures | None = None
        self._columns = Columns(np.empty(0, bool))
        self._vectors: Matrix = np.empty((0, 0))
        self._mapped: Matrix = np.empty((0, 0))
        self._own_text: npt.NDArray[np.float64] = np.empty(0)
        self._mixed: npt.NDArray[np.float64] = np.empty(0)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Invert both matrices; see ``needed_bytes`` for the memory.

        Raises:
            NotAvailableError: the matrix does not fit into memory, or a text feature is missing.
        """
        config = self.config
        self._top_rating = train.scale.high
        self._text = stack(self._workbench, config.text, train)
        self._columns = Columns((train.ratings.item_counts > 0) | self._text.items.any(axis=1))
        rows = Rows(
            self._inputs(UserBatch.known(train.ratings)), np.empty((len(self._columns), 0), np.float32)
        )
        self._inverse = invert(rows, config.regularization + config.prior_weight, config.solver)
        self._vectors = self._text.items[self._columns.items].astype(np.float64)
        gram = self._vectors.T @ self._vectors
        np.fill_diagonal(gram, gram.diagonal() + config.text_regularization)
        self._mapped = np.asarray(np.linalg.solve(gram, self._vectors.T), np.float64)
        self._own_text = np.einsum("nd,dn->n", self._vectors, self._mapped)
        self._mixed = np.einsum("dn,dn->n", self._inverse.times(self._vectors.T), self._mapped)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an item without a column and a user without input."""
        if self._inverse is None:
            raise NotFittedError(self)
        x = self._inputs(users)
        scores = self._columns.spread(self._through(x, self._inverse))
        scores[np.diff(x.indptr) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x_uj B_ji, the terms of the sum."""
        if self._inverse is None:
            raise NotFittedError(self)
        x = one_by_one(users, self.config.grading, self._top_rating, self._columns)
        return np.nan_to_num(self._columns.spread(self._through(x, self._inverse))[:, item_num]).astype(float)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores; NaN for a user without input and for unknown words."""
        if self._inverse is None or self._text is None:
            raise NotFittedError(self)
        x = self._inputs(users)
        vectors = self._text.encode(documents).astype(np.float64)
        mapped = self._inverse.times(x) @ self._mapped.T
        scores = (self.config.prior_weight * mapped @ vectors.T).astype(np.float32)
        scores[np.diff(x.indptr) == 0] = np.nan
        scores[:, ~vectors.any(axis=1)] = np.nan
        return scores

    def _through(self, x: sp.csr_array, inverse: Inverse) -> Matrix:
        """(k, columns) x B of x (k, columns)."""
        q = inverse.times(x)
        share = q / inverse.diagonal
        prior = ((q @ self._vectors) @ self._mapped - share * self._mixed) / (1 - self._own_text)
        return x.toarray() - share + self.config.prior_weight * prior

    def _inputs(self, users: UserBatch) -> sp.csr_array:
        """(len(users), columns) grades."""
        return inputs(users, self.config.grading, self._top_rating, self._columns)
