"""Cold: a film nobody rated gets the cold model's score on the scale of the learned order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.split import cold_items
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import Contributions, ModelConfig, Recommender, Scores, Spread, Workbench
from cineblend.models.base import Nums as Items
from cineblend.models.ranker.config import RankerConfig

_SHARE_COLD = 0.2
"""Share of the rated films whose ratings are taken away to see what the cold model's scores are worth."""
_STEPS = 25
_REFERENCE = 16_384
"""Rated films that set each person's scale: all of them up to so many, else as many drawn at random."""
_CELLS = 1 << 24
"""Pairs of a person and a taken film that the gate is learned from, at most, and scores held at once."""


@kept("cold gate")
@dataclass(frozen=True, eq=False)
class ColdGate:
    """log-odds(u, i) = level + slope · z, z the cold model's score on the scale of the person's rated films.

    Attributes:
        model: the cold model, fitted on all of the training set.
        reference: item numbers of rated films whose scores set each person's scale.
        level: log-odds of a film of mean score.
        slope: log-odds a standard deviation.
    """

    model: Recommender
    reference: npt.NDArray[np.intp]
    level: float
    slope: float

    def items(self, users: UserBatch, item_num: Items) -> Scores:
        """(len(users), c) log-odds; a film or person the model says nothing of is of mean score."""
        users = users.as_unseen()
        return self._odds(self.model.score_same(users, item_num), users)

    def documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds."""
        users = users.as_unseen()
        return self._odds(self.model.score_documents(users, documents), users)

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) what each rating of one unseen person adds to the log-odds."""
        lines = self.model.contributions(users, item_num)
        if lines is None:
            return np.zeros((len(users.item_num), len(item_num)))
        deviation = float(self.model.spread_same(users, self.reference)[1][0, 0])
        return self.slope * lines / deviation if deviation > 1e-9 else np.zeros_like(lines)

    def _odds(self, scores: Scores, users: UserBatch) -> Scores:
        spread = self.model.spread_same(users, self.reference)
        return (self.level + self.slope * _scaled(scores, spread)).astype(np.float32)


def learn_gate(cold: ModelConfig, config: RankerConfig, train: Dataset, workbench: Workbench) -> ColdGate:
    """Take every rating away from some films, and learn what the cold model's scores of them are worth.

    The slope and level are a logistic regression's of "the person rated and liked it"; the order of
    rated films was learned on hold-outs of 1 / ``n_folds`` of what people like, so the level is
    lowered to that share.

    Raises:
        UserError: there are too few films to take one away.
    """
    split = cold_items(train, _SHARE_COLD, config.seed)
    rng = np.random.default_rng(config.seed)
    model = cold.build(workbench).fit(split.train)
    taken = np.flatnonzero(split.test.item_counts)
    reference = _some(np.flatnonzero(split.train.ratings.item_counts), _REFERENCE, rng)
    people = np.flatnonzero(split.train.ratings.user_counts).astype(np.int32)
    people = _some(people, min(config.max_users, max(1, _CELLS // max(len(taken), 1))), rng)
    likes = split.test.take(split.test.value >= config.relevant_share * train.scale.high).csr()
    z: list[npt.NDArray[np.float64]] = []
    liked: list[npt.NDArray[np.bool_]] = []
    known = UserBatch.known(split.train.ratings, people)
    for users in known.blocks(max(1, _CELLS // train.n_items)):
        nobody = users.as_unseen()
        spread = model.spread_same(nobody, reference)
        z.append(_scaled(model.score_same(nobody, taken), spread).ravel())
        liked.append((likes[users.user_num][:, taken].toarray() > 0).ravel())
    level, slope = _logistic(np.concatenate(z), np.concatenate(liked))
    fitted = workbench.fit(cold, train)
    rated = _some(np.flatnonzero(train.ratings.item_counts), _REFERENCE, rng)
    return ColdGate(fitted, rated, level - np.log(config.n_folds), slope)


def _some(nums: npt.NDArray[np.integer], limit: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """All of them, or ``limit`` drawn at random, in their order."""
    return nums if len(nums) <= limit else np.sort(rng.permutation(nums)[:limit])


def _scaled(scores: Scores, spread: Spread) -> npt.NDArray[np.float64]:
    mean, deviation = spread
    z = (scores - mean) / np.where(deviation > 1e-9, deviation, np.inf)
    return np.where(np.isnan(z), 0.0, z)


def _logistic(z: npt.NDArray[np.float64], liked: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Level and slope by Newton's method, with a small ridge, and half a like so that none is not never."""
    rate = (liked.sum() + 0.5) / (len(liked) + 1)
    theta = np.array([np.log(rate / (1 - rate)), 0.0])
    x = np.column_stack([np.ones_like(z), z])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ theta))
        slope = x.T @ (p - liked) + 1e-3 * theta
        curve = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2)
        theta = theta - np.linalg.solve(curve, slope)
    return float(theta[0]), float(max(theta[1], 0.0))
