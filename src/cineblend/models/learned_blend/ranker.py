"""Ranker: the learned blend, a two-stage recommender."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, Recommender, Scores, Shortlist, Workbench
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.candidates import CandidateGenerator, Candidates
from cineblend.models.learned_blend.cold_calibration import ColdCalibration, Described, learn_calibration
from cineblend.models.learned_blend.config import RankerSettings
from cineblend.models.learned_blend.contributions import rating_contributions
from cineblend.models.learned_blend.selection import select_parts, without_parts
from cineblend.models.learned_blend.train import Order, Preference, learn, learn_preference, proposed_order
from cineblend.models.learned_blend.training_set import TrainingRows, gather
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
    """score(u, i) = linear(f_ui) + mean over bags of trees(f_ui), f_ui the features of user and candidate.

    The candidates are the ``n_candidates`` items with the highest weighted sum of the proposing parts'
    z-scores, among the ``n_pool`` most rated. The order is learned on inner hold-outs of the training
    ratings, with the parts refitted for each: a logistic regression, then LightGBM's lambdarank (Burges,
    From RankNet to LambdaRank to LambdaMART, 2010). Items beyond the candidates follow in the order of the
    proposal. Items beyond the pool come last, by their number of ratings.

    A known user is scored by the history, like an unseen user with the same history. A user without
    history is scored by the other features: popularity and dates. An item without ratings, or known only by
    its text, gets the calibrated score of the cold model, on the same scale of log-odds. Without a cold
    model its score is NaN.
    """

    kept = ("_panel", "_orders", "_levels", "_shortest", "_preference", "_gate")

    def __init__(self, config: RankerConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._panel: CandidateGenerator | None = None
        self._orders: dict[str, Order] = {}
        self._levels: dict[str, float] = {}
        self._shortest: dict[str, float] = {}
        self._preference: Preference | None = None
        self._gate: ColdCalibration | None = None

    def fit(self, train: Dataset) -> Self:
        """Learn on inner folds which parts to keep and the order, then fit the parts on all of ``train``."""
        training = gather(self.config, train, self._workbench)
        kept, reasons = select_parts(training, self.config)
        for reason in reasons:
            self._workbench.note(reason)
        n_parts = len(self.config.parts)
        config = replace(self.config, parts=tuple(self.config.parts[at] for at in kept))
        training = {kind: without_parts(rows, n_parts, kept) for kind, rows in training.items()}
        generator = CandidateGenerator.fit(config, train, self._workbench.fit)
        self._learn_orders(training, config, generator.names)
        self._panel = replace(generator, parts=tuple(halved(part) for part in generator.parts))
        cold = self.config.cold
        calibration = None if cold is None else learn_calibration(cold, self.config, train, self._workbench)
        self._gate = None if calibration is None else replace(calibration, model=halved(calibration.model))
        return self

    def _learn_orders(
        self, training: Mapping[str, TrainingRows], config: RankerSettings, names: tuple[str, ...]
    ) -> None:
        if "around" not in training:
            self._workbench.note(
                "the order is that of the proposal: there are too few ratings to learn another one"
            )
            self._orders, self._preference = {"around": proposed_order(names, config)}, None
            self._levels = self._shortest = {"around": 0.0}
            return
        self._orders = {
            kind: learn(rows, config, by_length=kind != "around") for kind, rows in training.items()
        }
        around = training["around"].held_share
        self._levels = {kind: float(np.log(rows.held_share / around)) for kind, rows in training.items()}
        self._shortest = {kind: rows.shortest for kind, rows in training.items()}
        self._preference = learn_preference(TrainingRows.joined(tuple(training.values())), config)

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) log-odds; NaN for an item without ratings if there is no cold model."""
        generator = self._fitted()
        return self._scores(generator, generator.propose(users))

    def contributions(self, users: UserBatch, item_num: Items) -> Contributions:
        """(len(history), c) contribution of each rating through the parts; see ``rating_contributions``."""
        return self.score_and_explain(users)[1](0, item_num)

    def score_and_explain(self, users: UserBatch) -> tuple[Scores, Callable[[int, Items], Contributions]]:
        """Return ``score`` and a function that gives the contributions, from the same candidates."""
        generator = self._fitted()
        candidates = generator.propose(users)
        kinds = self._kinds(candidates)

        def explain(person: int, item_num: Items) -> Contributions:
            order = self._orders[str(kinds[person])].linear
            found = rating_contributions(generator, order, self._preference, candidates, person, item_num)
            alone = candidates.users.slice(person, person + 1)
            shown = generator.shown(alone)
            cold = ~generator.warm[item_num]
            if self._gate is not None and cold.any():
                seen = np.isin(alone.item_num, shown.item_num)
                found[np.ix_(seen, cold)] = self._gate.contributions(shown, item_num[cold])
            return found

        return self._scores(generator, candidates), explain

    def _fitted(self) -> CandidateGenerator:
        if self._panel is None:
            raise NotFittedError(self)
        return self._panel

    def _kinds(self, candidates: Candidates) -> npt.NDArray[np.str_]:
        """(n,) kind of order for each user.

        With an ask time it is "next" for a user with enough dated ratings, else "short", if such an order was
        learned. Without an ask time it is "around". Where the user has no dated rating, that needs a history
        as long as those it was learned from; a shorter history gets "short".
        """
        asked, length = candidates.users.ask_time > 0, np.diff(candidates.users.indptr)
        later = "next" if "next" in self._orders else "around"
        short = "short" if "short" in self._orders else later
        enough = candidates.dated & (length >= self._shortest[later])
        around = candidates.dated | (length >= self._shortest["around"])
        return np.where(asked, np.where(enough, later, short), np.where(around, "around", short))

    def shortlist(self, users: UserBatch) -> Shortlist:
        """The candidates, which lead, and the items without ratings."""
        generator = self._fitted()
        candidates = generator.propose(users)
        items, score = candidates.item_num, np.where(candidates.eligible, self._learned(candidates), np.nan)
        if self._gate is not None and len(cold := generator.cold):
            new = self._new(self._gate, candidates, cold)
            at = np.full(users.n_items, -1)
            at[cold] = np.arange(len(cold))
            known = at[users.item_num] >= 0
            new[users.row[known], at[users.item_num[known]]] = np.nan
            items = np.concatenate([items, np.broadcast_to(cold, (len(users), len(cold)))], axis=1)
            score = np.concatenate([score, new], axis=1)
        return Shortlist(items, score.astype(np.float32), candidates.item_num.shape[1])

    def _learned(self, candidates: Candidates) -> npt.NDArray[np.float64]:
        """(n, c) learned scores of the candidates."""
        found, kinds = np.empty(candidates.item_num.shape), self._kinds(candidates)
        for kind in np.unique(kinds).tolist():
            rows = kinds == kind
            table = candidates.table[rows]
            flat = table.reshape(-1, table.shape[2])
            found[rows] = self._orders[kind].score(flat).reshape(table.shape[:2])
        if self._preference is not None:
            found += self._preference.score(candidates.table)
        return found

    def _new(self, calibration: ColdCalibration, candidates: Candidates, cold: Items) -> Scores:
        """(n, c) scores of the items without ratings, on the scale of each user's order."""
        return calibration.items(self._fitted().shown(candidates.users), cold) + self._level(candidates)

    def describe(self, items: Dataset) -> Described | None:
        """What the cold model needs of items that were not in the catalogue; None without such a model."""
        self._fitted()
        return None if self._gate is None else self._gate.describe(items)

    def score_described(self, users: UserBatch, described: Described | None) -> Scores:
        """(len(users), n) log-odds of described items."""
        generator = self._fitted()
        candidates = generator.propose(users)
        if self._gate is None or described is None:
            return np.full((len(users), 0), np.nan, np.float32)
        return self._gate.described(generator.shown(candidates.users), described) + self._level(candidates)

    def described_contributions(self, users: UserBatch, described: Described | None) -> Contributions:
        """(len(history), n) what each rating of one user adds to the log-odds of described items."""
        shown = self._fitted().shown(users)
        if self._gate is None or described is None:
            return np.zeros((len(users.item_num), 0))
        found = np.zeros((len(users.item_num), len(described.renown)))
        found[np.isin(users.item_num, shown.item_num)] = self._gate.described_contributions(shown, described)
        return found

    def _level(self, candidates: Candidates) -> Scores:
        """(n, 1) what brings the gate's log-odds to the scale of each user's order."""
        kinds = self._kinds(candidates).tolist()
        return np.array([self._levels[kind] for kind in kinds], np.float32)[:, None]

    def _scores(self, generator: CandidateGenerator, candidates: Candidates) -> Scores:
        learned = self._learned(candidates)
        scores = _beyond(
            candidates.proposal, candidates.places, np.where(candidates.eligible, learned, np.inf)
        )
        found = np.where(candidates.eligible, learned, np.take_along_axis(scores, candidates.places, axis=1))
        np.put_along_axis(scores, candidates.places, found.astype(np.float32), axis=1)
        scores = _below(scores, generator)
        if len(cold := generator.cold):
            scores[:, cold] = np.nan if self._gate is None else self._new(self._gate, candidates, cold)
        return scores

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) log-odds; NaN without a cold model."""
        if self._panel is None:
            raise NotFittedError(self)
        if self._gate is None:
            return super().score_documents(users, documents)
        return self._gate.documents(users, documents)


def _below(scores: Scores, generator: CandidateGenerator) -> Scores:
    """Widen the pool's scores (n, p) to (n, n_items): items beyond it come last, the most rated first."""
    if len(generator.pool) == len(generator.warm):
        return scores
    everything = np.empty((len(scores), len(generator.warm)), np.float32)
    share = generator.films.log_count / max(float(generator.films.log_count.max(initial=0)), 1.0)
    everything[:] = scores.min(axis=1, initial=0, keepdims=True) - 2 + share
    everything[:, generator.pool.items] = scores
    return everything


def _beyond(proposal: Scores, places: np.ndarray, learned: np.ndarray) -> Scores:
    """Shift each row so that its best item beyond the candidates is just below the lowest candidate."""
    outside = proposal.astype(np.float64)
    np.put_along_axis(outside, places, -np.inf, axis=1)
    best = outside.max(axis=1, initial=-np.inf)
    lowest = learned.min(axis=1, initial=np.inf)
    shift = np.where(np.isfinite(best) & np.isfinite(lowest), lowest - best - 1e-3, 0.0)
    return (proposal + shift[:, None]).astype(np.float32)
