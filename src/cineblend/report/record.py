"""Statistics in results.json and results.csv: per split, with every metric's p-value."""

from __future__ import annotations

from dataclasses import asdict

from cineblend.evaluate.result import Comparison, RowResult, SplitResult
from cineblend.report import reading
from cineblend.report.standing import standing


def statistics_as_dict(comparison: Comparison) -> dict[str, object]:
    """The top-level keys of results.json that hold statistics.

    "splits" has, for each seed, every row's figures and its differences from the baseline with both
    p-values. "leakage" has the findings of every check on every split.
    """
    return {
        "statistics": comparison.statistics,
        "segments": comparison.segments,
        "splits": [_split_as_dict(split) for split in comparison.splits],
        "leakage": [
            {"seed": split.seed, "title": str(split), **asdict(finding)}
            for split in comparison.splits
            for finding in split.findings
        ],
    }


def segments_as_dict(row: RowResult) -> dict[str, dict[str, float]]:
    """Segment name to users and metrics."""
    return {name: {"users": score.users, **score.metrics} for name, score in row.segments.items()}


def statistics_as_cells(row: RowResult, comparison: Comparison) -> dict[str, float]:
    """Column name to figure: spreads, segments, and the difference in each headline metric."""
    cells = {f"{label} sd between splits": value for label, value in row.spread.items()}
    for name, score in row.segments.items():
        cells |= {f"{name} {label}": value for label, value in score.metrics.items()}
    for label in reading.headline(comparison):
        if gap := standing(comparison, row.strategy, label):
            head = f"{label} less {comparison.baseline}"
            cells |= {head: gap.mean, f"{head} low": gap.low, f"{head} high": gap.high}
            cells[f"{head} p (Holm)"] = gap.p_holm
    return cells


def _split_as_dict(split: SplitResult) -> dict[str, object]:
    return {
        "seed": split.seed,
        "title": str(split),
        "train_sha256": split.train_sha256,
        "train_ratings": split.train_ratings,
        "test_ratings": split.test_ratings,
        "segments": split.segments,
        "rows": [
            {
                "strategy": row.strategy,
                "status": row.status,
                "users": row.users if row.status == "ran" else None,
                "hits": row.hits if row.status == "ran" else None,
                "metrics": row.metrics,
                "seconds": row.seconds,
                "segments": segments_as_dict(row),
                "against": {label: asdict(difference) for label, difference in row.against.items()},
            }
            for row in split.rows
        ],
    }
