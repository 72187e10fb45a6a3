"""LearnedOrder: gradient-boosted trees that order a user's most likely items (lambdarank)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.new_items.item_facts import Matrix, Rows
from cineblend.models.new_items.ridge_features import ItemsToScore, ScoreTransfer
from cineblend.models.new_items.user_features import UserColumns
from cineblend.models.shared.boosting import lightgbm

if TYPE_CHECKING:
    from lightgbm import Booster

DIGITS = 5
"""Decimals of a column: the last bits of a sum must not move a pair across a tree's threshold."""
TILT = 0.1
"""Weight of the transferred score beside the trees' score; it breaks ties of the trees."""
PAIRS_PER_BLOCK = 1 << 20
_ONE_THREAD_ROWS = 50_000
"""Up to this many rows, one thread trains as fast as two, which wait for each other at every split."""


@dataclass(frozen=True)
class OrderConfig:
    """Hyper-parameters of the order, chosen on cold-item hold-outs inside a training set.

    Attributes:
        folds: number of folds of the rated items; each item is cold in one fold.
        share: share of a fold's (user, cold item) pairs, highest scores first, that the trees order.
        people_per_fold: largest number of users in a fold, drawn at random.
        trees: boosting rounds.
        learning_rate: shrinkage of a tree.
        leaves: most leaves of a tree.
        least_in_leaf: fewest pairs in a leaf.
        columns_per_tree: share of the columns a tree may use.
        l2: penalty of leaf values.
        seed: draws folds, people and columns.
    """

    folds: int = 5
    share: float = 0.08
    people_per_fold: int = 1000
    trees: int = 120
    learning_rate: float = 0.08
    leaves: int = 15
    least_in_leaf: int = 100
    columns_per_tree: float = 0.4
    l2: float = 10.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class TrainingFold:
    """One fold: users, the items that are cold in it, and which of them the users liked.

    Attributes:
        transfer: learned without the cold items.
        users: users with a history and a liked cold item.
        items: the cold items.
        liked: (n users, n items).
        dated: whether the order may see the times of ratings; some training must do without them.
    """

    transfer: ScoreTransfer
    users: UserBatch
    items: ItemsToScore
    liked: npt.NDArray[np.bool_]
    dated: bool


@kept("learned order")
@dataclass(frozen=True, eq=False)
class LearnedOrder:
    """score = z where z <= gate, else gate + log(1 + exp(trees(columns) + TILT z)).

    z is the score transferred by all facts. The trees saw only pairs with a z above the gate, so they score
    only those. Without trees (no training rows) the score is z for all pairs.
    """

    gate: float
    trees: Booster | None

    def scores(self, transfer: ScoreTransfer, users: UserBatch, items: ItemsToScore) -> Matrix:
        """(n users, n items) scores."""
        by_text, by_all = transfer.z(users, items)
        scores = by_all.copy()
        if self.trees is None:
            return scores
        user_columns, beside = transfer.people(users), transfer.beside(users, items)
        user, item = np.nonzero(by_all > self.gate)
        for start in range(0, len(user), PAIRS_PER_BLOCK):
            u, i = user[start : start + PAIRS_PER_BLOCK], item[start : start + PAIRS_PER_BLOCK]
            table = pair_table(user_columns, items, (by_text, by_all, *beside), u, i)
            order = np.asarray(self.trees.predict(table, num_threads=1)) + TILT * by_all[u, i]
            scores[u, i] = self.gate + np.logaddexp(0, order)
        return scores


def pair_table(
    users: UserColumns, items: ItemsToScore, z: tuple[Matrix, ...], user: Rows, item: Rows
) -> npt.NDArray[np.float32]:
    """(m, c) columns of the pairs (user[k], item[k]); ``z`` holds all transferred scores."""
    pairs = users.pair_columns(items.films, items.near, user, item)
    columns = [*(scores[user, item] for scores in z), pairs, items.columns[item]]
    return np.round(np.column_stack(columns), DIGITS).astype(np.float32)


def learn_order(folds: Iterator[TrainingFold], config: OrderConfig) -> LearnedOrder:
    """Fit the trees on the folds, of which only one is in memory at a time."""
    lgb = lightgbm()
    tables: list[npt.NDArray[np.float32]] = []
    labels: list[npt.NDArray[np.bool_]] = []
    groups: list[npt.NDArray[np.int64]] = []
    gates: list[float] = []
    for fold in folds:
        by_text, by_all = fold.transfer.z(fold.users, fold.items)
        gates.append(float(np.quantile(by_all, 1 - config.share)))
        likely = by_all > gates[-1]
        above = likely & (likely & fold.liked).any(axis=1, keepdims=True)
        user, item = np.nonzero(above)
        users = fold.users
        user_columns = fold.transfer.people(users)
        if not fold.dated:
            user_columns = user_columns.undated()
            users = replace(users, timestamp=np.zeros_like(users.timestamp))
        z = (by_text, by_all, *fold.transfer.beside(users, fold.items))
        tables.append(pair_table(user_columns, fold.items, z, user, item))
        labels.append(fold.liked[user, item])
        groups.append(above.sum(axis=1)[above.any(axis=1)])
    if not any(map(len, groups)):
        return LearnedOrder(0.0, None)
    settings = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": 30,
        "learning_rate": config.learning_rate,
        "num_leaves": config.leaves,
        "min_data_in_leaf": config.least_in_leaf,
        "feature_fraction": config.columns_per_tree,
        "lambda_l2": config.l2,
        "max_bin": 63,
        "seed": config.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 2 if sum(map(len, tables)) > _ONE_THREAD_ROWS else 1,
        "verbose": -1,
    }
    data = lgb.Dataset(np.vstack(tables), np.concatenate(labels).astype(int), group=np.concatenate(groups))
    return LearnedOrder(float(np.mean(gates)), lgb.train(settings, data, config.trees))
