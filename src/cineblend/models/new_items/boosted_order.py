"""LearnedOrder: gradient-boosted trees that put a person's likely films in order (lambdarank)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.new_items.item_facts import Matrix, Rows
from cineblend.models.new_items.ridge_features import Asked, Tastes
from cineblend.models.new_items.user_features import People
from cineblend.models.shared.boosting import lightgbm

if TYPE_CHECKING:
    from lightgbm import Booster

DIGITS = 5
"""Decimals kept of a column: a sum's last bits may not move a pair across a tree's threshold."""
TILT = 0.1
"""Weight of the taste's own score beside the trees': it settles what they leave tied."""
PAIRS_PER_BLOCK = 1 << 20
_ALONE = 50_000
"""Up to so many rows one thread trains as fast as two, which wait for each other at every split."""


@dataclass(frozen=True)
class OrderConfig:
    """Hyper-parameters of the order, chosen on cold-item hold-outs inside a training set.

    Attributes:
        folds: every rated film is cold in one of these, and the order is learned on all of them.
        share: the share of a fold's (person, cold film) pairs, best tastes first, that is put in order.
        people_per_fold: at most so many people a fold, drawn at random.
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
class Lesson:
    """One fold: people, films that are cold in it, and which of them they liked.

    Attributes:
        tastes: learned without the cold films.
        users: people with a history and a liked cold film.
        asked: the cold films.
        liked: (n people, n films).
        dated: whether the order may see when people rated: it must do without for some.
    """

    tastes: Tastes
    users: UserBatch
    asked: Asked
    liked: npt.NDArray[np.bool_]
    dated: bool


@kept("learned order")
@dataclass(frozen=True, eq=False)
class LearnedOrder:
    """score = z where z <= gate, else gate + log(1 + exp(trees(columns) + TILT z)).

    Only pairs above the gate were shown to the trees, so only those are asked of them; z is the
    taste by all facts. Without trees (nothing to learn from) it is z throughout.
    """

    gate: float
    trees: Booster | None

    def scores(self, tastes: Tastes, users: UserBatch, asked: Asked) -> Matrix:
        """(n people, n films) scores."""
        by_text, by_all = tastes.z(users, asked)
        scores = by_all.copy()
        if self.trees is None:
            return scores
        people, beside = tastes.people(users), tastes.beside(users, asked)
        person, film = np.nonzero(by_all > self.gate)
        for start in range(0, len(person), PAIRS_PER_BLOCK):
            p, f = person[start : start + PAIRS_PER_BLOCK], film[start : start + PAIRS_PER_BLOCK]
            table = pair_table(people, asked, (by_text, by_all, *beside), p, f)
            order = np.asarray(self.trees.predict(table, num_threads=1)) + TILT * by_all[p, f]
            scores[p, f] = self.gate + np.logaddexp(0, order)
        return scores


def pair_table(
    people: People, asked: Asked, z: tuple[Matrix, ...], person: Rows, film: Rows
) -> npt.NDArray[np.float32]:
    """(m, c) columns of the pairs (person[k], film[k]); ``z`` are all that tastes say of them."""
    pairs = people.pair_columns(asked.films, asked.near, person, film)
    columns = [*(one[person, film] for one in z), pairs, asked.columns[film]]
    return np.round(np.column_stack(columns), DIGITS).astype(np.float32)


def learn_order(lessons: Iterator[Lesson], config: OrderConfig) -> LearnedOrder:
    """Fit the trees on the lessons, of which one is held at a time."""
    lgb = lightgbm()
    tables: list[npt.NDArray[np.float32]] = []
    labels: list[npt.NDArray[np.bool_]] = []
    groups: list[npt.NDArray[np.int64]] = []
    gates: list[float] = []
    for lesson in lessons:
        by_text, by_all = lesson.tastes.z(lesson.users, lesson.asked)
        gates.append(float(np.quantile(by_all, 1 - config.share)))
        likely = by_all > gates[-1]
        above = likely & (likely & lesson.liked).any(axis=1, keepdims=True)
        person, film = np.nonzero(above)
        users = lesson.users
        people = lesson.tastes.people(users)
        if not lesson.dated:
            people, users = people.undated(), replace(users, timestamp=np.zeros_like(users.timestamp))
        z = (by_text, by_all, *lesson.tastes.beside(users, lesson.asked))
        tables.append(pair_table(people, lesson.asked, z, person, film))
        labels.append(lesson.liked[person, film])
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
        "num_threads": 2 if sum(map(len, tables)) > _ALONE else 1,
        "verbose": -1,
    }
    data = lgb.Dataset(np.vstack(tables), np.concatenate(labels).astype(int), group=np.concatenate(groups))
    return LearnedOrder(float(np.mean(gates)), lgb.train(settings, data, config.trees))
