"""Pruned EASE for large catalogues: it covers the most rated items and keeps only the largest weights."""

from __future__ import annotations

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
from cineblend.models.costs import (
    BYTES_AN_ENTRY,
    BYTES_OF_RUNS,
    MOVES_A_RATING,
    Matrices,
    Speed,
    text_dimensions,
    text_seconds,
)
from cineblend.models.linear.design_matrix import Rows
from cineblend.models.linear.gram_inverse import Inverse, invert, needed_bytes
from cineblend.models.linear.text_stack import stack
from cineblend.models.registry import register
from cineblend.models.sequence.session_rows import graded_rows_of, require_runs
from cineblend.models.shared.grading import GRADINGS, Grades, Grading, inputs, signed_inputs
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.sparse_products import compact, places, sums, written_out
from cineblend.text.features import TextSpec

_BLOCK = 512
"""Number of items whose weights are computed at once."""


_BYTES_A_WEIGHT = 96
"""Of pruning a matrix: each weight that is kept, with its place, in six copies."""
_MOVES_A_WEIGHT = 1.5
"""Of an entry of a matrix that is pruned: written, compared and sorted."""


def _memory(model: SparseEaseConfig, shape: Shape) -> Matrices:
    n_items = min(model.n_items, shape.n_items)
    n_weights = n_items * min(model.n_weights, n_items)
    runs = BYTES_OF_RUNS * model.run * shape.n_ratings
    return Matrices(BYTES_AN_ENTRY * n_weights, needed_bytes(n_items) + _BYTES_A_WEIGHT * n_weights + runs)


def _seconds(model: SparseEaseConfig, shape: Shape, speed: Speed) -> float:
    n = min(model.n_items, shape.n_items)
    runs = shape.n_ratings * model.run * 10
    flops = n**3 + n**2 * text_dimensions(model.text, shape)
    moves = _MOVES_A_WEIGHT * n**2 + runs + MOVES_A_RATING * shape.n_ratings
    return flops / speed.flops + moves / speed.moves + text_seconds(model.text, shape, speed)


@register("ease-pruned", memory=_memory, seconds=_seconds)
@dataclass(frozen=True)
class SparseEaseConfig:
    """Hyper-parameters.

    Attributes:
        n_items: number of items that have a column, the most rated; the memory of the fit grows with its
            square.
        n_weights: number of inputs of an item's score, those with the largest weights.
        regularization: λ > 0, as in ``EaseConfig``.
        grading: how ratings become inputs.
        text: features whose dimensions are further rows below the users.
        text_weight: factor of those rows.
        run: number of consecutive ratings that form one more row, as in ``EaseConfig``.
        whole: with runs, the weight of whole histories, 0 to 1.
    """

    n_items: int = 16_000
    n_weights: int = 400
    regularization: float = 100.0
    grading: Grading = "graded"
    text: tuple[TextSpec, ...] = ()
    text_weight: float = 3.0
    run: int = 0
    whole: float = 0.2

    def __post_init__(self) -> None:
        if not self.regularization > 0:
            raise UserError(f"regularization is {self.regularization}", expected="more than 0")
        if min(self.n_items, self.n_weights) < 1:
            raise UserError(
                f"n_items is {self.n_items}, n_weights {self.n_weights}", expected="at least 1 of each"
            )
        require_runs(self.run, self.whole)

    def build(self, workbench: Workbench) -> SparseEase:
        """A fresh, unfitted recommender."""
        return SparseEase(self, workbench)


