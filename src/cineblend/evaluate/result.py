"""Comparison: what a run of several strategies found, as plain values for reports and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class RowResult:
    """One strategy's outcome.

    Attributes:
        strategy: the row's name.
        title: the row's name for people.
        status: "ran", or "not run" for want of weights or hardware.
        reason: why it was not run, empty if it was.
        remedy: the command that mends it, empty if it was run.
        users: how many users were evaluated.
        hits: relevant items in the top k, summed over users.
        metrics: label ("NDCG@25") to mean over users, or the catalogue-level value.
        per_user: label to (users,) float64, for the metrics that are one number a user.
        seconds: step ("fit", "score", ...) to seconds; a part that rows share counts in each.
        published: label to the figure the study published, None where it published none.
        notes: what a reader must know (a cache rebuilt, weights that are not the pinned ones).
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


@dataclass(frozen=True, eq=False)
class Comparison:
    """Strategies judged by one protocol on one dataset.

    Attributes:
        data: name, sha256 per file, counts, licence, citation, caution, fallback ("" or why this
            is not the data that was wished for).
        protocol: name, seed, k, the split, relevance and candidate rules in words.
        environment: versions, platform, processors, date, the package's version.
        rows: one result a strategy, in the order asked for.
        notes: what concerns the whole run.
        k: the list length of the headline metrics.
    """

    data: Mapping[str, Any]
    protocol: Mapping[str, Any]
    environment: Mapping[str, Any]
    rows: tuple[RowResult, ...]
    notes: tuple[str, ...]
    k: int
