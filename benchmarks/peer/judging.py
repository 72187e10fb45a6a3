"""A peer's lists judged by this project's metrics, and the tests of our rows against every peer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from cineblend.comparison.experiment import standard_metrics
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.evaluate.compare import differences
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import Metric
from cineblend.evaluate.result import RowResult
from cineblend.models.base import Recommender, Scores
from peer.exchange import Outcome

LABELS = ("NDCG@25", "R@25", "P@25")


class Listed(Recommender):
    """score(u, i) = -(rank of i in u's finished list); NaN for films that are not in it."""

    def __init__(self, outcome: Outcome, n_items: int) -> None:
        self._item_num, self._n_items = outcome.item_num, n_items

    def fit(self, train: Dataset) -> Self:  # noqa: ARG002
        """Learn nothing: the lists are given."""
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) float32."""
        listed = self._item_num[users.user_num]
        row, rank = np.nonzero(listed >= 0)
        found = np.full((len(users), self._n_items), np.nan, np.float32)
        found[row, listed[row, rank]] = -rank
        return found


def judged(
    outcome: Outcome, judge: Judge, metrics: Sequence[Metric] | None, name: str, title: str = ""
) -> RowResult:
    """A peer's row; the default metrics if none are named."""
    wanted = standard_metrics(judge.k) if metrics is None else metrics
    found = evaluate(Listed(outcome, len(judge.candidates)), judge, wanted)
    return RowResult(
        name,
        title,
        "ran",
        users=len(found.users),
        hits=found.hits,
        metrics=found.metrics,
        per_user=found.per_user,
        seconds={"fit": outcome.fit_seconds, "score": outcome.score_seconds},
        segments=found.segments,
    )


def leads(ours: RowResult, peers: Sequence[RowResult], seed: int) -> dict[str, dict[str, Any]]:
    """Map each label to the paired tests of our row against every peer, corrected by Holm over the peers.

    "peers" holds each peer's p-value and our lead, "best" the peer with the highest figure,
    "ahead_of_best_by" our lead over it, and "p_holm" the corrected p-value there.
    """
    found = differences([ours, *peers], ours.strategy, seed)
    said: dict[str, dict[str, Any]] = {}
    for label in LABELS if found else ():
        best = max(peers, key=lambda peer: peer.metrics[label])
        there = found[best.strategy][label]
        said[label] = {
            "best": best.strategy,
            "ahead_of_best_by": -there.mean,
            "interval": [-there.high, -there.low],
            "p_holm": there.p_holm,
            "peers": {
                name: {"ahead_by": -tested[label].mean, "p_holm": tested[label].p_holm}
                for name, tested in found.items()
            },
        }
    return said
