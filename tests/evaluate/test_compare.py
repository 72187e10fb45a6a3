"""Intervals, tests and corrections against scipy and statsmodels, and where nothing can be tested."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from cineblend.evaluate.compare import bootstrap_interval, differences, holm, paired_p, with_differences
from cineblend.evaluate.result import RowResult


def row(name: str, values: np.ndarray, label: str = "NDCG@25") -> RowResult:
    return RowResult(
        name, name, "ran", users=len(values), metrics={label: values.mean()}, per_user={label: values}
    )


@pytest.fixture(scope="module")
def scores() -> np.ndarray:
    """(400, 4) per-user figures as recall has them: many zeros, the rest skewed; the second is better."""
    rng = np.random.default_rng(5)
    base = (rng.random((400, 4)) < 0.5) * rng.beta(1.2, 4, (400, 4))
    base[:, 1] += 0.05
    return base


def test_the_interval_is_scipys(scores: np.ndarray) -> None:
    columns = scores[:, 1:] - scores[:, :1]
    low, high = bootstrap_interval(columns, seed=1)
    for number in range(3):
        theirs = stats.bootstrap(
            (scores[:, number + 1], scores[:, 0]),
            lambda x, y, axis: (x - y).mean(axis=axis),
            paired=True,
            vectorized=True,
            n_resamples=10_000,
            method="percentile",
            rng=np.random.default_rng(2),
        ).confidence_interval
        width = theirs.high - theirs.low
        assert low[number] == pytest.approx(theirs.low, abs=0.03 * width)
        assert high[number] == pytest.approx(theirs.high, abs=0.03 * width)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    columns = rng.exponential(1.0, (150, 200)) - 1.0
    low, high = bootstrap_interval(columns, seed=0, resamples=1000)
    assert 0.90 < np.mean((low <= 0) & (high >= 0)) < 0.98


def test_blocks_do_not_show(scores: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bootstrap_interval(scores, seed=4, resamples=500)
    monkeypatch.setattr("cineblend.evaluate.compare._CELLS_PER_BLOCK", 3 * len(scores))
    np.testing.assert_allclose(bootstrap_interval(scores, seed=4, resamples=500), whole, rtol=1e-12)
    other = bootstrap_interval(scores, seed=5, resamples=500)
    assert not np.allclose(other, whole, rtol=1e-12)


def test_the_p_value_is_scipys(scores: np.ndarray) -> None:
    p = paired_p(scores[:, 1:] - scores[:, :1])
    for number in range(3):
        theirs = stats.ttest_rel(scores[:, number + 1], scores[:, 0]).pvalue
        assert p[number] == pytest.approx(theirs, rel=1e-9)


def test_the_p_value_is_near_the_permutation_tests(scores: np.ndarray) -> None:
    pair = scores[:60, 2], scores[:60, 3]
    theirs = stats.permutation_test(
        pair,
        lambda x, y, axis: (x - y).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=5_000,
        rng=np.random.default_rng(0),
    ).pvalue
    assert paired_p((pair[0] - pair[1])[:, None])[0] == pytest.approx(theirs, abs=0.02)


@pytest.mark.parametrize(("values", "p"), [([0, 0, 0], 1.0), ([0.5] * 5, 2**-4), ([0.5], 1.0), ([0.0], 1.0)])
def test_differences_without_a_spread_are_tested_by_flipping_signs(values: list[float], p: float) -> None:
    assert paired_p(np.array(values, float)[:, None])[0] == p


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_correction_is_statsmodels(p: list[float]) -> None:
    theirs = np.asarray(multipletests(p, method="holm")[1], np.float64)
    np.testing.assert_allclose(holm(np.array(p)), theirs, rtol=1e-12)


def test_a_known_correction() -> None:
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03])), [0.03, 0.06, 0.06])


def test_every_other_row_is_tested_against_the_baseline(scores: np.ndarray) -> None:
    rows = [row(name, scores[:, number]) for number, name in enumerate("abcd")]
    found = differences(rows, "a", seed=0)
    assert list(found) == ["b", "c", "d"]
    better = found["b"]["NDCG@25"]
    assert better.mean == pytest.approx((scores[:, 1] - scores[:, 0]).mean())
    assert 0 < better.low < better.mean < better.high
    assert better.p < better.p_holm < 0.01
    assert found["c"]["NDCG@25"].p_holm > 0.05
    assert found == differences(rows, "a", seed=0)
    assert [bool(one.against) for one in with_differences(rows, "a", 0)] == [False, True, True, True]


def test_the_correction_is_over_rows_and_not_over_metrics(scores: np.ndarray) -> None:
    def two(name: str, number: int) -> RowResult:
        values = {"R@25": scores[:, number], "NDCG@25": scores[::-1, number]}
        return RowResult(name, name, "ran", users=400, per_user=values)

    one = differences([two("a", 0), two("b", 1)], "a", seed=0)["b"]
    assert all(figure.p_holm == figure.p for figure in one.values())
    three = differences([two(name, number) for number, name in enumerate("abcd")], "a", seed=0)
    p = [three[name]["R@25"].p for name in "bcd"]
    np.testing.assert_allclose([three[name]["R@25"].p_holm for name in "bcd"], holm(np.array(p)))


def test_nothing_is_tested_where_there_is_nothing_to_test(scores: np.ndarray) -> None:
    only = row("a", scores[:, 0])
    waiting = RowResult("b", "b", "not run", reason="no weights")
    assert differences([only], "a", seed=0) == {}
    assert differences([only, waiting], "b", seed=0) == {}
    assert differences([only, waiting], "a", seed=0) == {}
    bare = RowResult("c", "c", "ran", users=3, metrics={"Coverage@25": 0.1})
    assert differences([bare, bare], "c", seed=0) == {}
