"""Transferred: a linear collaborative model transferred to all items, as vectors of users and items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.kept import kept
from cineblend.models.base import (
    Contributions,
    Factored,
    HasWeights,
    ModelConfig,
    Nums,
    Recommender,
    Scores,
    Spread,
    Workbench,
)
from cineblend.models.costs import Matrices, Speed
from cineblend.models.new_items.directions import balanced, directions
from cineblend.models.new_items.item_facts import ItemSpace, Matrix, genre_names, of_catalog
from cineblend.models.new_items.item_vectors import ItemVectors, distinct
from cineblend.models.new_items.ridge import TransferProducts
from cineblend.models.registry import register, seconds_of
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.item_subsets import VectorSets
from cineblend.models.shared.popularity_prior import PopularityReference
from cineblend.models.shared.sparse_products import mixtures
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextSpec

_ROWS = 256
"""Number of items whose weights are in memory at once."""


_BYTES_OF_FACTS, _N_FACTS = 59_000, 3000
"""A film of the catalogue, known or new, while its facts become a vector: some 3,000 numbers, twice."""


def _seconds(model: CarriedConfig, shape: Shape, speed: Speed) -> float:
    films = max(shape.n_catalogue, shape.n_items)
    return seconds_of(model.targets, shape, speed) + films * float(_N_FACTS) ** 2 * 6 / speed.flops


@register(
    "transferred",
    space={"ridge": Number(0.1, 1000, log=True)},
    memory=lambda _, shape: Matrices(_BYTES_OF_FACTS * max(shape.n_catalogue, shape.n_items)),
    seconds=_seconds,
)
@dataclass(frozen=True)
class CarriedConfig:
    """Hyper-parameters, chosen on cold-item hold-outs inside a training set.

    Attributes:
        targets: the collaborative model whose scores of the rated items are transferred to the others. Its
            score is a sum over the history, of grades times weights (see ``contributions``).
        text: the text views, the main one first. No document rule may read tags: only watched items have
            them, so a map learned with tags fails on new items.
        text_weights: of the text views, the first ones; 1 for the others.
        ridge: penalty of the map.
        rank: number of directions of the items' facts that are kept, those in which users differ most.
        max_users: largest number of users that determine these directions, drawn at random.
        seed: draws these users.
        familiar_to: the language model (an encoder's row) that tells how familiar each title is, which is a
            prior of an item's popularity; empty for none.
    """

    targets: ModelConfig
    text: tuple[TextSpec, ...]
    text_weights: tuple[float, ...] = ()
    ridge: float = 1.0
    rank: int = 256
    max_users: int = 2000
    seed: int = SEED
    familiar_to: str = ""

    def __post_init__(self) -> None:
        if not hasattr(self.targets, "grading"):
            raise UserError(
                f"{type(self.targets).__name__} has no grading, so it cannot be transferred to new items",
                expected="the config of a model with a grading, such as EASE",
            )

    @property
    def grading(self) -> Grading:
        """The grading of ``targets``."""
        return getattr(self.targets, "grading")  # noqa: B009 (its type knows no such field)

    def build(self, workbench: Workbench) -> Transferred:
        """A fresh, unfitted recommender."""
        return Transferred(self, workbench)


@kept("carried films")
@dataclass(frozen=True, eq=False)
class _Fitted:
    """What scoring reads; r is the rank plus one, for the level.

    Attributes:
        columns: the rated items.
        rated: (n rated, r) float32, what a grade of 1 of each rated item adds to a user's vector.
        films: (n_items, r) float32, vector of each item.
        vectors: makes the vector of a new item.
    """

    columns: Columns
    rated: Embeddings
    films: Embeddings
    vectors: ItemVectors


class Transferred(Recommender):
    """score(u, f) = p_u · q_f: the score that ``targets`` is expected to give item f, by its facts.

    The map is that of ``TransferMap``: a ridge regression from the rated items' facts to a model's scores of
    them, as in Gantner et al. 2010, "Learning Attribute-to-Feature Mappings for Cold-Start
    Recommendations", with scores in place of factors. A model that is linear in the history has item-to-item
    weights B and scores x_u B. Transferred, the weights are a vector for each rated item in the space of
    facts; a user's vector is the sum of these by the grades x_u. Of that space, the ``rank`` main directions
    of the users' vectors are kept.

    Only facts describe an item: a rated item is scored as if it had no ratings, but the map was learned on
    it. An unseen user is scored like any other. Scores are NaN for a user without a usable rating. A
    document is searched for its year and for genres by name.
    """

    kept = ("_fitted", "_top_rating")

    def __init__(self, config: CarriedConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._fitted: _Fitted | None = None
        self._top_rating = 1.0
        self._sets: VectorSets | None = None

    def fit(self, train: Dataset) -> Self:
        """Fit ``targets``, learn the map and transfer every rated item's weights.

        Raises:
            UserError: the score of ``targets`` is not a sum over the history.
        """
        config = self.config
        self._top_rating = train.scale.high
        columns = Columns(train.ratings.item_counts > 0)
        if not len(columns):
            raise UserError("no item has a rating, so no scores can be transferred to new items")
        text = tuple(self._workbench.features(spec, train) for spec in config.text)
        familiarity = self._workbench.familiarity(config.familiar_to, train)
        reference = PopularityReference.of(train.catalog, familiarity, train.ratings.item_counts > 0)
        names = genre_names(train.catalog)
        standing = reference.shares(train.catalog, familiarity)
        films = of_catalog(train.catalog, tuple(view.items for view in text), standing, names)
        space = ItemSpace.over(films.take(columns.items), config.text_weights)
        whole = space.whole(films)
        transfer = TransferProducts(whole, columns.items, config.ridge)
        # workbench.fit would keep the model in memory; only its transferred weights are needed.
        model = config.targets.build(self._workbench).fit(train)
        sample = self._sample(train)
        grades = inputs(sample, config.grading, self._top_rating, columns)
        known = model.score(sample)[:, columns.items].astype(np.float64)
        # Users without a usable rating carry no information.
        usable = (np.diff(grades.indptr) > 0) & np.isfinite(known).all(axis=1)
        known = known[usable]
        of_users, of_items = balanced(*directions(known, transfer, config.rank), transfer)
        rated = _transferred(model, columns.items, transfer.after(of_users), train)
        if rated is None or not _is_sum(known, mixtures(grades, rated)[usable, -1]):
            raise UserError(
                f"the score of {type(model).__name__} is not a sum over the history, "
                "so it cannot be transferred to new items",
                expected="a model that sums weights of the rated items times their grades, such as EASE",
            )
        encoders, views = distinct([view.encode for view in text])
        rules = tuple(spec.document for spec in config.text)
        vectors = ItemVectors(space, transfer.mean, of_items, names, encoders, views, rules, reference)
        self._fitted = _Fitted(columns, rated, vectors.of(whole), vectors)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) products; NaN for a user without a usable rating."""
        return (self._user_vectors(users) @ self._item_sets().by_dimension).astype(np.float32)

    def score_same(self, users: UserBatch, item_num: Nums) -> Scores:
        """(len(users), c) products with these items' vectors alone."""
        return (self._user_vectors(users) @ self._item_sets().columns(item_num)).astype(np.float32)

    def spread_same(self, users: UserBatch, item_num: Nums) -> Spread:
        """Mean and deviation of each user's scores, from the moments of these items' vectors."""
        return self._item_sets().spread(self._user_vectors(users), item_num)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) products; NaN for a user without a usable rating."""
        vectors = self._learned().vectors.of_documents(documents)
        return (self._user_vectors(users) @ vectors.T.astype(np.float64)).astype(np.float32)

    def describe(self, items: Dataset) -> Embeddings:
        """(n, rank + 1) float32 vectors of n items that were not in the catalogue."""
        return self._learned().vectors.of_items(items)

    def score_described(self, users: UserBatch, described: Embeddings) -> Scores:
        """(len(users), n) products; NaN for a user without a usable rating."""
        return (self._user_vectors(users) @ described.T.astype(np.float64)).astype(np.float32)

    def described_contributions(self, users: UserBatch, described: Embeddings) -> Contributions:
        """(len(history), n) the terms of the sum."""
        fitted = self._learned()
        alone = one_by_one(users, self.config.grading, self._top_rating, fitted.columns)
        return mixtures(alone, fitted.rated) @ described.T.astype(np.float64)

    def factors(self) -> Factored:
        """The vectors of users, as sums by grades, and of items."""
        return Factored(self._learned().films, lambda users: self._user_vectors(users).astype(np.float32))

    def mean_contributions(self, users: UserBatch, item_num: Nums) -> npt.NDArray[np.float64]:
        """(len(history),) mean contributions to these items, from the mean of their vectors."""
        fitted = self._learned()
        alone = one_by_one(users, self.config.grading, self._top_rating, fitted.columns)
        return mixtures(alone, fitted.rated) @ self._item_sets().mean(item_num)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) the terms of the sum."""
        return self.described_contributions(users, self._learned().films[item_num])

    def _user_vectors(self, users: UserBatch) -> Matrix:
        """(len(users), rank + 1) sums by grades; NaN without a usable rating."""
        fitted = self._learned()
        weights = inputs(users, self.config.grading, self._top_rating, fitted.columns)
        vectors = mixtures(weights, fitted.rated)
        vectors[np.diff(weights.indptr) == 0] = np.nan
        return vectors

    def _learned(self) -> _Fitted:
        if self._fitted is None:
            raise NotFittedError(self)
        return self._fitted

    def _item_sets(self) -> VectorSets:
        items = self._learned().films
        if self._sets is None or self._sets.vectors is not items:
            self._sets = VectorSets(items)
        return self._sets

    def _sample(self, train: Dataset) -> UserBatch:
        people = np.flatnonzero(train.ratings.user_counts).astype(np.int32)
        drawn = np.random.default_rng(self.config.seed).permutation(people)[: self.config.max_users]
        return UserBatch.known(train.ratings, np.sort(drawn)).as_unseen()


def _transferred(model: Recommender, rated: Nums, carry: Matrix, train: Dataset) -> Embeddings | None:
    """(n rated, rank + 1) float32: each rated item's transferred weights for other items, and their level.

    None for a model without such weights.
    """
    # Row weights less their mean, times the map, equal the weights times the map less its mean.
    right = np.hstack([carry - carry.mean(axis=0), np.full((len(rated), 1), 1 / len(rated))])
    if isinstance(model, HasWeights):
        return model.weights_times(rated, right).astype(np.float32)
    found = np.zeros(right.shape, np.float32)
    for start in range(0, len(rated), _ROWS):
        block = rated[start : start + _ROWS]
        everything = UserBatch.unseen([dict.fromkeys(block.tolist(), train.scale.high)], train.n_items)
        added = model.contributions(everything, rated)
        if added is None:
            return None
        found[start : start + _ROWS] = added @ right
    return found


def _is_sum(known: Matrix, level: Matrix) -> bool:
    """Whether the items' levels, summed by the users' grades, equal the levels of the users' scores."""
    expected = known.mean(axis=1)
    return np.allclose(level, expected, rtol=0, atol=1e-3 * np.abs(expected).max(initial=0))
