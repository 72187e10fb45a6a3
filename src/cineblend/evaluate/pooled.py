"""Several splits as one: means over the splits, or over the people who are judged on any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from cineblend.evaluate.compare import with_differences
from cineblend.evaluate.result import RowResult, SegmentScore, SplitResult


def pool(splits: Sequence[SplitResult]) -> tuple[RowResult, ...]:
    """One row a strategy: the split's own where there is one, else the mean over all.

    Users and hits are means too, rounded; per-user figures are strung together, so that a user who is
    judged on three splits is three entries. A strategy that was not run on some split was not run.
    """
    if len(splits) == 1:
        return splits[0].rows
    return tuple(_pool(rows, splits) for rows in zip(*(split.rows for split in splits), strict=True))


def pool_by_person(splits: Sequence[SplitResult], baseline: str) -> tuple[RowResult, ...]:
    """One row a strategy, in which everybody counts once: with the mean of their figures on the splits.

    Every metric is the mean over people, and so are the differences from the baseline, their intervals
    and tests; a metric of the catalogue as a whole is the mean over the splits. People are in ascending
    row number; hits are summed over the splits. A strategy that was not run on some split was not run.

    Args:
        splits: results on several splits, of different people or the same.
        baseline: the strategy that the others are tested against.
    """
    if len(splits) == 1:
        return splits[0].rows
    people, place = np.unique(np.concatenate([split.users for split in splits]), return_inverse=True)
    times = np.bincount(place)
    rows: list[RowResult] = []
    for row in pool(splits):
        if row.status != "ran":
            rows.append(row)
            continue
        per_user = {
            label: np.bincount(place, weights=figures) / times for label, figures in row.per_user.items()
        }
        means = {label: float(figures.mean()) for label, figures in per_user.items()}
        hits = sum(one.hits for split in splits for one in split.rows if one.strategy == row.strategy)
        rows.append(
            replace(row, users=len(people), hits=hits, metrics={**row.metrics, **means}, per_user=per_user)
        )
    return with_differences(rows, baseline, splits[0].seed)


def _pool(rows: Sequence[RowResult], splits: Sequence[SplitResult]) -> RowResult:
    for row, split in zip(rows, splits, strict=True):
        if row.status != "ran":
            return RowResult(
                row.strategy,
                row.title,
                row.status,
                reason=f"on {split}: {row.reason}",
                remedy=row.remedy,
                published=row.published,
                leak=row.leak,
            )
    first = rows[0]
    return RowResult(
        first.strategy,
        first.title,
        "ran",
        users=round(fmean(row.users for row in rows)),
        hits=round(fmean(row.hits for row in rows)),
        metrics=_means([row.metrics for row in rows]),
        per_user={label: np.concatenate([row.per_user[label] for row in rows]) for label in first.per_user},
        seconds=_means([row.seconds for row in rows]),
        published=first.published,
        notes=tuple(dict.fromkeys(note for row in rows for note in row.notes)),
        segments=_segments(rows),
        spread={
            label: float(np.std([row.metrics[label] for row in rows], ddof=1)) for label in first.metrics
        },
        leak=next((row.leak for row in rows if row.leak), ""),
    )


def _means(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {label: fmean(one[label] for one in figures) for label in figures[0]}


def _segments(rows: Sequence[RowResult]) -> dict[str, SegmentScore]:
    """Means over the splits on which anybody belongs to the segment."""
    found: dict[str, SegmentScore] = {}
    for name in dict.fromkeys(name for row in rows for name in row.segments):
        scores = [row.segments[name] for row in rows if name in row.segments]
        found[name] = SegmentScore(
            round(fmean(score.users for score in scores)), _means([score.metrics for score in scores])
        )
    return found
