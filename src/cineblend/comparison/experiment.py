"""Experiment: dataset, strategies and protocol in, a Comparison out; the whole flow on one screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from cineblend.comparison import leakage
from cineblend.comparison.row_watch import RowWatch
from cineblend.comparison.strategies import Strategy, reseeded
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.environment import environment
from cineblend.errors import LeakageError, NotAvailableError, UnknownNameError, UserError
from cineblend.evaluate import compare
from cineblend.evaluate.evaluate import Evaluation, Judge, evaluate
from cineblend.evaluate.metrics import Metric, parse
from cineblend.evaluate.pooled import pool, pool_by_person
from cineblend.evaluate.result import Comparison, Finding, RowResult, SplitResult
from cineblend.evaluate.rules import Protocol
from cineblend.evaluate.segments import MEANINGS
from cineblend.progress import track


def run(
    dataset: Dataset,
    strategies: Sequence[Strategy],
    protocol: Protocol,
    workbench: Bench,
    *,
    metrics: Sequence[Metric] | None = None,
    fallback: str = "",
    baseline: str = "",
    seeds: Sequence[int] = (),
    watch: RowWatch | None = None,
) -> Comparison:
    """Split, check for leaks, fit, score, rank, judge and test every strategy, on one split or several.

    A strategy whose weights or hardware are missing, or that this data gives nothing to learn from,
    becomes a row marked "not run"; any other error ends the run.

    Args:
        dataset: what to split.
        strategies: the rows, in the order they are reported.
        protocol: the rules.
        workbench: where models are fitted and shared.
        metrics: what to measure; the standard set at the protocol's k by default.
        fallback: why this is not the data that was wished for, empty if it is.
        baseline: the strategy the others are tested against; by default "popularity", else the first.
        seeds: one split each, the seed driving the split and every model; none for the protocol's and
            the strategies' own seeds.
        watch: chooses the order in which the rows are run, and is told of each that is finished.

    Raises:
        UnknownNameError: the baseline is none of the strategies.
        UserError: seeds for a protocol that makes several splits by itself, or nobody can be judged.
        LeakageError: a row could read what it would be judged on.
    """
    parts = protocol.parts()
    against = baseline_of(strategies, baseline)
    wanted = standard_metrics(protocol.k) if metrics is None else tuple(metrics)
    rounds = _rounds(protocol, parts, strategies, seeds)
    splits, left_out = list[SplitResult](), list[str]()
    data: dict[str, Any] = {}
    several = len(rounds) > 1
    for rules, rows in track(rounds, "splits", len(rounds)) if several else rounds:
        try:
            prepared = _prepare(dataset, rules, rows)
        except LeakageError:
            raise
        except UserError as error:
            left_out.append(f"one of the {len(parts)} cuts was left out: {error.problem}")
            if len(left_out) == len(parts):
                raise
            continue
        title = _title(rules, prepared.split, parts)
        splits.append(_judge(prepared, rules, rows, wanted, workbench, against, title, watch))
        data = data or _data(dataset, prepared.split, fallback)
        if several or seeds:
            workbench.forget(prepared.split.train)
    tested = any(row.against for split in splits for row in split.rows)
    return Comparison(
        data=data,
        protocol=protocol.describe(dataset.scale) | ({"seed": None, "seeds": list(seeds)} if seeds else {}),
        environment={**environment(), "command": sys.argv},
        rows=pool(splits) if seeds else pool_by_person(splits, against),
        notes=(*_notes(dataset, fallback, splits, against), *left_out),
        k=protocol.k,
        splits=tuple(splits),
        baseline=against if tested else "",
        statistics=compare.describe(against) if tested else {},
        segments={name: MEANINGS[name] for name in MEANINGS if any(name in one.segments for one in splits)},
        by_person=not seeds and len(splits) > 1,
    )


def baseline_of(strategies: Sequence[Strategy], asked: str = "") -> str:
    """The strategy that the others are tested against.

    Raises:
        UnknownNameError: the one asked for is not among them.
    """
    names = [strategy.name for strategy in strategies]
    if asked and asked not in names:
        raise UnknownNameError("baseline", asked, names)
    return asked or ("popularity" if "popularity" in names else next(iter(names), ""))


def _rounds(
    protocol: Protocol, parts: Sequence[Protocol], strategies: Sequence[Strategy], seeds: Sequence[int]
) -> list[tuple[Protocol, Sequence[Strategy]]]:
    """The rules and the rows of each split."""
    if not seeds:
        return [(part, strategies) for part in parts]
    if len(parts) > 1:
        raise UserError("both several seeds and several cuts", expected="one of them")
    return [(replace(protocol, seed=seed), [reseeded(row, seed) for row in strategies]) for seed in seeds]


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A split that was found to be without leaks, and who is judged on it."""

    split: Split
    judge: Judge
    findings: tuple[Finding, ...]


