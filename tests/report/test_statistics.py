"""Statistics in every report: table, page, json, csv and picture, for one split and for several."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cineblend.evaluate.result import Comparison, Difference
from cineblend.report.files import results_csv, results_json
from cineblend.report.page import render_page
from cineblend.report.sections import sections
from cineblend.report.standing import Standing, p_value, standing
from cineblend.report.table import render_table
from cineblend.report.tradeoffs import difference_chart, frontier, spaced, tradeoff_charts

TESTED = ("mf", "mf+minilm", "mf+minilm-ft")


def printed(comparison: Comparison, width: int) -> str:
    file = io.StringIO()
    render_table(comparison, Console(file=file, width=width))
    return file.getvalue()


def line(text: str, after: str, start: str) -> list[str]:
    return next(one for one in text.split(after)[1].splitlines() if one.startswith(start)).split()


def test_json_has_each_splits_figures_and_p_values(three_splits: Comparison) -> None:
    document = json.loads(results_json(three_splits))
    assert [split["seed"] for split in document["splits"]] == [1, 2, 3]
    for split, ours in zip(document["splits"], three_splits.splits, strict=True):
        rows = {row["strategy"]: row for row in split["rows"]}
        assert set(rows) == {row.strategy for row in three_splits.rows}
        assert rows["popularity"]["against"] == {}
        assert rows["mf+qwen3-4b"]["hits"] is None
        for row in ours.rows:
            if row.strategy in TESTED:
                against = rows[row.strategy]["against"]["NDCG@25"]
                assert against["p_holm"] == row.against["NDCG@25"].p_holm
                assert set(against) == {"mean", "low", "high", "p", "p_holm"}
    assert document["statistics"]["baseline"] == "popularity"
    assert document["statistics"]["resamples"] == 10_000
    mf = document["rows"][1]
    assert mf["spread"]["P@25"] == pytest.approx(0.001)
    assert mf["metrics"]["P@25"] == pytest.approx(0.0493 + 0.001)
    assert mf["segments"]["long tail"]["users"] == 90
    assert [entry["check"] for entry in document["leakage"]] == ["ratings", "text"] * 3
    assert document["leakage"][1]["marked"] == {"mf+minilm": "reads"}
    assert document["rows"][2]["leak"].startswith("reads the tags")


def test_csv_has_the_differences_and_the_spreads(three_splits: Comparison) -> None:
    floor, mf, *_ = csv.DictReader(io.StringIO(results_csv(three_splits)))
    one = standing(three_splits, "mf", "NDCG@25")
    assert one
    assert float(mf["NDCG@25 less popularity"]) == one.mean
    assert float(mf["NDCG@25 less popularity p (Holm)"]) == one.p_holm
    assert floor["NDCG@25 less popularity"] == ""
    assert float(mf["P@25 sd between splits"]) == pytest.approx(0.001)
    assert float(mf["long tail R@25"]) == 0.01


def test_the_table_has_the_tested_difference_and_the_segments(one_split: Comparison) -> None:
    text = printed(one_split, 100)
    one = standing(one_split, "mf", "NDCG@25")
    assert one
    found = line(text, "Against popularity", "mf ")
    assert found[:2] == ["mf", f"{one.mean:+.4f}"]
    assert found[-1] == one.verdict
    assert line(text, "Results by segment", "mf ") == ["mf", "0.0100", "0.0060", "0.2000", "0.1000"]
    assert line(text, "Accuracy, diversity and cost", "mf ")[:3] == ["mf", "0.0888", "0.7400"]
    assert "films with at most 8 training ratings" in text
    assert "Split by split" not in text


def test_the_table_has_every_splits_figure(three_splits: Comparison) -> None:
    text = printed(three_splits, 140)
    mean, spread, *figures = line(text, "Split by split", "mf ")[1:6]
    assert (mean, spread, figures) == ("0.0898", "0.0010", ["0.0888", "0.0898", "0.0908"])
    assert "mean of 3 splits" in text
    assert re.search(r"mf +[+-]0.\d{4} .* [0-3] of 3 +[0-3] of 3", text)


@pytest.mark.parametrize("width", [34, 60, 80, 120])
def test_no_line_of_figures_is_wider_than_the_console(three_splits: Comparison, width: int) -> None:
    for one in printed(three_splits, width).splitlines():
        if re.match(r"(popularity|mf\S*)( †)? +[–+\-\d]", one):
            assert len(one) <= width


def test_a_row_that_reads_the_test_is_marked_everywhere(one_split: Comparison) -> None:
    text = printed(one_split, 100)
    assert "mf+minilm †" in text
    said = "† reads the tags on 362 held-out pairs, as the study does: mf+minilm, mf+minilm-ft"
    assert said in text
    assert "mf †" not in text
    page = render_page(one_split)
    assert said in page
    assert page.count('<abbr class="mark"') >= 2


def test_the_page_has_a_section_and_a_chart_for_each(three_splits: Comparison) -> None:
    page = render_page(three_splits)
    for said in ("Against popularity", "Split by split", "Results by segment", "Checks for data leaks"):
        assert said in page
    specs = json.loads(re.findall(r'<script type="application/json" id="charts">(.*?)</script>', page)[0])
    assert {"differences", "tradeoff-0", "tradeoff-1"} <= set(specs)
    for name in specs:
        assert f'id="{name}"' in page
    assert "mean of 3 splits" in page
    assert "percentile bootstrap" in page


def test_without_splits_there_is_no_statistics(study: Comparison) -> None:
    assert [section.name for section in sections(study)] == ["costs"]
    assert difference_chart(study) is None
    assert standing(study, "mf", "NDCG@25") is None


def test_the_charts_are_vega_lite(three_splits: Comparison) -> None:
    import vl_convert

    differences = difference_chart(three_splits)
    assert differences
    diversity, cost = tradeoff_charts(three_splits)
    # The fixture's popularity has no ILD, so it stands in the chart of costs alone.
    for chart, name in ((differences, "mf+minilm-ft"), (diversity, "mf+minilm-ft"), (cost, "popularity")):
        assert name in vl_convert.vegalite_to_svg(chart.spec | {"width": 400})
    assert "mf+minilm-ft" in differences.text


def test_a_standing_over_splits_is_the_worst_of_them() -> None:
    good = Difference(0.03, 0.01, 0.05, 0.0001, 0.0002)
    poor = Difference(0.01, -0.01, 0.02, 0.2, 0.4)
    both = Standing((good, poor))
    assert (both.mean, both.low, both.high, both.p_holm) == (pytest.approx(0.02), -0.01, 0.05, 0.4)
    assert both.verdict == "unclear"
    assert (both.count("ahead"), both.count("behind")) == (1, 0)
    assert Standing((good, good)).verdict == "ahead"
    assert Standing((replace(good, mean=-0.03),)).verdict == "behind"


def test_a_row_that_one_split_did_not_test_has_no_standing(three_splits: Comparison) -> None:
    first = three_splits.splits[0]
    bare = replace(first, rows=tuple(replace(row, against={}) for row in first.rows))
    assert standing(replace(three_splits, splits=(bare, *three_splits.splits[1:])), "mf", "NDCG@25") is None


def test_p_values_in_print() -> None:
    assert [p_value(p) for p in (0, 0.00009, 0.0123, 0.5)] == ["< 0.0001", "< 0.0001", "0.0123", "0.50"]


points = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)


@given(points, st.booleans())
def test_the_frontier_is_what_nobody_beats(places: list[tuple[int, int]], less: bool) -> None:
    best = frontier(places, less)
    assert any(best)
    for (x, y), unbeaten in zip(places, best, strict=True):
        as_good = [(a, b) for a, b in places if b >= y and (a <= x if less else a >= x)]
        assert unbeaten == all(one == (x, y) for one in as_good)


def test_names_keep_their_distance() -> None:
    places = [(0.9, 0.9), (0.8, 0.85), (0.1, 0.85), (0.9, 0.2)]
    assert spaced(places, [True, True, True, True]) == [True, False, True, True]
    assert spaced(places, [False, True, True, False]) == [False, True, True, False]
