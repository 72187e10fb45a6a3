"""EASE: a linear autoencoder over items in closed form, with rows of text where they are asked for."""

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
from cineblend.models.chosen import places
from cineblend.models.columns import Columns
from cineblend.models.grading import GRADINGS, Grading, inputs
from cineblend.models.gram import Inverse, Rows, Solver, invert
from cineblend.models.text_stack import stack
from cineblend.text.features import TextFeatures, TextSpec

Column = npt.NDArray[np.float64]

_MOST_DAMPING = 2.0


@dataclass(frozen=True)
class EaseConfig:
    """Hyper-parameters.

    Attributes:
        regularization: λ > 0, the weight of the squared entries of B.
        grading: what a rating is worth as input.
        text: features whose dimensions are stacked under the people as further rows.
        text_weight: factor of those rows; a feature has unit length.
        solver: "primal" inverts items × items, "dual" rows × rows, with the same scores; "auto"
            takes the smaller.
        user_damping: a person's row weighs their number of ratings to minus this power: those who rated
            much do not decide alone.
        item_damping: an item's weights are penalised by its number of ratings to this power: what was
            rated much must not stand for everything. Both are relative, to the median person's number and
            the mean item's; 0 treats all alike.
    """

    regularization: float = 100.0
    grading: Grading = "graded"
    text: tuple[TextSpec, ...] = ()
    text_weight: float = 3.0
    solver: Solver = "auto"
    user_damping: float = 0.0
    item_damping: float = 0.0

    def __post_init__(self) -> None:
        if not self.regularization > 0:
            raise UserError(f"regularization is {self.regularization}", expected="more than 0")
        for name in ("user_damping", "item_damping"):
            if not 0 <= getattr(self, name) <= _MOST_DAMPING:
                raise UserError(f"{name} is {getattr(self, name)}", expected=f"0 to {_MOST_DAMPING}")

    def build(self, workbench: Workbench) -> Ease:
        """A fresh, unfitted recommender."""
        return Ease(self, workbench)


class Ease(Recommender):
    """score(u, i) = (x_u B)_i with B = argmin |W(X - XB)|² + |DB|² and a zero diagonal.

    X holds a row of grades a person and, below, ``text_weight`` times a row a text dimension. W and D are
    diagonal, without damping W = I and D² = λI. With P = (X'W²X + D²)⁻¹, B_ij = -P_ij / P_jj off the
    diagonal, so that x B = x - (x P) / diag(P). Steck, Embarrassingly Shallow Autoencoders for Sparse
    Data, WWW 2019, equation 8. D is in the inputs, scaled by s = √λ D⁻¹, and in what comes out, divided
    by it. With fewer rows than items P comes from the rows × rows matrix by Woodbury's identity, and
    neither P nor B is made.

    An unseen person is scored like any other, by x_u; one without a usable rating cannot be (NaN).
    An item nobody rated cannot be scored without text; with text it is a column like any other. A new
    text y becomes a further column, whose exact weights are P X'y.
    """

    kept = ("_inverse", "_text", "_columns", "_scale", "_top_rating")

    def __init__(self, config: EaseConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._inverse: Inverse | None = None
        self._text: TextFeatures | None = None
        self._columns = Columns(np.empty(0, bool))
        self._scale = np.empty(0)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Invert; see ``needed_bytes`` for the memory.

        Raises:
            NotAvailableError: the matrix does not fit into memory, or a text feature is not here.
        """
        self._top_rating = train.scale.high
        self._text = stack(self._workbench, self.config.text, train)
        self._columns = Columns((train.ratings.item_counts > 0) | self._text.items.any(axis=1))
        counts = np.maximum(train.ratings.item_counts[self._columns.items], 1)
        self._scale = _damped(counts / counts.mean() if len(counts) else counts, self.config.item_damping)
        vectors = self._text.items[self._columns.items] * self._scale[:, None].astype(np.float32)
        known = UserBatch.known(train.ratings)
        length = np.maximum(np.diff(known.indptr), 1)
        weight = _damped(length / np.median(length) if len(length) else length, self.config.user_damping)
        people = self._scaled(self._inputs(known))
        people.data *= weight[np.repeat(np.arange(len(known)), np.diff(places(people)[0]))]
        rows = Rows(people, vectors, self.config.text_weight)
        self._inverse = invert(rows, self.config.regularization, self.config.solver)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an item without a column and a person without input."""
        if self._inverse is None:
            raise NotFittedError(self)
        x = self._inputs(users)
        against = self._inverse.times(self._scaled(x)) / (self._inverse.diagonal * self._scale)
        scores = self._columns.spread(x.toarray() - against)
        scores[np.diff(x.indptr) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x_uj B_ji: the lines of the sum."""
        if self._inverse is None:
            raise NotFittedError(self)
        grade = GRADINGS[self.config.grading](users, self._top_rating)
        row, column = self._columns.of_item[users.item_num], self._columns.of_item[item_num]
        lines = np.zeros((len(row), len(column)))
        rows, columns = row >= 0, column >= 0
        row, column = row[rows], column[columns]
        own = np.equal.outer(row, column)
        against = self._inverse.at(row, column) / (self._inverse.diagonal * self._scale)[column]
        worth = grade[rows] * self._scale[row]
        lines[np.ix_(rows, columns)] = -worth[:, None] * np.where(own, 0, against)
        return lines

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) scores; NaN without text rows and for a text of unknown words."""
        if self._inverse is None or self._text is None:
            raise NotFittedError(self)
        vectors = self._text.encode(documents).astype(np.float64)
        known = self._text.items[self._columns.items].astype(np.float64) * self._scale[:, None]
        weights = self.config.text_weight**2 * known @ vectors.T
        x = self._inputs(users)
        scores = (self._inverse.times(self._scaled(x)) @ weights).astype(np.float32)
        scores[np.diff(x.indptr) == 0] = np.nan
        scores[:, ~vectors.any(axis=1)] = np.nan
        return scores

    def _inputs(self, users: UserBatch) -> sp.csr_array:
        """(len(users), columns) grades."""
        return inputs(users, self.config.grading, self._top_rating, self._columns)

    def _scaled(self, x: sp.csr_array) -> sp.csr_array:
        """The inputs times s."""
        indptr, indices = places(x)
        return sp.csr_array((x.data * self._scale[indices], indices, indptr), shape=x.shape)


def _damped(number: npt.NDArray[np.floating] | npt.NDArray[np.integer], damping: float) -> Column:
    """√ of number^-damping: the factor of a row or column that weighs that much."""
    return number.astype(np.float64) ** (-damping / 2)
