"""MultVAE: variational autoencoders of whole histories, with linear encoder and decoder, averaged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.autoencoders.autoencoder import (
    MOST_A_STEP,
    MOST_LOOKS,
    N_AT_ONCE,
    Weights,
    learn,
    unit_rows,
)
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import Matrices, Speed
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.sparse_products import mixtures, places

_BYTES_OF_A_STEP = 16
"""For each item and person of a step: what it is given and told, and what is wrong."""


def _memory(model: MultVAEConfig, shape: Shape) -> Matrices:
    """Nets at once have weights, what Adam knows of each, its slope, and a step's rows; a matrix stays."""
    n_items, at_once = min(model.n_items, shape.n_items), min(model.n_nets, N_AT_ONCE)
    nets = 4 * 2 * n_items * model.n_factors * (model.n_nets + 3 * at_once)
    steps = _BYTES_OF_A_STEP * at_once * min(MOST_A_STEP, shape.n_users) * n_items
    return Matrices(4 * n_items**2, nets + steps + 4 * n_items**2)


def _seconds(model: MultVAEConfig, shape: Shape, speed: Speed) -> float:
    looks = min(model.epochs * shape.n_users, MOST_LOOKS) * model.n_nets
    n = min(model.n_items, shape.n_items)
    return (10 * looks * n * model.n_factors + 4 * n**2 * model.n_factors) / speed.flops


@register(
    "mult-vae",
    title="Linear variational autoencoders",
    space={
        "n_factors": Number(8, 512, log=True, whole=True),
        "noise": Number(0, 2),
        "kl_weight": Number(0, 2),
        "dropout": Number(0, 0.9),
        "learning_rate": Number(1e-4, 0.03, log=True),
        "epochs": Number(5, 200, log=True, whole=True),
        "grading": ANY_GRADING,
    },
    memory=_memory,
    seconds=_seconds,
)
@dataclass(frozen=True)
class MultVAEConfig:
    """Hyper-parameters.

    Attributes:
        n_items: number of items that have a column, the most rated; the model grows with its square.
        n_factors: length of a user's vector.
        noise: standard deviation of a user's vector around its mean, in training.
        kl_weight: β, the weight of the distance from the prior at the end of training; it rises from 0.
        dropout: share of a history that is left out each time.
        learning_rate: learning rate of Adam.
        epochs: number of passes over all histories; fewer with very many users.
        n_nets: number of autoencoders, each with its own seed, whose scores are averaged.
        grading: how ratings become inputs and targets.
        seed: seed of initial weights, batches, dropout and noise.
    """

    n_items: int = 2000
    n_factors: int = 200
    noise: float = 0.7
    kl_weight: float = 0.3
    dropout: float = 0.5
    learning_rate: float = 3e-3
    epochs: int = 27
    n_nets: int = 4
    grading: Grading = "graded"
    seed: int = SEED

    def __post_init__(self) -> None:
        if min(self.n_items, self.n_factors, self.epochs, self.n_nets) < 1:
            raise UserError(
                f"n_items is {self.n_items}, n_factors {self.n_factors}, epochs {self.epochs}, n_nets "
                f"{self.n_nets}",
                expected="at least 1 of each",
            )
        if not 0 <= self.dropout < 1:
            raise UserError(f"dropout is {self.dropout}", expected="a share from 0 to below 1")
        if not (0 <= self.noise < math.inf and 0 <= self.kl_weight < math.inf):
            raise UserError(
                f"noise is {self.noise}, kl_weight {self.kl_weight}", expected="0 or more of each"
            )
        if not 0 < self.learning_rate < math.inf:
            raise UserError(f"learning_rate is {self.learning_rate}", expected="more than 0")

    def build(self, workbench: Workbench) -> MultVAE:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return MultVAE(self)


class MultVAE(Recommender):
    """score(u, i) = mean over nets of (x̂_u W + b)·D_i + c_i, x̂_u the grades of u, scaled to length 1.

    W, b, D and c are trained so that softmax(z D + c) predicts the grades of u. z is drawn around the
    encoding of x̂_u, in which a share of the entries is left out. This is Mult-VAE of Liang, Krishnan,
    Hoffman & Jebara, Variational Autoencoders for Collaborative Filtering, WWW 2018, section 2, with three
    changes: no hidden layers; grades in place of ones; one variance for all users, so that the distance from
    the prior is a ridge on the mean of z. As encoder and decoder are linear, the nets sum to one matrix, B =
    mean of W D, and only B is stored.

    Every user, known or not, is scored by the history; scores are NaN for an empty one. They are also NaN for
    an item without ratings, one known only by its text, and one of the less rated, without a column.
    """

    kept = ("_weights", "_level", "_columns", "_top_rating")

    def __init__(self, config: MultVAEConfig | None = None) -> None:
        self.config = config or MultVAEConfig()
        self._weights: Weights | None = None
        self._level: Weights = np.empty(0, np.float32)
        self._columns = Columns(np.empty(0, bool))
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Train the nets."""
        config = self.config
        self._top_rating = train.scale.high
        self._columns = Columns.most_rated(train.ratings.item_counts, config.n_items)
        graded = inputs(UserBatch.known(train.ratings), config.grading, self._top_rating, self._columns)
        self._weights, self._level = learn(graded, config, config.n_nets, config.seed)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores; NaN for items without a column and histories without such items."""
        weights, x = self._fitted(), self._rows(users)
        scores = self._columns.spread(mixtures(x, weights) + self._level)
        scores[np.diff(places(x)[0]) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: Nums) -> Scores:
        """(len(users), c) scores of chosen items."""
        weights, x = self._fitted(), self._rows(users)
        if not len(self._columns):
            return np.full(items.shape, np.nan, np.float32)
        column = self._columns.of_item[items]
        everything = mixtures(x, weights) + self._level
        found = np.take_along_axis(everything, np.maximum(column, 0), axis=1)
        scores = np.where(column >= 0, found, np.nan).astype(np.float32)
        scores[np.diff(places(x)[0]) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) x̂_uj B_ji; the rest of the score, c and b, depends on no rating."""
        weights = self._fitted()
        alone = one_by_one(users, self.config.grading, self._top_rating, self._columns)
        (indptr, rated), grades = places(alone), np.asarray(alone.data, np.float64)
        column = self._columns.of_item[item_num]
        added = np.zeros((len(indptr) - 1, len(column)))
        known = column >= 0
        found = grades[:, None] * weights[np.ix_(rated, column[known])] / np.linalg.norm(grades)
        added[np.ix_(np.diff(indptr) > 0, known)] = found
        return added

    def _fitted(self) -> Weights:
        if self._weights is None:
            raise NotFittedError(self)
        return self._weights

    def _rows(self, users: UserBatch) -> sp.csr_array:
        """(len(users), columns) float32 x̂."""
        return unit_rows(inputs(users, self.config.grading, self._top_rating, self._columns))
