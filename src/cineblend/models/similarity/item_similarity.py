"""ItemSimilarity: similarity of two items by their raters, facts and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Scores, Workbench
from cineblend.models.neighbours.strongest import cosines, nearest
from cineblend.models.registry import register
from cineblend.models.shared.grading import Grading, inputs
from cineblend.models.similarity.similarity_texts import SimilarityTexts
from cineblend.models.similarity.similarity_vectors import Vectors, leading, products, unit
from cineblend.models.similarity.title_series import series
from cineblend.models.state import Keeps
from cineblend.text.features import TextSpec

_BLOCK = 256
"""Number of items whose cosines with all others are in memory at once."""
_FEW_RATINGS = 20
"""A user with fewer ratings has the weight of one with this many."""
_YEARS_APART = 10.0
"""Distance of two years at which their closeness is 1/e."""


@register("item-similarity")
@dataclass(frozen=True)
class ItemSimilarityConfig:
    """Hyper-parameters.

    Chosen on ml-latest-small by the measures of ``benchmarks/similar.py``, on halves of users and tags that
    the report does not use (``--choose``); ``series_weight`` was chosen by reading lists.

    Attributes:
        text: features whose cosines are averaged.
        grading: how ratings are weighted.
        activity: a user with n ratings has the weight n to the power of -``activity``, because a very active
            user says little about two items.
        popularity: exponent of an item's length that its column is divided by before the factors are found,
            from 0 (the factors describe popular items) to 1 (all items count equally).
        factors: length of an item's factor vector.
        emphasis: exponent of the singular values: above 1, the main directions count more.
        factor_support: number of ratings at which an item's factors count half.
        direct: weight of the cosine of two items' raters, beside the factors' cosine.
        direct_shrinkage: added to the product of two items' lengths in that cosine.
        neighbours: number of the largest such cosines stored for each item.
        text_weight: weight of the mean cosine of texts and genres.
        text_dimensions: length of an item's stored text vector.
        year_weight: weight of the closeness of the years.
        series_weight: added for two items of the same series.
        most_people: largest number of users to learn from; of more users, this many are taken at even
            distances.
        seed: seed of the randomised SVD.
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
                "factors, neighbours, text_dimensions or most_people is below 1", expected="1 or more of each"
            )
        if min(self.factor_support, self.direct_shrinkage) < 0:
            raise UserError("factor_support or direct_shrinkage is below 0", expected="0 or more of each")

    def build(self, workbench: Workbench) -> ItemSimilarity:
        """A fresh, unfitted similarity."""
        return ItemSimilarity(self, workbench)


