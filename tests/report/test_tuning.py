"""A search in print and drawn: every figure shown is one that was found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from matplotlib.collections import PathCollection
from rich.console import Console

from cineblend.data.split import SplitRecord
from cineblend.evaluate.trials import Search, Trial
from cineblend.report.tuning import facts, render_search, short
from cineblend.report.tuning_chart import draw_tuning, tuning_figure

WEIGHT, WORD, OTHER = "parts.0.weight", "parts.*.normaliser", "parts.0.model.regularization"


def trial(kind: str, weight: float, word: str, other: float, mean: float) -> Trial:
    values = {WEIGHT: weight, WORD: word, OTHER: other}
    gain = mean - 0.15
    return Trial(kind, values, mean, mean - 0.01, mean + 0.01, gain, gain - 0.005, gain + 0.005, (mean,), 1.0)  # type: ignore[arg-type] (any word)


def found(best: float = 0.2) -> Search:
    trials = (
        trial("base", 0.85, "minmax", 1.0, 0.15),
        trial("search", 0.4, "rank", 300.0, best),
        Trial.failure("search", {WEIGHT: 0.1, WORD: "rank", OTHER: 0.5}, 1.0, "it fell [apart]"),
        *(trial("sweep", w / 10, "rank", 300.0, 0.14 - abs(w - 4) / 100) for w in (0, 2, 4, 6, 8, 10)),
    )
    record = SplitRecord("a", "study", 42, "b")
    return Search("some$row", "NDCG@25", trials, 7, (1, 2), 30, record, {}, {}, ("a note [of] ours",))


def test_the_table_has_the_best_first_and_the_rows_own() -> None:
    out = io.StringIO()
    render_search(found(), Console(file=out, width=120))
    lines = out.getvalue().splitlines()
    assert lines[2].split()[:5] == ["0.4", "rank", "300", "0.2000", "0.1900–0.2100"]
    assert "0.85" in lines[3]
    flat = " ".join(out.getvalue().split())
    assert "failed trials: 1, one with: it fell [apart]" in flat
    assert "a note [of] ours" in flat
    assert "+0.0500 (+0.0450 to +0.0550), which is significant; the choice makes it" in flat
    assert "nan" not in flat


def test_a_gain_that_is_not_significant_is_reported() -> None:
    assert "is not significant" in facts(found(0.152))[1]
    assert facts(found(0.149))[1] == "the strategy's own hyper-parameters are the best found"


def test_the_curve_has_every_trial_that_differs_in_the_weight_alone() -> None:
    figure = tuning_figure(found())
    weight, word, other = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["weight", "normaliser", "regularization"]
    (line,) = weight.get_lines()
    # The search trial and the sweep's at 0.4 are one set of numbers: the first counts.
    assert list(line.get_xdata()) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]  # type: ignore[arg-type] (an array)
    assert max(line.get_ydata()) == 0.2  # type: ignore[type-var] (an array)
    assert not word.get_lines()
    assert [label.get_text() for label in word.get_xticklabels()] == ["minmax", "rank"]
    assert other.get_xscale() == "log"
    chosen = next(one for one in weight.collections if one.get_label() == "chosen")
    assert isinstance(chosen, PathCollection)
    assert chosen.get_offsets().tolist() == [[0.4, 0.2]]  # type: ignore[union-attr] (an array)


def test_the_chart_is_a_png(tmp_path: Path) -> None:
    draw_tuning(found(), tmp_path / "tuning.png")
    assert (tmp_path / "tuning.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "name"),
    [(WEIGHT, "weight"), (OTHER, "0.model.regularization"), ("ridges.0", "ridges.0")],
)
def test_a_path_is_shortened_as_far_as_it_stays_clear(path: str, name: str) -> None:
    among = [WEIGHT, OTHER, "parts.1.model.regularization", "ridges.0", "ridges.1"]
    assert short(path, among) in (name, path)
    assert len({short(one, among) for one in among}) == len(among)
