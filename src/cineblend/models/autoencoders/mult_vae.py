"""MultVAE: variational autoencoders of whole histories, linear both ways, several averaged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.autoencoders.autoencoder import Weights, learn, unit_rows
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.shared.grading import Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.sparse_products import mixtures, places


@dataclass(frozen=True)
class MultVAEConfig:
    """Hyper-parameters.

    Attributes:
        n_items: how many items have a column, the most rated; the model grows with its square.
        n_factors: length of a person's vector.
        noise: deviation of a person's vector around its mean, while training.
        kl_weight: β, what the distance from the prior weighs when training ends; it rises from 0.
        dropout: share of a history that is left out of each look at it.
        learning_rate: of Adam.
        epochs: how often everyone's history is looked at; of very many people's fewer times.
        n_nets: autoencoders, each with a seed of its own, whose scores are averaged.
        grading: what a rating is worth.
        seed: drives beginnings, orders and noise.
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

    W, b, D and c are trained so that softmax(z D + c) tells the grades of u, where z is drawn around what
    the encoder says of x̂_u with a share of its entries left out: Mult-VAE of Liang, Krishnan, Hoffman &
    Jebara, Variational Autoencoders for Collaborative Filtering, WWW 2018, section 2, with these differences:
    no hidden layers; grades in place of ones; one variance for everyone, so that the distance from the prior
    is a ridge on the mean of z. Both ways being linear, the nets add up to one matrix, B = mean of W D, which
    is kept alone.

    Everyone, known or not, is scored by their history; an empty one cannot be (NaN). Nor can an item nobody
    rated, one known by text only, or one of the less rated, which have no column.
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
        """(len(users), n_items) scores; NaN for items without a column and for a history without one."""
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
        """(len(history), c) x̂_uj B_ji: what is left of the score, c and b, hangs on no rating."""
        weights = self._fitted()
        alone = one_by_one(users, self.config.grading, self._top_rating, self._columns)
        (indptr, rated), grades = places(alone), np.asarray(alone.data, np.float64)
        column = self._columns.of_item[item_num]
        lines = np.zeros((len(indptr) - 1, len(column)))
        known = column >= 0
        found = grades[:, None] * weights[np.ix_(rated, column[known])] / np.linalg.norm(grades)
        lines[np.ix_(np.diff(indptr) > 0, known)] = found
        return lines

    def _fitted(self) -> Weights:
        if self._weights is None:
            raise NotFittedError(self)
        return self._weights

    def _rows(self, users: UserBatch) -> sp.csr_array:
        """(len(users), columns) float32 x̂."""
        return unit_rows(inputs(users, self.config.grading, self._top_rating, self._columns))
