"""One cell: a strategy fitted and judged on every split of a protocol, with users pooled over the splits."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from behaviours.held_out import auc_of, regret_counts
from cineblend.comparison import leakage
from cineblend.comparison.plan import plan
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import found_in
from cineblend.data.shape import Shape
from cineblend.data.split import Split
from cineblend.errors import LeakageError, NotAvailableError, UserError
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.metrics import Judged, parse
from cineblend.evaluate.rules import Protocol
from cineblend.models.base import Recommender
from cineblend.ranking.rank import recommend

NDCG, LABELS = "NDCG@25", ("NDCG@25", "R@25", "P@25")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Part:
    """The figures of one split, one per user."""

    people: npt.NDArray[np.integer]
    figures: dict[str, Floats]
    low: int
    rated: int
    fit_seconds: float
    score_seconds: float


def run_cell(dataset: Dataset, protocol: Protocol, row: Strategy) -> dict[str, Any]:
    """The figures of a cell, or why there are none: "status" is "ran", "no split" or "not run".

    A cell without a split can never have one on this data; one that was not run may run elsewhere. Splits
    without judged users are left out, unless all are.

    Raises:
        LeakageError: the row could read test data.
    """
    reset_peak()
    parts: list[_Part] = []
    lacking = ""
    try:
        planned = plan(row, Shape.of(dataset), loaded=True)
    except NotAvailableError as error:
        return {"status": "not run", "reason": error.problem}
    for rules in protocol.parts():
        try:
            split = rules.split(dataset)
            leakage.check(dataset, split, rules, [row])
            judge = Judge.of(split, rules)
        except LeakageError:
            raise
        except UserError as error:
            lacking = error.problem
            continue
        try:
            parts.append(_judge(split, judge, planned.strategy))
        except (NotAvailableError, UserError) as error:
            return {"status": "not run", "reason": error.problem}
    if not parts:
        return {"status": "no split", "reason": lacking}
    return {
        "status": "ran",
        "splits": len(parts),
        **_pooled(parts),
        "fit_seconds": round(sum(part.fit_seconds for part in parts), 3),
        "score_seconds": round(sum(part.score_seconds for part in parts), 3),
        "peak_mb": round(peak_mb()),
        "planned_seconds": round(planned.seconds * len(parts), 1) or None,
        "planned_mb": round(planned.n_bytes / 1e6),
    }


def judge_model(model: Recommender, split: Split, judge: Judge) -> dict[str, Any]:
    """The figures of a fitted model on one split."""
    return _pooled([_judged(model, split, judge)])


def _judge(split: Split, judge: Judge, row: Strategy) -> _Part:
    start = time.perf_counter()
    model = Bench().fit(row.model, split.train)
    fitted = time.perf_counter() - start
    return replace(_judged(model, split, judge), fit_seconds=fitted)


def _judged(model: Recommender, split: Split, judge: Judge) -> _Part:
    start = time.perf_counter()
    listed = recommend(model, judge.batch, k=judge.k, candidates=judge.candidates).item_num
    scored = time.perf_counter() - start
    relevant, people = judge.relevant, judge.user_num
    width = relevant.n_items + 1
    key = people[:, None].astype(np.int64) * width + np.where(listed < 0, width - 1, listed)
    hit = found_in(key, relevant.user_num.astype(np.int64) * width + relevant.item_num)
    judged = Judged(listed, hit, relevant.user_counts[people])
    figures = {label: parse(label).measure(judged).per_user for label in LABELS}
    high = split.train.scale.high
    low, rated = regret_counts(listed, people, split.test, high)
    told = auc_of(model, judge.batch, people, split.test, high, judge.candidates)
    return _Part(
        people,
        {label: value for label, value in figures.items() if value is not None} | {"AUC": told},
        int(low.sum()),
        int(rated.sum()),
        0.0,
        scored,
    )


def _pooled(parts: Sequence[_Part]) -> dict[str, Any]:
    people, place = np.unique(np.concatenate([part.people for part in parts]), return_inverse=True)
    of_person = {
        label: mean_by_person(place, np.concatenate([part.figures[label] for part in parts]), len(people))
        for label in parts[0].figures
    }
    low, rated = (sum(counts) for counts in zip(*((part.low, part.rated) for part in parts), strict=True))
    told = ~np.isnan(of_person["AUC"])
    return {
        "users": len(people),
        **{label: round(float(of_person[label].mean()), 6) for label in LABELS},
        "regret@25": round(low / rated, 6) if rated else None,
        "regret_of": rated,
        "AUC": round(float(of_person["AUC"][told].mean()), 6) if told.any() else None,
        "AUC_users": int(told.sum()),
        "people": people.tolist(),
        "ndcg_by_person": of_person[NDCG].round(6).tolist(),
    }


def mean_by_person(place: npt.NDArray[np.intp], figures: Floats, n: int) -> Floats:
    """(n,) mean of each user's figures that are numbers; NaN without any."""
    known = ~np.isnan(figures)
    times = np.bincount(place[known], minlength=n)
    total = np.bincount(place[known], weights=figures[known], minlength=n)
    return np.divide(total, times, out=np.full(n, np.nan), where=times > 0)


def reset_peak() -> None:
    """Restart the count of ``peak_mb``, if the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float:
    """Peak memory of this process since ``reset_peak``, data and libraries included."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1e3
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
