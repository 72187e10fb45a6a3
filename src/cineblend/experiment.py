"""Experiment: dataset, strategies and protocol in, a Comparison out; the whole flow on one screen."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from cineblend import __version__
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.errors import NotAvailableError, UserError
from cineblend.evaluate.evaluate import Evaluation, Judge, evaluate
from cineblend.evaluate.metrics import Metric, parse
from cineblend.evaluate.result import Comparison, RowResult
from cineblend.evaluate.rules import Protocol
from cineblend.progress import track
from cineblend.strategies import Strategy
from cineblend.workbench import Bench

RECORDED_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "cornac",
    "torch",
    "sentence-transformers",
    "transformers",
)


def run(
    dataset: Dataset,
    strategies: Sequence[Strategy],
    protocol: Protocol,
    workbench: Bench,
    *,
    metrics: Sequence[Metric] | None = None,
    fallback: str = "",
) -> Comparison:
    """Split, fit, score, rank and judge every strategy.

    A strategy whose weights or hardware are missing, or that this data gives nothing to learn from,
    becomes a row marked "not run"; any other error ends the run.

    Args:
        dataset: what to split.
        strategies: the rows, in the order they are reported.
        protocol: the rules.
        workbench: where models are fitted and shared.
        metrics: what to measure; the standard set at the protocol's k by default.
        fallback: why this is not the data that was wished for, empty if it is.
    """
    split = protocol.split(dataset)
    judge = Judge.of(split, protocol)
    wanted = standard_metrics(protocol.k) if metrics is None else tuple(metrics)
    rows = tuple(
        _row(strategy, split, judge, wanted, workbench)
        for strategy in track(strategies, "strategies", len(strategies))
    )
    return Comparison(
        data=_data(dataset, split, fallback),
        protocol=protocol.describe(dataset.scale),
        environment=_environment(),
        rows=rows,
        notes=_notes(dataset, fallback),
        k=protocol.k,
    )


def standard_metrics(k: int) -> tuple[Metric, ...]:
    """What every comparison measures, at list length k."""
    names = ("P", "R", "NDCG", "NDCG (study)", "MAP", "MRR", "HitRate")
    beyond = ("Coverage", "Novelty", "ILD", "PopularShare")
    labels = [f"NDCG@{k} (study)" if name == "NDCG (study)" else f"{name}@{k}" for name in names + beyond]
    return tuple(parse(label) for label in labels)


def _row(
    strategy: Strategy, split: Split, judge: Judge, metrics: Sequence[Metric], workbench: Bench
) -> RowResult:
    published = strategy.published.as_metrics() if strategy.published else None
    try:
        model = workbench.fit(strategy.model, split.train)
    except (NotAvailableError, UserError) as missing:
        return RowResult(
            strategy.name,
            strategy.title,
            "not run",
            reason=missing.problem,
            remedy=missing.remedy,
            published=published,
        )
    found = evaluate(model, judge, metrics)
    return RowResult(
        strategy.name,
        strategy.title,
        "ran",
        users=len(found.users),
        hits=found.hits,
        metrics=found.metrics,
        per_user=found.per_user,
        seconds={"fit": workbench.seconds(strategy.model, split.train), **found.seconds},
        published=published,
        notes=(*workbench.notes(strategy.model, split.train), *_empty_lists(found)),
    )


def _empty_lists(found: Evaluation) -> tuple[str, ...]:
    if not found.empty_lists:
        return ()
    return (f"no list for {found.empty_lists} of {len(found.users)} users: it cannot score the candidates",)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _data(dataset: Dataset, split: Split, fallback: str) -> dict[str, Any]:
    source = asdict(dataset.source)
    return source | {
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": len(dataset.ratings),
        "tags": len(dataset.tags),
        "train_ratings": len(split.train.ratings),
        "test_ratings": len(split.test),
        "train_items": int((split.train.ratings.item_counts > 0).sum()),
        "train_sha256": split.train.ratings.fingerprint(),
        "fallback": fallback,
    }


def _notes(dataset: Dataset, fallback: str) -> tuple[str, ...]:
    altered = "the data files are not the published ones (sha256 differs): figures cannot be compared"
    found = (fallback, dataset.source.caution, altered if dataset.source.verified is False else "")
    return tuple(note for note in found if note)


def _environment() -> dict[str, Any]:
    return {
        "cineblend": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "packages": {name: version for name in RECORDED_PACKAGES if (version := _version(name))},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
    }