class SparseEase(Recommender):
    """score(u, i) = (x_u B)_i, B the weights of EASE over the most rated items, the smaller ones set to 0.

    The matrix is inverted exactly (see ``Ease``; Steck, WWW 2019, equation 8). Each item keeps the
    ``n_weights`` inputs with the largest |B_ji|. Spišák et al., Scalable Approximate NonSymmetric
    Autoencoder, RecSys 2023, find these by a sparse factorisation. A user costs the length of the history
    times ``n_weights``, whatever the number of items, and the model is a few hundred bytes an item. With
    runs, X is that of ``Ease`` with runs.

    An unseen user is scored like any other; scores are NaN without a usable rating. An item without a column,
    one of the less rated, scores 0, as it has no weights. An item without ratings scores NaN.
    """

    kept = ("_weights", "_columns", "_unrated", "_top_rating")

    def __init__(self, config: SparseEaseConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._weights: sp.csr_array | None = None
        self._columns = Columns(np.empty(0, bool))
        self._unrated: npt.NDArray[np.bool_] = np.empty(0, bool)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Invert and prune.

        Raises:
            NotAvailableError: the matrix does not fit into memory, or a text feature is missing.
        """
        self._top_rating = train.scale.high
        self._unrated = train.ratings.item_counts == 0
        self._columns = Columns.most_rated(train.ratings.item_counts, self.config.n_items)
        text = stack(self._workbench, self.config.text, train)
        people = graded_rows_of(train.ratings, self.config, self._top_rating, self._columns)
        rows = Rows(people, text.items[self._columns.items], self.config.text_weight)
        self._weights = _largest(invert(rows, self.config.regularization, "primal"), self.config.n_weights)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for an item without ratings and a user without input."""
        if self._weights is None:
            raise NotFittedError(self)
        x = inputs(users, self.config.grading, self._top_rating, self._columns)
        scores = np.zeros((len(users), users.n_items), np.float32)
        scores[:, self._columns.items] = sums(x, self._weights)
        scores[:, self._unrated] = np.nan
        scores[np.diff(places(x)[0]) == 0] = np.nan
        return scores

    def score_inputs(self, users: UserBatch, grade: Grades, items: Nums) -> Scores:
        """(len(users), c) scores of chosen items with a grade (m,) of either sign for each rating."""
        if self._weights is None:
            raise NotFittedError(self)
        at = self._columns.of_item[items]
        found = sums(signed_inputs(users, grade, self._columns), self._weights)
        return np.where(at < 0, 0, np.take_along_axis(found, np.maximum(at, 0), axis=1)).astype(np.float32)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x_uj B_ji, the terms of the sum."""
        grade = GRADINGS[self.config.grading](users, self._top_rating)
        return self.input_contributions(users, grade, item_num)

    def input_contributions(self, users: UserBatch, grade: Grades, item_num: Nums) -> Contributions:
        """(len(history), c) the terms of ``score_inputs``."""
        if self._weights is None:
            raise NotFittedError(self)
        row, column = self._columns.of_item[users.item_num], self._columns.of_item[item_num]
        added = np.zeros((len(row), len(column)))
        rows, columns = row >= 0, column >= 0
        found = written_out(self._weights, row[rows])[:, column[columns]]
        added[np.ix_(rows, columns)] = grade[rows, None] * found
        return added


def _largest(inverse: Inverse, n_weights: int) -> sp.csr_array:
    """(n, n) float32 B with a row for each input; each column has only its largest entries."""
    n = len(inverse.diagonal)
    kept = min(n_weights, max(n - 1, 0))
    everything = np.arange(n)
    inputs_: list[npt.NDArray[np.intp]] = []
    weights: list[npt.NDArray[np.float64]] = []
    for start in range(0, n, _BLOCK):
        block_items = everything[start : start + _BLOCK]
        block = inverse.at(block_items, everything) / -inverse.diagonal[block_items, None]
        block[np.arange(len(block_items)), block_items] = 0
        top = np.argpartition(-np.abs(block), kept, axis=1)[:, :kept]
        top.sort(axis=1)
        inputs_.append(top)
        weights.append(np.take_along_axis(block, top, axis=1))
    nothing = np.empty((0, kept))
    at = np.concatenate([nothing.astype(np.intp), *inputs_])
    by_output = sp.csr_array(
        (np.concatenate([nothing, *weights]).ravel(), at.ravel(), np.arange(n + 1) * kept), shape=(n, n)
    )
    return compact(sp.csr_array(by_output.T))
