"""Pooling splits: means, spreads, and rows that did not run everywhere."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy.stats import ttest_rel

from cineblend.evaluate.pooled import pool, pool_by_person
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


def of_people(users: list[int], **figures: list[float]) -> SplitResult:
    """A split that judges these users; a row's figures are in their order."""
    rows = [
        RowResult(
            name,
            name,
            "ran",
            users=len(users),
            hits=len(users),
            metrics={"R@5": float(np.mean(values)), "Coverage@5": values[0]},
            per_user={"R@5": np.array(values)},
        )
        for name, values in figures.items()
    ]
    return replace(split(1, *rows), users=np.array(users, np.int32))


def test_who_is_judged_twice_counts_once_with_the_mean() -> None:
    floor, ours = pool_by_person(
        [
            of_people([3, 7], floor=[0.0, 0.2], ours=[1.0, 0.2]),
            of_people([7, 9], floor=[0.4, 0.0], ours=[0.8, 0.5]),
        ],
        "floor",
    )
    assert floor.per_user["R@5"].tolist() == pytest.approx([0.0, 0.3, 0.0])
    assert ours.per_user["R@5"].tolist() == pytest.approx([1.0, 0.5, 0.5])
    assert (ours.users, ours.hits) == (3, 4)
    assert ours.metrics["R@5"] == pytest.approx(2 / 3)
    assert ours.metrics["Coverage@5"] == pytest.approx(0.9)  # no mean over people: the mean over splits
    assert ours.against["R@5"].mean == pytest.approx((1.0 + 0.2 + 0.5) / 3)
    expected = ttest_rel([1.0, 0.5, 0.5], [0.0, 0.3, 0.0]).pvalue
    assert ours.against["R@5"].p == pytest.approx(expected)
    assert not floor.against


def test_repeating_a_split_changes_no_test_by_person() -> None:
    one = of_people([1, 2, 3, 4], floor=[0.0, 0.2, 0.3, 0.1], ours=[0.5, 0.1, 0.6, 0.2])
    once = pool_by_person([one, of_people([5], floor=[0.0], ours=[0.0])], "floor")[1]
    thrice = pool_by_person([one, one, one, of_people([5], floor=[0.0], ours=[0.0])], "floor")[1]
    assert asdict(thrice.against["R@5"]) == pytest.approx(asdict(once.against["R@5"]))


def test_a_row_that_did_not_run_at_one_cut_is_not_pooled() -> None:
    waiting = RowResult("ours", "ours", "not run", reason="no weights")
    first = of_people([1], floor=[0.5], ours=[0.5])
    second = replace(of_people([2], floor=[0.5]), title="from 2013-05-01")
    second = replace(second, rows=(*second.rows, waiting))
    floor, ours = pool_by_person([first, second], "floor")
    assert (floor.status, ours.status) == ("ran", "not run")
    assert ours.reason == "on from 2013-05-01: no weights"
