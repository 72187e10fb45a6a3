"""Pooling splits: means, spreads, and rows that did not run everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cineblend.evaluate.pooled import pool
from cineblend.evaluate.result import RowResult, SegmentScore, SplitResult


def split(seed: int, *rows: RowResult) -> SplitResult:
    return SplitResult(seed, f"sha{seed}", 80, 20, rows, {}, ())


def row(value: float, users: int = 3) -> RowResult:
    return RowResult(
        "mf",
        "MF",
        "ran",
        users=users,
        hits=10 * users,
        metrics={"R@5": value},
        per_user={"R@5": np.full(users, value)},
        seconds={"fit": value},
        notes=("slow",),
        segments={"long tail": SegmentScore(users, {"R@5": value / 2})},
        leak="reads" if value > 0.5 else "",
    )


def test_one_split_is_itself() -> None:
    one = row(0.5)
    assert pool([split(1, one)]) == (one,)


def test_several_are_their_mean_and_their_spread() -> None:
    (found,) = pool([split(1, row(0.2, 3)), split(2, row(0.4, 4)), split(3, row(0.6, 6))])
    assert found.metrics["R@5"] == pytest.approx(0.4)
    assert found.spread["R@5"] == pytest.approx(np.std([0.2, 0.4, 0.6], ddof=1))
    assert (found.users, found.hits) == (4, 43)
    assert found.seconds["fit"] == pytest.approx(0.4)
    assert len(found.per_user["R@5"]) == 13
    assert found.segments["long tail"].metrics["R@5"] == pytest.approx(0.2)
    assert found.notes == ("slow",)
    assert found.leak == "reads"
    assert not found.against


def test_a_segment_that_a_split_lacks_is_the_mean_of_the_others() -> None:
    (found,) = pool([split(1, replace(row(0.2), segments={})), split(2, row(0.6))])
    assert found.segments["long tail"].metrics["R@5"] == pytest.approx(0.3)


def test_what_was_not_run_on_one_split_was_not_run() -> None:
    waiting = RowResult("mf", "MF", "not run", reason="no weights", remedy="get them")
    (found,) = pool([split(1, row(0.2)), split(2, waiting)])
    assert (found.status, found.reason, found.remedy) == ("not run", "on seed 2: no weights", "get them")
    assert not found.metrics
