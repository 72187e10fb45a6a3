"""EASE: a linear autoencoder over items in closed form, optionally with rows of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import BYTES_OF_RUNS, Matrices, Speed, text_dimensions, text_seconds
from cineblend.models.linear.design_matrix import Rows
from cineblend.models.linear.gram_inverse import Inverse, Solver, invert, needed_bytes
from cineblend.models.linear.text_stack import stack
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.sequence.session_rows import graded_rows_of, require_runs
from cineblend.models.shared.grading import ANY_GRADING, GRADINGS, Grades, Grading, inputs, signed_inputs
from cineblend.models.shared.item_columns import Columns
from cineblend.text.features import TextFeatures, TextSpec


def _memory(model: EaseConfig, shape: Shape) -> Matrices:
    rows = shape.n_users + bool(model.run) * (shape.n_ratings + model.run * shape.n_users)
    dual = rows < shape.n_items if model.solver == "auto" else model.solver == "dual"
    size, width = (rows, shape.n_items) if dual else (shape.n_items, 0)
    return Matrices(needed_bytes(size, width), BYTES_OF_RUNS * model.run * shape.n_ratings)


def _seconds(model: EaseConfig, shape: Shape, speed: Speed) -> float:
    return inverse_seconds(model, shape, speed) + text_seconds(model.text, shape, speed)


def inverse_seconds(model: EaseConfig, shape: Shape, speed: Speed) -> float:
    """Of inverting the smaller of the two matrices."""
    text = text_dimensions(model.text, shape)
    rows, n = shape.n_users + text, shape.n_items
    if model.text:
        n = max(n, shape.n_catalogue)
    primal = n**3 + n**2 * text
    dual = rows**3 + 2 * rows**2 * n
    return min(primal, dual) / speed.flops


@register(
    "ease",
    title="EASE",
    space={
        "regularization": Number(1, 5000, log=True),
        "grading": ANY_GRADING,
        "text_weight": Number(0.1, 30, log=True, needs="text"),
        "run": Number(2, 100, log=True, whole=True, needs="run"),
        "whole": Number(0, 1, step=0.01, needs="run"),
    },
    memory=_memory,
    seconds=_seconds,
)
@dataclass(frozen=True)
class EaseConfig:
    """Hyper-parameters.

    Attributes:
        regularization: λ > 0, the weight of the squared entries of B.
        grading: how ratings become inputs.
        text: features whose dimensions are further rows below the users.
        text_weight: factor of those rows; a feature has unit length.
        solver: "primal" inverts items × items, "dual" rows × rows, with equal scores; "auto" takes the
            smaller.
        run: number of consecutive ratings of a user that form one more row (a session); 0 uses only whole
            histories.
        whole: with runs, the weight of whole histories, 0 to 1.
    """

    regularization: float = 100.0
    grading: Grading = "graded"
    text: tuple[TextSpec, ...] = ()
    text_weight: float = 3.0
    solver: Solver = "auto"
    run: int = 0
    whole: float = 0.2

    def __post_init__(self) -> None:
        if not self.regularization > 0:
            raise UserError(f"regularization is {self.regularization}", expected="more than 0")
        require_runs(self.run, self.whole)

    def build(self, workbench: Workbench) -> Ease:
        """A fresh, unfitted recommender."""
        return Ease(self, workbench)


class Ease(Recommender):
    """score(u, i) = (x_u B)_i with B = argmin |X - XB|² + λ|B|² and a zero diagonal.

    X has a row of grades for each user and, below, ``text_weight`` times a row for each text dimension. With
    P = (X'X + λI)⁻¹, B_ij = -P_ij / P_jj off the diagonal, so that x B = x - (x P) / diag(P). Steck,
    Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, equation 8. With fewer rows than items, P
    is computed from the rows × rows matrix by Woodbury's identity, and neither P nor B is stored.

    With runs, X also has a row for every run: sqrt(1 - whole) / sqrt(run) times the run's grades. The users'
    own rows are multiplied by sqrt(whole). In X'X, two ratings of a user at a distance d have the weight
    whole + (1 - whole) max(0, 1 - d / run): B reconstructs an item more from those rated near it than from
    the whole history. Compare the rows by session of Choi et al., Session-aware Linear Item-Item Models, WWW
    2021. A user's ratings without a time have the weight 1 with each other, and ``whole`` with the others.

    An unseen user is scored like any other, by x_u. Scores are NaN for a user without a usable rating, and,
    without text, for an item without ratings. With text, such an item is a column like any other. A new
    text y becomes a further column, whose exact weights are P X'y.
    """

    kept = ("_inverse", "_text", "_columns", "_top_rating")

    def __init__(self, config: EaseConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._inverse: Inverse | None = None
        self._text: TextFeatures | None = None
        self._columns = Columns(np.empty(0, bool))
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Invert the matrix; see ``needed_bytes`` for the memory.

        Raises:
            NotAvailableError: the matrix does not fit into memory, or a text feature is missing.
        """
        self._top_rating = train.scale.high
        self._text = stack(self._workbench, self.config.text, train)
        self._columns = Columns((train.ratings.item_counts > 0) | self._text.items.any(axis=1))
        vectors = self._text.items[self._columns.items]
        people = graded_rows_of(train.ratings, self.config, self._top_rating, self._columns)
        rows = Rows(people, vectors, self.config.text_weight)
        self._inverse = invert(rows, self.config.regularization, self.config.solver)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an item without a column and a user without input."""
        if self._inverse is None:
            raise NotFittedError(self)
        x = self._inputs(users)
        scores = self._columns.spread(x.toarray() - self._inverse.times(x) / self._inverse.diagonal)
        scores[np.diff(x.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) scores of chosen items; with the dual solver, only their text is read."""
        if self._inverse is None:
            raise NotFittedError(self)
        if not len(self._columns):
            return np.full(items.shape, np.nan, np.float32)
        x, at = self._inputs(users), self._columns.of_item[items]
        own = np.take_along_axis(x.toarray(), at, axis=1)
        scores = (own - self._inverse.times_at(x, at) / self._inverse.diagonal[at]).astype(np.float32)
        scores[at < 0] = np.nan
        scores[np.diff(x.indptr) == 0] = np.nan
        return scores

    def score_inputs(self, users: UserBatch, grade: Grades, items: Nums) -> Scores:
        """(len(users), c) scores of chosen items with a grade (m,) of either sign for each rating."""
        if self._inverse is None:
            raise NotFittedError(self)
        at = self._columns.of_item[items]
        if not len(self._columns):
            return np.zeros(items.shape, np.float32)
        x = signed_inputs(users, grade, self._columns)
        own = np.take_along_axis(x.toarray(), at, axis=1)
        scores = (own - self._inverse.times_at(x, at) / self._inverse.diagonal[at]).astype(np.float32)
        scores[at < 0] = 0
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x_uj B_ji, the terms of the sum."""
        grade = GRADINGS[self.config.grading](users, self._top_rating)
        return self.input_contributions(users, grade, item_num)

    def input_contributions(self, users: UserBatch, grade: Grades, item_num: Nums) -> Contributions:
        """(len(history), c) the terms of ``score_inputs``."""
        if self._inverse is None:
            raise NotFittedError(self)
        row, column = self._columns.of_item[users.item_num], self._columns.of_item[item_num]
        added = np.zeros((len(row), len(column)))
        rows, columns = row >= 0, column >= 0
        row, column = row[rows], column[columns]
        own = np.equal.outer(row, column)
        weights = own - self._inverse.at(row, column) / self._inverse.diagonal[column]
        added[np.ix_(rows, columns)] = grade[rows, None] * np.where(own, 0, weights)
        return added

    def weights_times(self, item_num: Nums, right: Contributions) -> Contributions:
        """(c, r) B[c, c] right, computed as right - P (right / diag(P)), as the diagonal of B is 0."""
        if self._inverse is None:
            raise NotFittedError(self)
        column = self._columns.of_item[item_num]
        spread = np.zeros((right.shape[1], len(self._columns)))
        spread[:, column] = (right / self._inverse.diagonal[column, None]).T
        return right - self._inverse.times(spread)[:, column].T

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores; NaN without text rows and for a text of unknown words."""
        if self._inverse is None or self._text is None:
            raise NotFittedError(self)
        vectors = self._text.encode(documents).astype(np.float64)
        known = self._text.items[self._columns.items].astype(np.float64)
        weights = self.config.text_weight**2 * known @ vectors.T
        x = self._inputs(users)
        scores = (self._inverse.times(x) @ weights).astype(np.float32)
        scores[np.diff(x.indptr) == 0] = np.nan
        scores[:, ~vectors.any(axis=1)] = np.nan
        return scores

    def _inputs(self, users: UserBatch) -> sp.csr_array:
        """(len(users), columns) grades."""
        return inputs(users, self.config.grading, self._top_rating, self._columns)
