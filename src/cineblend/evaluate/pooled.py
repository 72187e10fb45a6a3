"""Several splits as one: means over the splits, or over the users judged on any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from cineblend.evaluate.compare import with_differences
from cineblend.evaluate.result import RowResult, SegmentScore, SplitResult


def pool(splits: Sequence[SplitResult]) -> tuple[RowResult, ...]:
    """Pool to one row per strategy: the row of a single split, else the mean over all.

    Users and hits are rounded means too. Per-user figures are concatenated, so a user judged on three splits
    has three entries. A strategy that did not run on some split did not run.
    """
    if len(splits) == 1:
        return splits[0].rows
    return tuple(_pool(rows, splits) for rows in zip(*(split.rows for split in splits), strict=True))


def pool_by_person(splits: Sequence[SplitResult], baseline: str) -> tuple[RowResult, ...]:
    """Pool to one row per strategy in which each user counts once, with their mean over the splits.

    Every metric is the mean over users, and so are the differences from the baseline, their intervals and
    tests; a metric of the whole catalogue is the mean over the splits. Users are in ascending row number;
    hits are summed over the splits. A strategy that did not run on some split did not run.

    Args:
        splits: results on several splits, of the same or different users.
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
        hits = sum(
            result.hits for split in splits for result in split.rows if result.strategy == row.strategy
        )
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
    return {label: fmean(score[label] for score in figures) for label in figures[0]}


def _segments(rows: Sequence[RowResult]) -> dict[str, SegmentScore]:
    """Means over the splits in which the segment has users."""
    found: dict[str, SegmentScore] = {}
    for name in dict.fromkeys(name for row in rows for name in row.segments):
        scores = [row.segments[name] for row in rows if name in row.segments]
        found[name] = SegmentScore(
            round(fmean(score.users for score in scores)), _means([score.metrics for score in scores])
        )
    return found
