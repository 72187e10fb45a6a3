"""Ranker: the learned blend as a recommender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Recommender, Scores, Shortlist, Workbench
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.candidates import Panel, Slate
from cineblend.models.learned_blend.cold_calibration import ColdGate, learn_gate
from cineblend.models.learned_blend.config import RankerSettings
from cineblend.models.learned_blend.contributions import lines
from cineblend.models.learned_blend.train import Order, Preference, learn, learn_preference
from cineblend.models.learned_blend.training_set import Lessons, gather
from cineblend.models.registry import register
from cineblend.models.shared.half_precision import halved


@register("learned-blend")
@dataclass(frozen=True)
class RankerConfig(RankerSettings):
    """Hyper-parameters: see ``RankerSettings``."""

    def build(self, workbench: Workbench) -> Ranker:
        """A fresh, unfitted recommender."""
        return Ranker(self, workbench)


class Ranker(Recommender):
    """score(u, i) = linear(f_ui) + mean over bags of trees(f_ui), f_ui the features of person and candidate.

    The candidates are the ``n_candidates`` films of the highest weighted z-scores of the proposing parts,
    among the ``n_pool`` most rated. The order is learned on inner hold-outs of the training ratings, with
    the parts refitted for each: a logistic regression, and on top of it LightGBM's lambdarank (Burges, From
    RankNet to LambdaRank to LambdaMART, 2010). Films beyond the candidates follow below in the proposal's
    order, and below them those beyond the pool, by their numbers of ratings.

    A known user is scored by their history, exactly like an unseen person with the same one; an empty
    history gets what its features tell: popularity and dates. A film nobody rated, or known by its
    text only, gets the cold model's score through the gate, on the same scale of log-odds; without a
    cold model it cannot be scored (NaN).
    """

    kept = ("_panel", "_orders", "_levels", "_shortest", "_preference", "_gate")

    def __init__(self, config: RankerConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._panel: Panel | None = None
        self._orders: dict[str, Order] = {}
        self._levels: dict[str, float] = {}
        self._shortest: dict[str, float] = {}
        self._preference: Preference | None = None
        self._gate: ColdGate | None = None

    def fit(self, train: Dataset) -> Self:
        """Learn the order on inner folds, then fit the parts on all of ``train``."""
        lessons = gather(self.config, train, self._workbench)
        self._orders = {
            kind: learn(rows, self.config, by_length=kind != "around") for kind, rows in lessons.items()
        }
        around = lessons["around"].held_share
        self._levels = {kind: float(np.log(rows.held_share / around)) for kind, rows in lessons.items()}
        self._shortest = {kind: rows.shortest for kind, rows in lessons.items()}
        self._preference = learn_preference(Lessons.joined(tuple(lessons.values())), self.config)
        panel = Panel.fit(self.config, train, self._workbench.fit)
        self._panel = replace(panel, parts=tuple(halved(part) for part in panel.parts))
        cold = self.config.cold
        gate = None if cold is None else learn_gate(cold, self.config, train, self._workbench)
        self._gate = None if gate is None else replace(gate, model=halved(gate.model))
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) log-odds; NaN for a film nobody rated, without a cold model."""
        panel = self._fitted()
        return self._scores(panel, panel.slate(users))

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) what each rating adds through the parts; see ``lines``."""
        return self.score_and_explain(users)[1](0, item_num)

    def score_and_explain(self, users: UserBatch) -> tuple[Scores, Callable[[int, Items], Contributions]]:
        """``score``, and what each rating adds, from one slate."""
        panel = self._fitted()
        slate = panel.slate(users)
        kinds = self._kinds(slate)

        def explain(person: int, item_num: Items) -> Contributions:
            order = self._orders[str(kinds[person])].linear
            found = lines(panel, order, self._preference, slate, person, item_num)
            alone = slate.users.slice(person, person + 1)
            shown = panel.shown(alone)
            cold = ~panel.warm[item_num]
            if self._gate is not None and cold.any():
                seen = np.isin(alone.item_num, shown.item_num)
                found[np.ix_(seen, cold)] = self._gate.contributions(shown, item_num[cold])
            return found

        return self._scores(panel, slate), explain

    def _fitted(self) -> Panel:
        if self._panel is None:
            raise NotFittedError(self)
        return self._panel

    def _kinds(self, slate: Slate) -> npt.NDArray[np.str_]:
        """(n,) which order lists each person's films.

        Who asks at a time gets that of what comes next, if there are enough dated ratings for it; without,
        or where none was learned, that of short histories. Who does not say when gets that of the ratings'
        own time; where nothing has a time, so does who has as many ratings as those it was learned from.
        """
        asked, length = slate.users.ask_time > 0, np.diff(slate.users.indptr)
        later = "next" if "next" in self._orders else "around"
        short = "short" if "short" in self._orders else later
        enough = slate.dated & (length >= self._shortest[later])
        around = slate.dated | (length >= self._shortest["around"])
        return np.where(asked, np.where(enough, later, short), np.where(around, "around", short))

    def shortlist(self, users: UserBatch) -> Shortlist:
        """The candidates, which lead, and the films nobody rated."""
        panel = self._fitted()
        slate = panel.slate(users)
        items, score = slate.candidates, np.where(slate.open, self._learned(slate), np.nan)
        if self._gate is not None and len(cold := panel.cold):
            new = self._new(self._gate, slate, cold)
            at = np.full(users.n_items, -1)
            at[cold] = np.arange(len(cold))
            known = at[users.item_num] >= 0
            new[users.row[known], at[users.item_num[known]]] = np.nan
            items = np.concatenate([items, np.broadcast_to(cold, (len(users), len(cold)))], axis=1)
            score = np.concatenate([score, new], axis=1)
        return Shortlist(items, score.astype(np.float32), slate.candidates.shape[1])

    def _learned(self, slate: Slate) -> npt.NDArray[np.float64]:
        """(n, c) the learned score of each candidate."""
        found, kinds = np.empty(slate.candidates.shape), self._kinds(slate)
        for kind in np.unique(kinds).tolist():
            rows = kinds == kind
            table = slate.table[rows]
            flat = table.reshape(-1, table.shape[2])
            found[rows] = self._orders[kind].score(flat).reshape(table.shape[:2])
        if self._preference is not None:
            found += self._preference.score(slate.table)
        return found

    def _new(self, gate: ColdGate, slate: Slate, cold: Items) -> Scores:
        """(n, c) the scores of films nobody rated, on the scale of the order that lists each person's."""
        level = np.array([self._levels[kind] for kind in self._kinds(slate).tolist()], np.float32)
        return gate.items(self._fitted().shown(slate.users), cold) + level[:, None]

    def _scores(self, panel: Panel, slate: Slate) -> Scores:
        learned = self._learned(slate)
        scores = _beyond(slate.proposal, slate.places, np.where(slate.open, learned, np.inf))
        found = np.where(slate.open, learned, np.take_along_axis(scores, slate.places, axis=1))
        np.put_along_axis(scores, slate.places, found.astype(np.float32), axis=1)
        scores = _below(scores, panel)
        if len(cold := panel.cold):
            scores[:, cold] = np.nan if self._gate is None else self._new(self._gate, slate, cold)
        return scores

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds; NaN without a cold model."""
        if self._panel is None:
            raise NotFittedError(self)
        if self._gate is None:
            return super().score_documents(users, documents)
        return self._gate.documents(users, documents)


def _below(scores: Scores, panel: Panel) -> Scores:
    """(n, n_items) of the pool's (n, p): films beyond it follow below, the more rated first."""
    if len(panel.pool) == len(panel.warm):
        return scores
    everything = np.empty((len(scores), len(panel.warm)), np.float32)
    share = panel.films.log_count / max(float(panel.films.log_count.max(initial=0)), 1.0)
    everything[:] = scores.min(axis=1, initial=0, keepdims=True) - 2 + share
    everything[:, panel.pool.items] = scores
    return everything


def _beyond(proposal: Scores, candidates: np.ndarray, learned: np.ndarray) -> Scores:
    """The proposal moved so that each row's best film beyond the candidates is just below their lowest."""
    outside = proposal.astype(np.float64)
    np.put_along_axis(outside, candidates, -np.inf, axis=1)
    best = outside.max(axis=1, initial=-np.inf)
    lowest = learned.min(axis=1, initial=np.inf)
    shift = np.where(np.isfinite(best) & np.isfinite(lowest), lowest - best - 1e-3, 0.0)
    return (proposal + shift[:, None]).astype(np.float32)