class ItemSimilarity(Keeps):
    """people(i, j) = c_i c_j v_i·v_j + ``direct`` x_i·x_j / (|x_i| |x_j| + h), and a separate text(i, j).

    x_i is item i's column of grades, with users weighted by their activity; v_i are its factors, of unit
    length, from a truncated SVD of the columns. c_i² = n_i / (n_i + ``factor_support``) for n_i ratings. Both
    terms shrink towards 0 for few ratings, so that an item with few ratings depends more on its text, and an
    item without ratings depends on its text alone. Of the second term, each item keeps its largest
    ``neighbours`` entries, and those in which it is a neighbour of the other item.

    text(i, j) = ``text_weight`` times the mean cosine of texts and of genres (rare genres count more), plus
    ``series_weight`` for another item of the same series. The total is the sum of both plus ``year_weight``
    exp(-|years apart| / 10). All terms are symmetric. Compare Sarwar et al., Item-Based Collaborative
    Filtering, WWW 2001, and for the SVD of columns Cremonesi et al., Performance of Recommender Algorithms
    on Top-N Recommendation, RecSys 2010.

    The model stores 16-bit vectors and neighbours, about 500 bytes an item, and no data of any user.
    """

    kept = ("_factors", "_text", "_starts", "_neighbour", "_cosine", "_year", "_series", "_rated", "_texts")
    kept_since = ("_texts",)

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
        self._texts: SimilarityTexts | None = None

    def fit(self, train: Dataset) -> Self:
        """Compute factors, neighbours and text vectors of every item.

        Raises:
            NotAvailableError: a text feature is missing.
        """
        people = self._weighted_grades(train)
        counts = train.ratings.item_counts
        self._rated = counts > 0
        self._factors = self._factorise(people, counts)
        self._keep_neighbours(people)
        config, bench = self.config, self._workbench
        self._texts = SimilarityTexts.fit(config.text, config.text_dimensions, config.seed, train, bench)
        views = [bench.features(spec, train).items for spec in config.text]
        self._text = self._texts.of(views, train)
        self._year = train.catalog.year.astype(np.int32)
        self._series = series(train.catalog.title)
        return self

    def by_people(self, item_num: int) -> Scores:
        """(n_items,) similarity by ratings; NaN for the item itself and where either item has no ratings.

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

    def by_people_of(self, item_nums: npt.NDArray[np.integer], weights: npt.NDArray[np.floating]) -> Scores:
        """(n_items,) weighted sum of ``by_people`` over several items, in which NaN counts as 0.

        Raises:
            NotFittedError: before ``fit``.
        """
        factors = self._fitted()
        used = np.where(self._rated[item_nums], weights, 0).astype(np.float32)
        own = factors[item_nums].astype(np.float32)
        found: Scores = np.asarray(factors.astype(np.float32) @ (used @ own), np.float32)
        found[item_nums] -= used * np.asarray(np.square(own).sum(axis=1), np.float32)
        for num, weight in zip(item_nums.tolist(), used.tolist(), strict=True):
            near = slice(int(self._starts[num]), int(self._starts[num + 1]))
            cosine = self._cosine[near].astype(np.float32)
            found[self._neighbour[near]] += np.float32(weight * self.config.direct) * cosine
        found[~self._rated] = 0
        return found

    def by_text(self, item_num: int) -> Scores:
        """(n_items,) similarity by text, genres and series; NaN for the item itself and without words.

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

    def texts_of(self, items: slice) -> Scores:
        """(n, d) vectors whose products are the part of ``by_text`` that is not about a series.

        Raises:
            NotFittedError: before ``fit``.
        """
        self._fitted()
        return self._text[items].astype(np.float32)

    def by_both(self, item_num: int) -> Scores:
        """(n_items,) sum of both and of the closeness of the years; NaN where both are unknown.

        If only one of both is unknown, it counts as 0.

        Raises:
            NotFittedError: before ``fit``.
        """
        parts = np.stack([self.by_people(item_num), self.by_text(item_num)])
        unknown = np.isnan(parts).all(axis=0)
        found = np.nansum(parts, axis=0, dtype=np.float32) + self._same_time(item_num)
        return np.where(unknown, np.float32(np.nan), found)

    def _same_time(self, item_num: int) -> Scores:
        """(n_items,) closeness of the years; 0 where one is unknown."""
        apart = np.abs(self._year - self._year[item_num]).astype(np.float32)
        near = np.float32(self.config.year_weight) * np.exp(-apart / np.float32(_YEARS_APART))
        return np.where((self._year > 0) & (self._year[item_num] > 0), near, np.float32(0))

    def _fitted(self) -> Vectors:
        if self._factors is None:
            raise NotFittedError(self)
        return self._factors

    def _weighted_grades(self, train: Dataset) -> sp.csr_array:
        """(users, n_items) grades, weighted by the users' activity."""
        chosen = np.flatnonzero(train.ratings.user_counts > 0)
        if len(chosen) > self.config.most_people:
            chosen = chosen[np.linspace(0, len(chosen) - 1, self.config.most_people).astype(np.intp)]
        graded = _graded(train.ratings, chosen, self.config.grading, train.scale.high)
        counts = np.maximum(np.diff(graded.indptr), _FEW_RATINGS) / _FEW_RATINGS
        weight = counts ** (-self.config.activity / 2)  # of a row; the product of two entries has its square
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

    def extended(self, catalog: Catalog, items: Dataset) -> ItemSimilarity:
        """This similarity with ``items`` after its own; they have texts, a year and a series, and no raters.

        Args:
            catalog: the whole catalogue, with the items to add at its end.
            items: the items to add.
        """
        found = ItemSimilarity(self.config, self._workbench)
        factors, n, text = self._fitted(), items.n_items, self._text
        n_old = len(catalog) - n
        added = (
            np.zeros((n, text.shape[1]), np.float16) if self._texts is None else self._texts.of_items(items)
        )
        found._factors = np.vstack([factors[:n_old], np.zeros((n, factors.shape[1]), factors.dtype)])
        found._text = np.vstack([text[:n_old], added])
        found._starts = np.concatenate([self._starts[: n_old + 1], np.full(n, self._starts[n_old])])
        found._neighbour, found._cosine = self._neighbour, self._cosine
        found._year, found._series = catalog.year.astype(np.int32), series(catalog.title)
        found._rated = np.concatenate([self._rated[:n_old], np.zeros(n, bool)])
        found._texts = self._texts
        return found


def _graded(ratings: Ratings, users: npt.NDArray[np.intp], grading: Grading, high: float) -> sp.csr_array:
    return inputs(UserBatch.known(ratings, users.astype(np.int32)), grading, high)
