"""Significance of differences: bootstrap intervals, paired tests and Holm's correction over users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from cineblend.evaluate.result import Difference, RowResult

Columns = npt.NDArray[np.float64]
"""(n users, m differences) float64."""

RESAMPLES = 10_000
LEVEL = 0.95

_CELLS_PER_BLOCK = 1 << 22


def describe(baseline: str) -> dict[str, Any]:
    """How the figures of ``differences`` are computed, for reports."""
    return {
        "baseline": baseline,
        "interval": f"percentile bootstrap over users of the mean paired difference, {LEVEL:.0%}",
        "resamples": RESAMPLES,
        "test": "paired t-test over users, two-sided",
        "correction": "Holm, over the strategies of a split, separately for each metric",
    }


def differences(rows: Sequence[RowResult], baseline: str, seed: int) -> dict[str, dict[str, Difference]]:
    """Map each strategy and label to the difference from the baseline, for the rows that ran on one split.

    Every difference is resampled with the same draws of users, so intervals are paired between rows too.
    The result is empty if the baseline did not run.

    Args:
        rows: results on one split, so on the same users in the same order.
        baseline: name of the strategy to compare with.
        seed: seeds the resampling.
    """
    base = next((row for row in rows if row.strategy == baseline and row.status == "ran"), None)
    others = [row for row in rows if row is not base and row.status == "ran"]
    if base is None or not others or not base.per_user:
        return {}
    labels = list(base.per_user)
    columns = np.stack(
        [row.per_user[label] - base.per_user[label] for label in labels for row in others], axis=1
    )
    low, high = bootstrap_interval(columns, seed)
    p = paired_p(columns)
    corrected = np.concatenate([holm(of_label) for of_label in np.split(p, len(labels))])
    figures = zip(
        *(column.tolist() for column in (columns.mean(axis=0), low, high, p, corrected)), strict=True
    )
    found: dict[str, dict[str, Difference]] = {row.strategy: {} for row in others}
    for (label, row), figure in zip(((name, row) for name in labels for row in others), figures, strict=True):
        found[row.strategy][label] = Difference(*figure)
    return found


def bootstrap_interval(columns: Columns, seed: int, resamples: int = RESAMPLES) -> tuple[Columns, Columns]:
    """Both (m,) ends of the percentile bootstrap interval of each column's mean.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3. A resample draws n users with
    replacement; the counts of the draws times the columns give all its means at once. Computed in blocks, so
    memory does not grow with users × resamples.
    """
    n = len(columns)
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, columns.shape[1]))
    size = max(1, _CELLS_PER_BLOCK // n)
    for start in range(0, resamples, size):
        block = means[start : start + size]
        drawn = rng.integers(n, size=(len(block), n)) + n * np.arange(len(block))[:, None]
        times = np.bincount(drawn.ravel(), minlength=len(block) * n).reshape(len(block), n)
        block[:] = times @ columns / n
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high


def paired_p(columns: Columns) -> Columns:
    """(m,) two-sided p-value that each column's mean is zero, by the paired t-test.

    t = mean / (sd / sqrt(n)) against Student's distribution with n - 1 degrees of freedom. It tests the mean,
    which is the reported figure, and of the usual tests has the fewest errors on such data (Urbano, Lima and
    Hanjalic, SIGIR 2019). Wilcoxon's tests ranks and drops the many users without a difference.

    Constant differences have no spread to divide by: zero gives 1, another constant gives the exact
    sign-flip test's 2^(1 - n).
    """
    n = len(columns)
    mean, sd = columns.mean(axis=0), columns.std(axis=0, ddof=1) if n > 1 else np.zeros(columns.shape[1])
    constant = np.ptp(columns, axis=0) == 0
    t = np.divide(mean * np.sqrt(n), sd, out=np.zeros_like(mean), where=~constant)
    p = 2 * stats.t.sf(np.abs(t), max(n - 1, 1))
    return np.where(constant, np.where(mean == 0, 1.0, 2.0 ** (1 - min(n, 1000))), p)


def holm(p: Columns) -> Columns:
    """(m,) p-values corrected for m tests by Holm's step-down, 1979; at most 1, in the given order."""
    order = np.argsort(p)
    stepped = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return corrected


def with_differences(rows: Sequence[RowResult], baseline: str, seed: int) -> tuple[RowResult, ...]:
    """The rows of one split, each with its ``differences``."""
    found = differences(rows, baseline, seed)
    return tuple(replace(row, against=found.get(row.strategy, {})) for row in rows)
