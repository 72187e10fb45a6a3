"""Comparison: the results of several strategies, as plain values for reports and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums
from cineblend.tabular import Tabular

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Difference:
    """A strategy's figure minus the baseline's, on the same users of one split.

    Attributes:
        mean: mean difference over users.
        low: lower end of its 95 % bootstrap interval.
        high: upper end.
        p: two-sided p-value of the paired test.
        p_holm: the same, corrected for all strategies tested on this split (Holm).
    """

    mean: float
    low: float
    high: float
    p: float
    p_holm: float


@dataclass(frozen=True)
class SegmentScore:
    """A strategy's figures on a segment.

    Attributes:
        users: number of users with a relevant film in it.
        metrics: label to mean over those users.
    """

    users: int
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """The result of one leak check; a leak that is not allowed ends the run instead.

    Attributes:
        check: what was checked.
        found: the result in a sentence.
        marked: strategy to the test data that it reads; only for rows that reproduce the study.
    """

    check: str
    found: str
    marked: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, eq=False)
class RowResult:
    """One strategy's results.

    Attributes:
        strategy: name of the row.
        title: its title for people.
        status: "ran", or "not run" if weights or hardware are missing.
        reason: why it was not run; empty if it ran.
        remedy: the command that fixes this; empty if it ran.
        users: number of judged users.
        hits: relevant items in the top k, summed over users.
        metrics: label ("NDCG@25") to mean over users, or the catalogue-level value.
        per_user: label to (users,) float64, for metrics with one number per user.
        seconds: step ("fit", "score", ...) to seconds; a part shared by rows counts in each.
        published: label to the study's published figure, or None.
        notes: what a reader must know (a cache rebuilt, weights that are not the pinned ones).
        segments: name of a segment to its figures.
        against: label to the difference from the baseline; empty for the baseline itself, and for pooled
            splits of several seeds (each has its own).
        spread: label to the standard deviation between splits; empty for one split.
        leak: the test data that the row reads, as the study did; empty for an honest row.
    """

    strategy: str
    title: str
    status: Literal["ran", "not run"]
    reason: str = ""
    remedy: str = ""
    users: int = 0
    hits: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    per_user: Mapping[str, npt.NDArray[np.float64]] = field(
        default_factory=dict[str, npt.NDArray[np.float64]]
    )
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    published: Mapping[str, float] | None = None
    notes: tuple[str, ...] = ()
    segments: Mapping[str, SegmentScore] = field(default_factory=dict[str, SegmentScore])
    against: Mapping[str, Difference] = field(default_factory=dict[str, Difference])
    spread: Mapping[str, float] = field(default_factory=dict[str, float])
    leak: str = ""


@dataclass(frozen=True, eq=False)
class SplitResult:
    """The results on one split.

    Attributes:
        seed: the seed of the split and of every model.
        train_sha256: fingerprint of its training ratings.
        train_ratings: number of training ratings.
        test_ratings: number of held-out ratings.
        rows: one result per strategy, in the requested order.
        segments: name of a segment to its bounds on this split.
        findings: results of the leak checks.
        users: (n,) int32 row numbers of the judged users, in the order of ``RowResult.per_user``.
        title: what distinguishes this split from the others.
    """

    seed: int
    train_sha256: str
    train_ratings: int
    test_ratings: int
    rows: tuple[RowResult, ...]
    segments: Mapping[str, str]
    findings: tuple[Finding, ...]
    users: Nums = field(default_factory=lambda: np.empty(0, np.int32))
    title: str = ""

    def __str__(self) -> str:
        return self.title or f"seed {self.seed}"


@dataclass(frozen=True, eq=False)
class Comparison(Tabular):
    """Results of strategies by one protocol on one dataset.

    Attributes:
        data: name, sha256 per file, counts, licence, citation, caution, fallback ("" or why this is not the
            requested data).
        protocol: name, seed, k; the rules for split, relevance and candidates in words.
        environment: versions, platform, processors, date, the package's version.
        rows: one result per strategy, in the requested order; over several splits their means, or, if
            ``by_person``, the means over users.
        notes: notes on the whole run.
        k: the list length of the headline metrics.
        splits: each split's own rows; one split unless there are several seeds.
        baseline: the strategy that the others are tested against; empty if that was not possible.
        statistics: how intervals and p-values were computed, in words and numbers.
        segments: name of a segment to its meaning.
        by_person: whether a user judged on several splits counts once, with their mean, and the rows were
            tested this way.
    """

    data: Mapping[str, Any]
    protocol: Mapping[str, Any]
    environment: Mapping[str, Any]
    rows: tuple[RowResult, ...]
    notes: tuple[str, ...]
    k: int
    splits: tuple[SplitResult, ...] = ()
    baseline: str = ""
    statistics: Mapping[str, Any] = field(default_factory=dict[str, Any])
    segments: Mapping[str, str] = field(default_factory=dict[str, str])
    by_person: bool = False

    def to_polars(self) -> pl.DataFrame:
        """A row a strategy: its name, its figures, and the differences from the baseline.

        A difference has its 95 % interval (low, high) and the p-value corrected for all strategies.
        """
        import polars as pl

        rows: list[dict[str, Any]] = []
        for row in self.rows:
            cells: dict[str, Any] = {"strategy": row.strategy, "title": row.title, "status": row.status}
            cells |= {"users": row.users, "hits": row.hits, **row.metrics}
            for label, tested in row.against.items():
                cells |= {
                    f"{label} difference": tested.mean,
                    f"{label} low": tested.low,
                    f"{label} high": tested.high,
                    f"{label} p": tested.p_holm,
                }
            rows.append(cells)
        names = dict.fromkeys(name for cells in rows for name in cells)
        return pl.DataFrame({name: [cells.get(name) for cells in rows] for name in names}, strict=False)

    def _shown(self) -> tuple[str, pl.DataFrame]:
        import polars as pl

        frame = self.to_polars()
        labels = list(dict.fromkeys(label for row in self.rows for label in row.metrics))
        shown: list[str | pl.Series] = ["title", "users", "hits", *labels]
        if tested := next((label for row in self.rows for label in row.against), None):
            found = [row.against.get(tested) for row in self.rows]
            words = [one and f"{one.mean:+.4f} [{one.low:+.4f}, {one.high:+.4f}]" for one in found]
            shown.append(pl.Series(f"{tested} less {self.baseline}'s", words, pl.String))
        if any(row.reason for row in self.rows):
            shown.append(pl.Series("not run", [row.reason or None for row in self.rows], pl.String))
        return f"{self.data.get('name')}, protocol {self.protocol.get('name')}", frame.select(shown)
