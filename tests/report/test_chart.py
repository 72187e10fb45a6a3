"""scores.png: every figure is drawn, nothing is cut, and the library is asked for kindly."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from cineblend.errors import NotAvailableError
from cineblend.evaluate.result import Comparison
from cineblend.report.chart import FLOOR, PUBLISHED, draw_scores, render_scores, scores_figure
from report_cases import MEASURED, comparison_of, missing_row, ran_row

ONE = comparison_of(ran_row("mf", MEASURED["mf"]))
NOTHING_RAN = comparison_of(missing_row("mf+qwen3-4b"))
NO_ROWS = comparison_of()


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def places(axes: Axes, colour: str) -> list[float]:
    return [float(np.asarray(line.get_xdata())[0]) for line in axes.lines if line.get_color() == colour]


def test_every_measured_figure_is_a_bar_with_its_value(study: Comparison):
    figure = scores_figure(study)
    shown = texts(figure)
    for row in study.rows[:4]:
        assert all(
            f"{row.metrics[label]:.4f}" in shown for label in ("P@25", "R@25", "NDCG@25", "NDCG@25 (study)")
        )
    widths = [bar.get_width() for bar in figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert widths[:4] == [row.metrics["P@25"] for row in study.rows[:4]]


def test_published_marks_the_floor_and_gaps_are_drawn(study: Comparison):
    precision, _, real_ndcg, _ = scores_figure(study).axes
    assert places(precision, PUBLISHED) == [0.049, 0.048, 0.049, 0.051, 0.056]
    assert places(precision, FLOOR) == [0.0874]
    assert not places(real_ndcg, PUBLISHED)
    assert sum(bool(bar.get_hatch()) for bar in precision.patches) == 2
    assert texts(scores_figure(study)).count("not run") == 8


def test_the_studys_own_ndcg_stands_on_another_ground(study: Comparison):
    panels = scores_figure(study).axes
    grounds = [axes.get_facecolor() for axes in panels]
    assert grounds[3] != grounds[0] == grounds[1] == grounds[2]


def test_a_figure_that_was_not_measured_is_not_called_not_run():
    row = replace(ran_row("mf", MEASURED["mf"]), metrics={"P@25": 0.1, "R@25": float("nan")}, published=None)
    shown = texts(scores_figure(comparison_of(row)))
    assert "no figure" in shown
    assert "not run" not in shown


@pytest.mark.parametrize("name", ["study", "sample", "twelve", "hostile", "one", "nothing_ran", "no_rows"])
def test_nothing_is_cut_off(name: str, request: pytest.FixtureRequest):
    plain = {"one": ONE, "nothing_ran": NOTHING_RAN, "no_rows": NO_ROWS}
    figure = scores_figure(plain[name] if name in plain else request.getfixturevalue(name))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    ticks = {
        label for axes in figure.axes for label in axes.get_xticklabels()
    }  # those past the end are not drawn
    for text in figure.findobj(Text):
        if text not in ticks and text.get_text() and text.get_visible():
            box = text.get_window_extent(renderer)
            assert box.x0 >= 0, text
            assert box.y0 >= 0, text
            assert box.x1 <= figure.bbox.x1 + 1, text
            assert box.y1 <= figure.bbox.y1 + 1, text


def test_more_rows_make_a_taller_picture_not_thinner_bars(study: Comparison, twelve: Comparison):
    six, more = (imread(io.BytesIO(render_scores(one))).shape for one in (study, twelve))
    assert more[1] == six[1]
    assert more[0] > six[0] + 5 * 40


def test_fallback_and_caution_are_on_the_picture(sample: Comparison, study: Comparison):
    assert any("Not the requested data" in text for text in texts(scores_figure(sample)))
    assert any(text.startswith("Caution: ml-latest-small") for text in texts(scores_figure(study)))


def test_equal_comparisons_give_equal_bytes(study: Comparison, tmp_path: Path):
    draw_scores(study, tmp_path / "scores.png")
    assert (tmp_path / "scores.png").read_bytes() == render_scores(study)
    assert [path.name for path in tmp_path.iterdir()] == ["scores.png"]


def test_glyphs_no_font_has_are_no_warning():
    data = {"name": "映画 \U0001f3ac", "caution": "", "fallback": ""}
    assert render_scores(replace(ONE, data=data)).startswith(b"\x89PNG")


def test_without_matplotlib_the_remedy_is_said(study: Comparison, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NotAvailableError, match=r'pip install "cineblend\[report\]"'):
        render_scores(study)
