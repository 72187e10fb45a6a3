"""The page's charts: specifications Vega-Lite accepts, over figures known by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cineblend.evaluate.result import Comparison
from cineblend.report.interactive import at_least, duel_chart, score_charts, spread_charts
from report_cases import MEASURED, comparison_of, ran_row


def test_the_specifications_are_vega_lite(study: Comparison):
    import vl_convert

    duel = duel_chart(study)
    assert duel
    for chart in (score_charts(study)[0], spread_charts(study)[0], duel):
        svg = vl_convert.vegalite_to_svg(chart.spec | {"width": 400})
        assert "mf+minilm-ft" in svg


@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.sampled_from([k / 50 for k in range(51)])))
def test_a_curve_is_the_share_of_users_at_or_above(values: np.ndarray):
    curve = at_least(values)
    brute = [np.mean([value >= step / 100 - 1e-9 for value in values]) for step in range(1, 101)]
    np.testing.assert_allclose(curve, brute)


def test_the_duel_counts_users_better_same_and_worse():
    base = replace(
        ran_row("popularity", MEASURED["popularity"]), per_user={"NDCG@25": np.array([0.1, 0.2, 0.3, 0.0])}
    )
    ours = replace(ran_row("mf", MEASURED["mf"]), per_user={"NDCG@25": np.array([0.2, 0.2, 0.1, 0.0])})
    duel = duel_chart(comparison_of(base, ours))
    assert duel
    assert duel.text == "mf: better for 25%, the same for 50%, worse for 25%"


def test_users_who_are_not_the_same_are_not_compared():
    base = replace(ran_row("popularity", MEASURED["popularity"]), per_user={"NDCG@25": np.zeros(4)})
    ours = replace(ran_row("mf", MEASURED["mf"]), per_user={"NDCG@25": np.zeros(3)})
    assert duel_chart(comparison_of(base, ours)) is None
