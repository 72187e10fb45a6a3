"""DatedAdjacent: like Adjacent, but counts mostly the pairs from around the time of the user's rating."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError, UserError
from cineblend.models.base import Contributions, Nums, Recommender, Scores, Workbench
from cineblend.models.costs import BYTES_AN_ENTRY, Matrices
from cineblend.models.neighbours.strongest import strongest
from cineblend.models.registry import register
from cineblend.models.search_space import SHARE, Number
from cineblend.models.sequence.calendar import MONTH, Calendar, mixed
from cineblend.models.sequence.rating_order import near
from cineblend.models.shared.grading import ANY_GRADING, GRADINGS, Grading, graded_rows
from cineblend.models.shared.sparse_products import combined, compact, mixtures, places, sums

_QUARTER = 3 * MONTH
_QUARTERS_A_YEAR = 4


_QUARTERS = 120
"""Quarters of a year that ratings may lie in, for planning: thirty years."""


def _memory(model: DatedAdjacentConfig, shape: Shape) -> Matrices:
    """Every two ratings in a window are two entries, in float64 while they are summed; counts by quarter."""
    entries = 2 * model.window * shape.n_ratings
    few = model.n_pairs * shape.n_items
    kept = BYTES_AN_ENTRY * (min(entries, few) if few else entries)
    return Matrices(kept + 16 * _QUARTERS * shape.n_items, 24 * entries)


@register(
    "adjacent-dated",
    title="Rated side by side around then",
    space={
        "window": Number(1, 30, whole=True),
        "decay": Number(1, 50, log=True),
        "years": Number(0.25, 30, log=True),
        "timeless": SHARE,
        "grading": ANY_GRADING,
    },
    memory=_memory,
)
@dataclass(frozen=True)
class DatedAdjacentConfig:
    """Hyper-parameters.

    Attributes:
        window: largest distance of two ratings of a user, in ratings, 1 or more; the time does not matter.
        decay: distance, in ratings, at which a pair counts 1/e.
        years: distance, in years from the user's rating, at which a pair counts 1/e.
        timeless: share of a pair that counts at any distance in time, 0 to 1.
        history_damping: power of an item's ratings around that time by which its pairs are divided, for an
            item of the history.
        item_damping: the same power for the item that is scored.
        grading: how ratings are weighted, in the pairs and in a history.
        n_pairs: number of strongest pairs kept for each item, over all quarters; 0 for all.
    """

    window: int = 10
    decay: float = 5.0
    years: float = 3.0
    timeless: float = 0.2
    history_damping: float = 0.5
    item_damping: float = 0.4
    grading: Grading = "graded"
    n_pairs: int = 0

    def __post_init__(self) -> None:
        for name in ("window", "decay", "years"):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="more than 0")
        for name in ("history_damping", "item_damping"):
            if not math.isfinite(getattr(self, name)):
                raise UserError(f"{name} is {getattr(self, name)}", expected="a finite number")
        if not 0 <= self.timeless <= 1:
            raise UserError(f"timeless is {self.timeless}", expected="a share from 0 to 1")
        if self.n_pairs < 0:
            raise UserError(f"n_pairs is {self.n_pairs}", expected="a number of pairs, or 0 for all")

    def build(self, workbench: Workbench) -> DatedAdjacent:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return DatedAdjacent(self)


class DatedAdjacent(Recommender):
    """score(u, i) = c_ui^-b sum_j x_uj c_j(t_uj)^-a sum_s K(t_uj, s) p_jis, over the items j of a history.

    p_jis sums x x exp(-distance / decay) over the users who rated j and i near each other, the later rating
    in quarter s. c_j(t) = sum_s K(t, s) n_js is how often j was rated around t, and c_ui the mean of c_i over
    the history's dates. K(t, s) = timeless + (1 - timeless) exp(-|t - s| / years). In contrast to
    ``Adjacent``, the pairs and their damping depend on the time: the pages that users rate from change over
    the years, and so do the popular items. A count below one rating counts as one.

    An unseen user is scored like any other, by the items of the history and their times; a rating without a
    date counts as one of the last known quarter. Scores are NaN for an empty history, for an item without
    ratings, and for one known only by its text.
    """

    kept = ("_pairs", "_counts", "_calendar", "_unrated", "_top_rating")

    def __init__(self, config: DatedAdjacentConfig | None = None) -> None:
        self.config = config or DatedAdjacentConfig()
        self._pairs: sp.csr_array | None = None
        self._counts = np.empty((0, 0), np.float32)
        self._calendar = Calendar(_QUARTER, 0, 1)
        self._unrated = np.empty(0, bool)
        self._top_rating = 1.0
        self._of_today: tuple[sp.csr_array, sp.csr_array] | None = None

    def fit(self, train: Dataset) -> Self:
        """Count pairs by quarter; stores at most 2 · window · ratings, and (quarters, n_items) counts."""
        ratings = train.ratings
        self._top_rating, self._unrated = train.scale.high, ratings.item_counts == 0
        self._calendar = Calendar.of(ratings.timestamp, _QUARTER)
        at = (self._calendar.at(ratings.timestamp), ratings.item_num)
        here = sp.csr_array((np.ones(len(ratings)), at), shape=(self._calendar.n, train.n_items))
        self._counts = np.ascontiguousarray(self._nearness() @ here, np.float32)
        pairs = self._by_quarter(ratings)
        if self.config.n_pairs:
            pairs = strongest(pairs, max(1, self.config.n_pairs // self._calendar.n))
        self._pairs = compact(pairs)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores of 0 or more; NaN for an item without ratings and an empty history."""
        found = self._sums(users)
        counts = mixtures(self._calendar.shares(users), self._counts)
        scores = (found * self._damped(counts)).astype(np.float32)
        scores[:, self._unrated] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def score_items(self, users: UserBatch, items: npt.NDArray[np.integer]) -> Scores:
        """(len(users), c) scores of chosen items; counts are read only for each user's own dates."""
        found = np.take_along_axis(self._sums(users), items, axis=1)
        counts = mixed(self._calendar.shares(users), self._counts, items)
        scores = (found * self._damped(counts)).astype(np.float32)
        scores[self._unrated[items]] = np.nan
        scores[np.diff(users.indptr) == 0] = np.nan
        return scores

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        """(len(history), c) the terms of the sum."""
        each = np.arange(len(users.item_num) + 1)
        added = combined(*self._factors(users, each), item_num)
        return added * self._damped(mixtures(self._calendar.shares(users), self._counts[:, item_num]))

    def _fitted(self) -> sp.csr_array:
        if self._pairs is None:
            raise NotFittedError(self)
        return self._pairs

    def _by_quarter(self, ratings: Ratings) -> sp.csr_array:
        """(n_items · quarters, n_items) weights of items rated near each other; rows by item, quarter."""
        grade, n = graded_rows(ratings, self.config.grading, self._top_rating), self._calendar.n
        quarter = self._calendar.at(ratings.timestamp)
        total = sp.csr_array((ratings.n_items * n, ratings.n_items))
        for pair in near(ratings, self.config.window, np.inf):
            weight = grade[pair.later] * grade[pair.earlier] * np.exp(-pair.distance / self.config.decay)
            left, right = ratings.item_num[pair.earlier], ratings.item_num[pair.later]
            for item, other in ((left, right), (right, left)):
                at = (item.astype(np.int64) * n + quarter[pair.later], other)
                total = total + sp.csr_array((weight, at), shape=total.shape)
        return sp.csr_array(total)

    def _sums(self, users: UserBatch) -> npt.NDArray[np.float64]:
        """(len(users), n_items) sums over the histories, before damping by the scored item's popularity."""
        return sums(*self._factors(users, users.indptr))

    def _factors(
        self, users: UserBatch, indptr: npt.NDArray[np.integer]
    ) -> tuple[sp.csr_array, sp.csr_array]:
        """(rows, k) weights of pairs, and (k, n_items) the pairs.

        If all ratings are from the last quarter, as for a user who comes now, the pairs are summed over the
        quarters with their weight of today. Otherwise they are the pairs of each quarter.

        Args:
            users: the users.
            indptr: start of each output row in their histories; a row is a user or a rating.
        """
        pairs, n = self._fitted(), self._calendar.n
        quarter = self._calendar.at(users.timestamp)
        grade = GRADINGS[self.config.grading](users, self._top_rating)
        weight = grade * self._damping(self._counts[quarter, users.item_num], self.config.history_damping)
        if n > 1 and len(quarter) and (quarter == n - 1).all():
            shape = (len(indptr) - 1, len(self._unrated))
            return sp.csr_array((weight, users.item_num.copy(), indptr.copy()), shape=shape), self._today()
        begins = places(pairs)[0]
        row = users.item_num[:, None].astype(np.int64) * n + np.arange(n)
        by_quarter = weight[:, None] * self._nearness()[quarter]
        used = (begins[row + 1] > begins[row]) & (by_quarter != 0)
        at = np.concatenate([[0], np.cumsum(used.sum(axis=1))])[indptr]
        shape = (len(indptr) - 1, len(begins) - 1)
        return sp.csr_array((by_quarter[used], row[used], at), shape=shape), pairs

    def _today(self) -> sp.csr_array:
        """(n_items, n_items) pairs of all quarters, weighted for the last quarter."""
        pairs = self._fitted()
        if self._of_today is None or self._of_today[0] is not pairs:
            n_items, n = len(self._unrated), self._calendar.n
            counts = (np.tile(self._nearness()[-1], n_items), np.arange(n_items * n))
            by_item = np.arange(n_items + 1) * n
            quarters = sp.csr_array((*counts, by_item), shape=(n_items, n_items * n))
            self._of_today = pairs, compact(sp.csr_array(quarters @ pairs))
        return self._of_today[1]

    def _damped(self, counts: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        return self._damping(counts, self.config.item_damping)

    @staticmethod
    def _damping(counts: npt.NDArray[np.floating], power: float) -> npt.NDArray[np.float32]:
        return np.maximum(counts, 1).astype(np.float32) ** np.float32(-power)

    def _nearness(self) -> npt.NDArray[np.float64]:
        """(quarters, quarters) K."""
        return _nearness(self._calendar, self.config.timeless, self.config.years)


@lru_cache(maxsize=8)
def _nearness(calendar: Calendar, timeless: float, years: float) -> npt.NDArray[np.float64]:
    """K, which is the same for all users and therefore cached."""
    return timeless + (1 - timeless) * calendar.near(_QUARTERS_A_YEAR * years)
