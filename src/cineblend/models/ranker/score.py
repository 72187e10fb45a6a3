"""Ranker: the learned blend as a recommender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Recommender, Scores, Workbench
from cineblend.models.base import Nums as Items
from cineblend.models.ranker.cold import ColdGate, learn_gate
from cineblend.models.ranker.config import RankerConfig
from cineblend.models.ranker.lessons import Lessons
from cineblend.models.ranker.lines import lines
from cineblend.models.ranker.panel import Panel, Slate
from cineblend.models.ranker.train import Order, learn


class Ranker(Recommender):
    """score(u, i) = linear(f_ui) + mean over bags of trees(f_ui), f_ui the features of person and candidate.

    The candidates are the ``n_candidates`` films of the highest weighted z-scores of the proposing
    parts. The order is learned on inner hold-outs of the training ratings, with the parts refitted
    for each: a logistic regression, and on top of it LightGBM's lambdarank (Burges, From RankNet to
    LambdaRank to LambdaMART, 2010). Films beyond the candidates follow below in the proposal's order.

    A known user is scored by their history, exactly like an unseen person with the same one; an empty
    history gets what its features tell: popularity and dates. A film nobody rated, or known by its
    text only, gets the cold model's score through the gate, on the same scale of log-odds; without a
    cold model it cannot be scored (NaN).
    """

    kept = ("_panel", "_order", "_gate")

    def __init__(self, config: RankerConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._panel: Panel | None = None
        self._order: Order | None = None
        self._gate: ColdGate | None = None

    def fit(self, train: Dataset) -> Self:
        """Learn the order on inner folds, then fit the parts on all of ``train``."""
        self._order = learn(Lessons.of(self.config, train, self._workbench), self.config)
        self._panel = Panel.fit(self.config, train, self._workbench.fit)
        cold = self.config.cold
        self._gate = None if cold is None else learn_gate(cold, self.config, train, self._workbench)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) log-odds; NaN for a film nobody rated, without a cold model."""
        panel, order = self._fitted()
        return self._scores(users, panel, order, panel.slate(users))

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) what each rating adds through the parts; see ``lines``."""
        return self.score_and_explain(users)[1](0, item_num)

    def score_and_explain(self, users: UserBatch) -> tuple[Scores, Callable[[int, Items], Contributions]]:
        """``score``, and what each rating adds, from one slate."""
        panel, order = self._fitted()
        slate = panel.slate(users)

        def explain(person: int, item_num: Items) -> Contributions:
            alone = users.slice(person, person + 1).as_unseen()
            found = lines(panel, order.linear, slate, person, alone, item_num)
            cold = ~panel.warm[item_num]
            if self._gate is not None and cold.any():
                found[:, cold] = self._gate.contributions(alone, item_num[cold])
            return found

        return self._scores(users, panel, order, slate), explain

    def _fitted(self) -> tuple[Panel, Order]:
        if self._panel is None or self._order is None:
            raise NotFittedError(self)
        return self._panel, self._order

    def _scores(self, users: UserBatch, panel: Panel, order: Order, slate: Slate) -> Scores:
        n, c, d = slate.table.shape
        learned = order.score(slate.table.reshape(n * c, d)).reshape(n, c)
        scores = _beyond(slate.proposal, slate.candidates, np.where(slate.open, learned, np.inf))
        found = np.where(slate.open, learned, np.take_along_axis(scores, slate.candidates, axis=1))
        np.put_along_axis(scores, slate.candidates, found.astype(np.float32), axis=1)
        cold = np.float32(np.nan) if self._gate is None else self._gate.items(users)
        return np.where(panel.warm, scores, cold)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds; NaN without a cold model."""
        if self._panel is None:
            raise NotFittedError(self)
        if self._gate is None:
            return super().score_documents(users, documents)
        return self._gate.documents(users, documents)


def _beyond(proposal: Scores, candidates: np.ndarray, learned: np.ndarray) -> Scores:
    """The proposal moved so that each row's best film beyond the candidates is just below their lowest."""
    outside = proposal.astype(np.float64)
    np.put_along_axis(outside, candidates, -np.inf, axis=1)
    best = outside.max(axis=1, initial=-np.inf)
    lowest = learned.min(axis=1, initial=np.inf)
    shift = np.where(np.isfinite(best) & np.isfinite(lowest), lowest - best - 1e-3, 0.0)
    return (proposal + shift[:, None]).astype(np.float32)