def _prepare(dataset: Dataset, protocol: Protocol, strategies: Sequence[Strategy]) -> _Prepared:
    split = protocol.split(dataset)
    findings = leakage.check(dataset, split, protocol, strategies)
    return _Prepared(split, Judge.of(split, protocol), findings)


def _judge(
    prepared: _Prepared,
    protocol: Protocol,
    strategies: Sequence[Strategy],
    metrics: Sequence[Metric],
    workbench: Bench,
    baseline: str,
    title: str,
    watch: RowWatch | None,
) -> SplitResult:
    """Everything that happens on one split."""
    split, judge = prepared.split, prepared.judge
    leaks = {name: what for finding in prepared.findings for name, what in finding.marked.items()}
    done: dict[str, RowResult] = {}
    in_order = strategies if watch is None else watch.order(strategies)
    for strategy in track(in_order, "strategies", len(strategies)):
        row = _row(strategy, split, judge, metrics, workbench)
        done[strategy.name] = replace(row, leak=leaks.get(strategy.name, ""))
        if watch is not None:
            watch.finished(row)
    rows = [done[strategy.name] for strategy in strategies]
    return SplitResult(
        seed=protocol.seed,
        train_sha256=split.train.ratings.fingerprint(),
        train_ratings=len(split.train.ratings),
        test_ratings=len(split.test),
        rows=compare.with_differences(rows, baseline, protocol.seed),
        segments={segment.name: segment.detail for segment in judge.segments},
        findings=prepared.findings,
        users=judge.user_num,
        title=title,
    )


def _title(protocol: Protocol, split: Split, parts: Sequence[Protocol]) -> str:
    """The date that people of one of several cuts ask at; else the seed."""
    if len(parts) == 1 or split.asked_at is None:
        return f"seed {protocol.seed}"
    return f"from {np.datetime64(int(split.asked_at.max()), 's').astype('datetime64[D]')}"


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
        notes=(*strategy.notes, *workbench.notes(strategy.model, split.train), *_empty_lists(found)),
        segments=found.segments,
    )


def _empty_lists(found: Evaluation) -> tuple[str, ...]:
    if not found.empty_lists:
        return ()
    return (f"no list for {found.empty_lists} of {len(found.users)} users: it cannot score the candidates",)


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


def _notes(dataset: Dataset, fallback: str, splits: Sequence[SplitResult], baseline: str) -> tuple[str, ...]:
    altered = "the data files are not the published ones (sha256 differs): figures cannot be compared"
    same = "every seed gave the same split, in which chance has no part: the spread is the models' alone"
    absent = f"{baseline} did not run on every split, so not everything was tested against it"
    missing = any(row.strategy == baseline and row.status != "ran" for one in splits for row in one.rows)
    found = (
        fallback,
        dataset.source.caution,
        altered if dataset.source.verified is False else "",
        same if len(splits) > 1 and len({one.train_sha256 for one in splits}) == 1 else "",
        absent if missing else "",
    )
    return tuple(note for note in found if note)
