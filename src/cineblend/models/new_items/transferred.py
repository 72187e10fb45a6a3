"""Carried: a linear collaborative model carried over to any film, as vectors of people and films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
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
from cineblend.models.new_items.item_facts import FilmSpace, Matrix, genre_names, of_catalog
from cineblend.models.new_items.item_vectors import FilmVectors, distinct
from cineblend.models.new_items.ridge import TasteProducts
from cineblend.models.shared.grading import Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns
from cineblend.models.shared.item_subsets import VectorSets
from cineblend.models.shared.sparse_products import mixtures
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextSpec

_LEAST_WORTH = 1e-10
"""Directions that tell so much less than the best are rounding."""
_ROWS = 256
"""Films whose weights are held at once."""


@dataclass(frozen=True)
class CarriedConfig:
    """Hyper-parameters, chosen on cold-item hold-outs inside a training set.

    Attributes:
        targets: the collaborative model whose scores of the rated films are carried over to others. It is
            a sum over the history, of grades times weights of its own (see ``contributions``).
        text: what is read of a film, the main view first. No document rule may read tags: only
            watched films have them, and a map learned with them misleads on new films.
        ridge: penalty of the map.
        rank: how many directions of the films' facts are kept, those in which people differ most.
        max_users: at most this many people are asked what these are, drawn at random.
        seed: draws them.
        familiar_to: the language model, an encoder's row, that is asked how likely it finds each title,
            which tells how well known a film is; empty for none.
    """

    targets: ModelConfig
    text: tuple[TextSpec, ...]
    ridge: float = 1.0
    rank: int = 256
    max_users: int = 2000
    seed: int = SEED
    familiar_to: str = ""

    def __post_init__(self) -> None:
        if not hasattr(self.targets, "grading"):
            raise UserError(
                f"{type(self.targets).__name__} grades no ratings, so it cannot be carried over to new films",
                expected="the config of a model with a grading, such as EASE",
            )

    @property
    def grading(self) -> Grading:
        """What a rating is worth to ``targets``."""
        return getattr(self.targets, "grading")  # noqa: B009 (its type knows no such field)

    def build(self, workbench: Workbench) -> Carried:
        """A fresh, unfitted recommender."""
        return Carried(self, workbench)


@kept("carried films")
@dataclass(frozen=True, eq=False)
class _Fitted:
    """What scoring reads; r is the rank and one more, for the level.

    Attributes:
        columns: the rated films.
        rated: (n rated, r) float32, what a grade of 1 of each rated film adds to a person's vector.
        films: (n_items, r) float32, each film's vector.
        vectors: how a new film's is made.
    """

    columns: Columns
    rated: Embeddings
    films: Embeddings
    vectors: FilmVectors


class Carried(Recommender):
    """score(u, f) = p_u · q_f: what the ``targets`` would say of film f, by its facts.

    The map is that of ``TasteMap``: a ridge regression from the rated films' facts to a model's scores of
    them, as in Gantner et al. 2010, "Learning Attribute-to-Feature Mappings for Cold-Start
    Recommendations", with the scores in place of factors. A model that is linear in a history has
    weights B of one film for another, its scores being x_u B; carried over they are a vector a rated
    film, in the space of the facts, and a person's is the sum of these by grades x_u. Of that space
    the main directions of people's vectors are kept, ``rank`` of them.

    Films are known by their facts alone: one that has ratings is scored as if it had none, save that
    the map was learned on it. An unseen person is scored like any other; one without a usable rating
    cannot be (NaN). A document is read for its year and for genres by their names.
    """

    kept = ("_fitted", "_top_rating")

    def __init__(self, config: CarriedConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._fitted: _Fitted | None = None
        self._top_rating = 1.0
        self._sets: VectorSets | None = None

    def fit(self, train: Dataset) -> Self:
        """Fit ``targets``, learn the map and carry every rated film's weights over.

        Raises:
            UserError: ``targets`` is no sum over the history.
        """
        config = self.config
        self._top_rating = train.scale.high
        columns = Columns(train.ratings.item_counts > 0)
        if not len(columns):
            raise UserError("no film has a rating, so there is no taste to carry over to new films")
        text = tuple(self._workbench.features(spec, train) for spec in config.text)
        familiarity = self._workbench.familiarity(config.familiar_to, train)
        films = of_catalog(train.catalog, tuple(view.items for view in text), familiarity)
        space = FilmSpace.over(films)
        whole = space.whole(films)
        taste = TasteProducts(whole, columns.items, config.ridge)
        # Not by workbench.fit, which would keep it for good: its weights, carried over, are all that is left.
        model = config.targets.build(self._workbench).fit(train)
        people = self._some(train)
        grades = inputs(people, config.grading, self._top_rating, columns)
        known = model.score(people)[:, columns.items].astype(np.float64)
        # Who rated nothing that the model has a column for tells nothing of it.
        usable = (np.diff(grades.indptr) > 0) & np.isfinite(known).all(axis=1)
        known = known[usable]
        of_people, of_films = _balanced(*_directions(known, taste, config.rank), taste)
        rated = _carried(model, columns.items, taste.after(of_people), train)
        if rated is None or not _is_sum(known, mixtures(grades, rated)[usable, -1]):
            raise UserError(
                f"{type(model).__name__} is no sum over a history, so it cannot be carried over to new films",
                expected="a model whose score adds up weights of the rated films times their grades, as EASE",
            )
        encoders, views = distinct([view.encode for view in text])
        vectors = FilmVectors(space, taste.mean, of_films, genre_names(train.catalog), encoders, views)
        self._fitted = _Fitted(columns, rated, vectors.of(whole), vectors)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) products; NaN for a person without a usable rating."""
        return (self._people(users) @ self._films().by_dimension).astype(np.float32)

    def score_same(self, users: UserBatch, item_num: Nums) -> Scores:
        """(len(users), c) products with these films' vectors alone."""
        return (self._people(users) @ self._films().columns(item_num)).astype(np.float32)

    def spread_same(self, users: UserBatch, item_num: Nums) -> Spread:
        """Mean and deviation of each person's scores, from the moments of these films' vectors."""
        return self._films().spread(self._people(users), item_num)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) products; NaN for a person without a usable rating."""
        vectors = self._learned().vectors.of_documents(documents)
        return (self._people(users) @ vectors.T.astype(np.float64)).astype(np.float32)

    def factors(self) -> Factored:
        """The sums by grades, and the films' vectors."""
        return Factored(self._learned().films, lambda users: self._people(users).astype(np.float32))

    def mean_contributions(self, users: UserBatch, item_num: Nums) -> npt.NDArray[np.float64]:
        """(len(history),) the lines' means over these films, from the mean of their vectors."""
        fitted = self._learned()
        alone = one_by_one(users, self.config.grading, self._top_rating, fitted.columns)
        return mixtures(alone, fitted.rated) @ self._films().mean(item_num)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) the lines of the sum."""
        fitted = self._learned()
        alone = one_by_one(users, self.config.grading, self._top_rating, fitted.columns)
        return mixtures(alone, fitted.rated) @ fitted.films[item_num].T.astype(np.float64)

    def _people(self, users: UserBatch) -> Matrix:
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

    def _films(self) -> VectorSets:
        films = self._learned().films
        if self._sets is None or self._sets.vectors is not films:
            self._sets = VectorSets(films)
        return self._sets

    def _some(self, train: Dataset) -> UserBatch:
        people = np.flatnonzero(train.ratings.user_counts).astype(np.int32)
        drawn = np.random.default_rng(self.config.seed).permutation(people)[: self.config.max_users]
        return UserBatch.known(train.ratings, np.sort(drawn)).as_unseen()


def _directions(known: Matrix, taste: TasteProducts, rank: int) -> tuple[Matrix, Matrix]:
    """(d, r) and (d, r) maps T, F of people's and of films' numbers with p T F' q nearest to p q.

    The main components of people's carried scores of the rated films: with A these people's p, M the
    films' moment and A M A' = W Λ W', F = A'W and T = M F / Λ.
    """
    carried = taste.before(known - known.mean(axis=1, keepdims=True))
    seen = carried @ taste.moment
    worth, main = np.linalg.eigh(seen @ carried.T)
    best = np.argsort(-worth)[:rank]
    best = best[worth[best] > _LEAST_WORTH * worth.max(initial=0)]
    return seen.T @ main[:, best] / worth[best], carried.T @ main[:, best]


def _balanced(of_people: Matrix, of_films: Matrix, taste: TasteProducts) -> tuple[Matrix, Matrix]:
    """The same maps, each direction scaled by a power of 2 so that people's and films' numbers are alike.

    Their products are the same to the bit, and neither is too small for half precision.
    """
    people = np.abs(taste.after(of_people)).max(axis=0)
    films = np.sqrt(np.einsum("dr,dr->r", taste.moment @ of_films, of_films))
    scale = 2 ** np.round(np.log2(films / people) / 2)
    return of_people * scale, of_films / scale


def _carried(model: Recommender, rated: Nums, carry: Matrix, train: Dataset) -> Embeddings | None:
    """(n rated, rank + 1) float32: each rated film's weights for others, carried over, and their level.

    None for a model that has no such weights.
    """
    # A row's weights less their mean, times the map, are the weights times the map less its mean.
    right = np.hstack([carry - carry.mean(axis=0), np.full((len(rated), 1), 1 / len(rated))])
    if isinstance(model, HasWeights):
        return model.weights_times(rated, right).astype(np.float32)
    found = np.zeros(right.shape, np.float32)
    for start in range(0, len(rated), _ROWS):
        films = rated[start : start + _ROWS]
        everything = UserBatch.unseen([dict.fromkeys(films.tolist(), train.scale.high)], train.n_items)
        lines = model.contributions(everything, rated)
        if lines is None:
            return None
        found[start : start + _ROWS] = lines @ right
    return found


def _is_sum(known: Matrix, level: Matrix) -> bool:
    """Whether the films' levels, added up by people's grades, are the levels of the people's scores."""
    expected = known.mean(axis=1)
    return np.allclose(level, expected, rtol=0, atol=1e-3 * np.abs(expected).max(initial=0))
