"""ItemSimilarity: how alike two items are, by the people who rate both and by their facts and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Scores, Workbench
from cineblend.models.neighbours.strongest import cosines, nearest
from cineblend.models.shared.grading import Grading, inputs
from cineblend.models.similarity.similarity_vectors import Vectors, genre_vectors, leading, products, unit
from cineblend.models.similarity.title_series import series
from cineblend.models.state import Keeps
from cineblend.text.features import TextSpec

_BLOCK = 256
"""Items whose cosines with all others are held at once."""
_FEW_RATINGS = 20
"""A person with fewer ratings than this counts as one with as many."""
_YEARS_APART = 10.0
"""Years after which the closeness of two years has fallen to 1/e."""


@dataclass(frozen=True)
class ItemSimilarityConfig:
    """Hyper-parameters.

    Chosen on ml-latest-small by the measures of ``benchmarks/similar.py``, on halves of people and tags that
    the report does not use (``--choose``); ``series_weight`` by reading lists.

    Attributes:
        text: features whose cosines count, each as much.
        grading: what a rating is worth.
        activity: a person of n ratings weighs n to the power of -``activity``: who rates everything says
            little of two items.
        popularity: exponent of an item's length that its column is divided by before the factors are found,
            from 0 (the factors describe popular items) to 1 (all items alike).
        factors: length of an item's factor vector.
        emphasis: exponent of the singular values: above 1 the broad tastes count more than the narrow ones.
        factor_support: ratings at which an item's factors count half.
        direct: weight of the cosine of two items' raters, beside the factors' cosine.
        direct_shrinkage: added to the product of two items' lengths in that cosine.
        neighbours: how many of the largest such cosines are kept of each item.
        text_weight: weight of the mean cosine of texts and genres.
        text_dimensions: length of an item's text vector as it is kept.
        year_weight: weight of the closeness of the years.
        series_weight: what two films of one series have in common beyond all that.
        most_people: people learned from; where there are more, that many of them, evenly drawn.
        seed: of the randomised SVD.
    """

    text: tuple[TextSpec, ...] = (TextSpec("tfidf"),)
    grading: Grading = "graded"
    activity: float = 0.5
    popularity: float = 0.35
    factors: int = 64
    emphasis: float = 1.0
    factor_support: float = 4.0
    direct: float = 3.0
    direct_shrinkage: float = 15.0
    neighbours: int = 30
    text_weight: float = 0.75
    text_dimensions: int = 96
    year_weight: float = 0.3
    series_weight: float = 0.6
    most_people: int = 20_000
    seed: int = SEED

    def __post_init__(self) -> None:
        if min(self.factors, self.neighbours, self.text_dimensions, self.most_people) < 1:
            raise UserError(
                "a similarity of no factors, neighbours, dimensions or people", expected="1 or more"
            )
        if min(self.factor_support, self.direct_shrinkage) < 0:
            raise UserError("a support below 0 ratings", expected="0 or more")

    def build(self, workbench: Workbench) -> ItemSimilarity:
        """A fresh, unfitted similarity."""
        return ItemSimilarity(self, workbench)


class ItemSimilarity(Keeps):
    """people(i, j) = c_i c_j v_i·v_j + ``direct`` x_i·x_j / (|x_i| |x_j| + h), and text(i, j) beside it.

    x_i is item i's column of grades, with people weighted by their activity; v_i are its factors, of unit
    length, from a truncated SVD of the columns. c_i² = n_i / (n_i + ``factor_support``) for n_i ratings. Both
    terms are shrunk towards 0 by support, so that the share of the ratings in the sum grows with them: an
    item with few ratings leans on its text, and one that nobody rated has text alone. Of the second term each
    item keeps its largest ``neighbours`` entries, and those in which it is a neighbour of the other.

    text(i, j) = ``text_weight`` times the mean cosine of texts and of genres (rare ones count more), plus
    ``series_weight`` for another film of the same series. Both together are the sum, plus ``year_weight``
    exp(-|years apart| / 10). All of it is symmetric. Compare Sarwar et al., Item-Based Collaborative
    Filtering, WWW 2001, and for the SVD of columns Cremonesi et al., Performance of Recommender Algorithms
    on Top-N Recommendation, RecSys 2010.

    What is kept is 16-bit vectors and neighbours: some 500 bytes an item, and nothing of any person.
    """

    kept = ("_factors", "_text", "_starts", "_neighbour", "_cosine", "_year", "_series", "_rated")

    def __init__(self, config: ItemSimilarityConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._factors: Vectors | None = None
        self._text: Vectors = np.empty((0, 0), np.float16)
        self._starts = np.zeros(1, np.int64)
        self._neighbour: npt.NDArray[np.integer] = np.empty(0, np.int32)
        self._cosine = np.empty(0, np.float16)
        self._year = np.empty(0, np.int32)
        self._series = np.empty((0, 2), np.int32)
        self._rated = np.empty(0, bool)

    def fit(self, train: Dataset) -> Self:
        """Factors, neighbours and texts of every item.

        Raises:
            NotAvailableError: a text feature is not here.
        """
        people = self._people(train)
        counts = train.ratings.item_counts
        self._rated = counts > 0
        self._factors = self._factorise(people, counts)
        self._keep_neighbours(people)
        self._text = self._texts(train)
        self._year = train.catalog.year.astype(np.int32)
        self._series = series(train.catalog.title)
        return self

    def by_people(self, item_num: int) -> Scores:
        """(n_items,) likeness by ratings; NaN for items nobody rated, the item itself, and all if it is one.

        Raises:
            NotFittedError: before ``fit``.
        """
        factors = self._fitted()
        found = products(factors, item_num)
        own = slice(int(self._starts[item_num]), int(self._starts[item_num + 1]))
        found[self._neighbour[own]] += np.float32(self.config.direct) * self._cosine[own].astype(np.float32)
        found[~self._rated] = np.nan
        found[item_num] = np.nan
        return found if self._rated[item_num] else np.full_like(found, np.nan)

    def by_text(self, item_num: int) -> Scores:
        """(n_items,) likeness by text, genres and series; NaN where there are no words, and the item itself.

        Raises:
            NotFittedError: before ``fit``.
        """
        self._fitted()
        found = np.float32(self.config.text_weight) * products(self._text, item_num)
        same, own = self._series[:, 0] == self._series[item_num, 0], self._series[:, 1]
        sequel = same & (own != self._series[item_num, 1]) & (own >= 0)
        found += np.float32(self.config.series_weight) * sequel
        worded = np.asarray(self._text.any(axis=1), bool)
        found[~worded] = np.nan
        found[item_num] = np.nan
        return found if worded[item_num] else np.full_like(found, np.nan)

    def by_both(self, item_num: int) -> Scores:
        """(n_items,) the sum of the two and the years' closeness; NaN where neither of the two is known.

        Where one of the two is not known it counts 0.

        Raises:
            NotFittedError: before ``fit``.
        """
        parts = np.stack([self.by_people(item_num), self.by_text(item_num)])
        silent = np.isnan(parts).all(axis=0)
        found = np.nansum(parts, axis=0, dtype=np.float32) + self._same_time(item_num)
        return np.where(silent, np.float32(np.nan), found)

    def _same_time(self, item_num: int) -> Scores:
        """(n_items,) how close the years are; 0 where one is unknown."""
        apart = np.abs(self._year - self._year[item_num]).astype(np.float32)
        near = np.float32(self.config.year_weight) * np.exp(-apart / np.float32(_YEARS_APART))
        return np.where((self._year > 0) & (self._year[item_num] > 0), near, np.float32(0))

    def _fitted(self) -> Vectors:
        if self._factors is None:
            raise NotFittedError(self)
        return self._factors

    def _people(self, train: Dataset) -> sp.csr_array:
        """(people, n_items) grades, a person's the smaller the more there are."""
        chosen = np.flatnonzero(train.ratings.user_counts > 0)
        if len(chosen) > self.config.most_people:
            chosen = chosen[np.linspace(0, len(chosen) - 1, self.config.most_people).astype(np.intp)]
        graded = _graded(train.ratings, chosen, self.config.grading, train.scale.high)
        counts = np.maximum(np.diff(graded.indptr), _FEW_RATINGS) / _FEW_RATINGS
        weight = counts ** (-self.config.activity / 2)  # of a row: the product of two entries has it squared
        return sp.csr_array(sp.diags_array(weight) @ graded)

    def _factorise(self, people: sp.csr_array, counts: npt.NDArray[np.int64]) -> Vectors:
        length = np.sqrt(np.asarray((people * people).sum(axis=0), np.float64))
        scale = np.where(length > 0, length, 1) ** -self.config.popularity
        strength, axes = leading(
            sp.csr_array(people @ sp.diags_array(scale)), self.config.factors, self.config.seed
        )
        vectors = unit(axes.T * strength**self.config.emphasis)
        share = counts / np.maximum(counts + self.config.factor_support, 1e-9)
        return (np.sqrt(share)[:, None] * vectors).astype(np.float16)

    def _keep_neighbours(self, people: sp.csr_array) -> None:
        items, n = sp.csr_array(people.T), (people.shape or (0, 0))[1]
        blocks = [sp.csr_array((0, n))]
        for start in range(0, n, _BLOCK):
            similar = cosines(items[start : start + _BLOCK], items, self.config.direct_shrinkage)
            at = np.arange(len(similar))
            similar[at, start + at] = 0
            blocks.append(nearest(similar, self.config.neighbours))
        largest = sp.csr_array(sp.vstack(blocks))
        both = sp.csr_array(largest.maximum(largest.T))
        both.sort_indices()
        self._starts = both.indptr.astype(np.int64)
        self._neighbour = both.indices.astype(np.uint16 if n <= 1 << 16 else np.int32)
        self._cosine = both.data.astype(np.float16)

    def _texts(self, train: Dataset) -> Vectors:
        """(n_items, d) whose products are the mean cosines of texts and genres, in d directions."""
        parts = [unit(self._workbench.features(spec, train).items) for spec in self.config.text]
        parts.append(genre_vectors(train.catalog))
        stacked = np.concatenate(parts, axis=1) / np.sqrt(len(parts))
        if stacked.shape[1] <= self.config.text_dimensions:
            return stacked.astype(np.float16)
        _, axes = leading(stacked, self.config.text_dimensions, self.config.seed)
        return (stacked @ axes.T).astype(np.float16)


def _graded(ratings: Ratings, users: npt.NDArray[np.intp], grading: Grading, high: float) -> sp.csr_array:
    return inputs(UserBatch.known(ratings, users.astype(np.int32)), grading, high)
