"""Beyond accuracy: how novel, varied and mainstream lists are, and how much of the catalogue they reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.errors import UserError
from cineblend.ids import Nums

PerUser = npt.NDArray[np.float64]
"""(n,) one number per user."""

SHORT_HEAD = 0.2
"""Share of the rated items, the most rated ones, that counts as popular."""

_PAIRS_PER_BLOCK = 1 << 21


@dataclass(frozen=True, eq=False)
class ListContext:
    """Facts about the items for metrics beyond accuracy.

    Attributes:
        item_counts: (n_items,) int, number of training users who rated each item.
        n_train_users: number of users with a training rating.
        genres: (n_items, n_genres) bool, the genres of each item.
        n_candidates: number of items that a list may draw from.

    Raises:
        UserError: the columns differ in length, or a count is impossible.
    """

    item_counts: npt.NDArray[np.int64]
    n_train_users: int
    genres: npt.NDArray[np.bool_]
    n_candidates: int

    def __post_init__(self) -> None:
        n_items = len(self.item_counts)
        if self.genres.ndim != 2 or len(self.genres) != n_items:
            raise UserError(
                f"genres of shape {self.genres.shape} for {n_items} item counts",
                expected="one row of genres per item",
            )
        if self.genres.dtype != np.bool_:
            raise UserError(
                f"genres are {self.genres.dtype}", expected="bool, True where an item has a genre"
            )
        if n_items and not (self.item_counts.min() >= 0 and self.item_counts.max() <= self.n_train_users):
            raise UserError(
                f"item counts from {self.item_counts.min()} to {self.item_counts.max()}",
                expected=f"between 0 and the {self.n_train_users} training users",
            )
        if not 0 <= self.n_candidates <= n_items:
            raise UserError(f"{self.n_candidates} candidates", expected=f"between 0 and the {n_items} items")

    @classmethod
    def from_train(cls, train: Dataset, n_candidates: int) -> ListContext:
        """The context for lists of models fitted on ``train``."""
        return cls(
            train.ratings.item_counts,
            int(np.count_nonzero(train.ratings.user_counts)),
            genre_matrix(train.catalog.genres),
            n_candidates,
        )

    @cached_property
    def popular(self) -> npt.NDArray[np.bool_]:
        """(n_items,) the short head: the most-rated ``SHORT_HEAD`` of the rated items, rounded up.

        Of equally often rated items, the one with the lower number is more popular.
        """
        n_popular = math.ceil(SHORT_HEAD * np.count_nonzero(self.item_counts))
        mask = np.zeros(len(self.item_counts), bool)
        mask[np.argsort(-self.item_counts, kind="stable")[:n_popular]] = True
        return mask


def genre_matrix(genres: tuple[tuple[str, ...], ...]) -> npt.NDArray[np.bool_]:
    """(n_items, n_genres) bool, True if the item has the genre; genres in alphabetical order."""
    names = sorted({name for of_item in genres for name in of_item})
    column = {name: num for num, name in enumerate(names)}
    matrix = np.zeros((len(genres), len(names)), bool)
    rows = np.repeat(np.arange(len(genres)), [len(of_item) for of_item in genres])
    matrix[rows, [column[name] for of_item in genres for name in of_item]] = True
    return matrix


def novelty(item_num: Nums, context: ListContext) -> PerUser:
    """Mean self-information of the listed items in bits: -log2 of the share of users who rated them.

    Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 2010
    ("surprisal"); a list of items that half the users rated has 1.0. An item without ratings would be
    infinitely novel, so it counts as rated by one user. An empty list has 0.
    """
    seen_by = np.maximum(context.item_counts, 1)
    bits = np.log2(max(context.n_train_users, 1)) - np.log2(seen_by)
    return _mean_over_list(bits, item_num)


def popular_share(item_num: Nums, context: ListContext) -> PerUser:
    """Share of the listed items that belong to the short head (``ListContext.popular``).

    A list of blockbusters only has 1.0; an empty list has 0.
    """
    return _mean_over_list(context.popular.astype(np.float64), item_num)


def intra_list_diversity(item_num: Nums, context: ListContext) -> PerUser:
    """Mean over the pairs of listed items of 1 - Jaccard similarity of their genre sets.

    Ziegler et al., "Improving recommendation lists through topic diversification", WWW 2005, stated
    as a distance. It is 0.0 if all items have the same genres and 1.0 if no two share one. Two items without
    genres count as alike, an item without and one with genres as entirely different. A list of fewer than
    two items has 0.
    """
    n, k = item_num.shape
    size = max(1, _PAIRS_PER_BLOCK // max(k * k, 1))
    diversity = np.zeros(n)
    for start in range(0, n, size):
        block = slice(start, start + size)
        diversity[block] = _pairwise_distance(item_num[block], context.genres)
    return diversity


def coverage(item_num: Nums, context: ListContext) -> float:
    """Share of the candidates that are on at least one list; 0 without candidates.

    Raises:
        UserError: the lists hold more distinct items than there are candidates.
    """
    listed = len(np.unique(item_num[item_num >= 0]))
    if listed > context.n_candidates:
        raise UserError(
            f"the lists hold {listed} items but there are {context.n_candidates} candidates",
            expected="lists of candidates only",
        )
    return listed / context.n_candidates if listed else 0.0


def _pairwise_distance(item_num: Nums, genres: npt.NDArray[np.bool_]) -> PerUser:
    listed = item_num >= 0
    # float32 holds these counts exactly and lets BLAS compute the products; padding has no genres.
    has = (genres[item_num] & listed[:, :, None]).astype(np.float32)
    shared = has @ has.transpose(0, 2, 1)
    n_genres = has.sum(axis=2)
    either = n_genres[:, :, None] + n_genres[:, None, :] - shared
    alike = np.ones(shared.shape)
    similarity = np.divide(shared, either, out=alike, where=either > 0, dtype=np.float64)
    pair = listed[:, :, None] & listed[:, None, :]
    # Each pair occurs twice, and each item once with itself at distance 0.
    length = listed.sum(axis=1)
    ordered_pairs = length * (length - 1)
    total = ((1 - similarity) * pair).sum(axis=(1, 2))
    return total / np.maximum(ordered_pairs, 1)


def _mean_over_list(value: npt.NDArray[np.float64], item_num: Nums) -> PerUser:
    listed = item_num >= 0
    # Padding reads the last item's value, which the mask then drops.
    total = np.where(listed, value[item_num], 0).sum(axis=1)
    return total / np.maximum(listed.sum(axis=1), 1)
