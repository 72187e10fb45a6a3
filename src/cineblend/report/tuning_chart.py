"""tuning.png: one panel per hyper-parameter, with the curve of a blend's weight and its interval."""

# matplotlib types its **kwargs as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from cineblend import files
from cineblend.evaluate.trials import Search, Trial
from cineblend.report.figure import (
    GRID,
    INK,
    MEASURED,
    MUTED,
    cut,
    new_figure,
    png,
    require_matplotlib,
    style_axes,
)
from cineblend.report.tuning import facts, said, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHOSEN, OWN = "#D55E00", "#1B1F24"
CURVE_FROM = 5
"""The fewest trials, differing in one hyper-parameter only, that make a curve."""
COLUMNS, WIDTH, PANEL_HEIGHT, TOP, BOTTOM = 3, 12.0, 3.4, 1.25, 1.25


def draw_tuning(search: Search, path: Path) -> None:
    """Write the chart to ``path`` as PNG, atomically.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    files.write_bytes(path, png(tuning_figure(search)))


def tuning_figure(search: Search) -> Figure:
    """The chart: a dot per trial, the curve with its 95 % band, the chosen and the strategy's own values.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    require_matplotlib()
    paths = list(search.base.values)
    columns = min(COLUMNS, len(paths))
    lines = math.ceil(len(paths) / columns)
    height = TOP + PANEL_HEIGHT * lines + BOTTOM
    figure = new_figure(WIDTH, height)
    # The first panel holds a curve and is wider.
    wide = [
        2.0 if columns > 1 and column == 0 and search.curve(paths[0])[CURVE_FROM:] else 1.0
        for column in range(columns)
    ]
    grid = figure.add_gridspec(
        lines,
        columns,
        width_ratios=wide,
        left=0.065,
        right=0.985,
        top=1 - TOP / height,
        bottom=BOTTOM / height,
        hspace=0.45,
        wspace=0.16,
    )
    panels = [figure.add_subplot(grid[divmod(number, columns)]) for number in range(len(paths))]
    low, high = _range(search)
    for axes, path in zip(panels, paths, strict=True):
        _panel(axes, search, path)
        axes.set_ylim(low, high)
        axes.set_title(short(path, paths), loc="left", fontsize=11, color=INK, fontweight="bold", pad=8)
    panels[0].set_ylabel(search.metric, color=MUTED, fontsize=10)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.text(
        0.02,
        1 - 0.42 / height,
        cut(f"Hyper-parameters of {search.strategy}, judged on inner hold-outs", 90),
        fontsize=15,
        fontweight="bold",
        color=INK,
        parse_math=False,
    )
    figure.legend(
        handles,
        labels,
        loc="center left",
        bbox_to_anchor=(0.012, 1 - 0.72 / height),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        labelcolor=INK,
    )
    wrapped = [line for fact in facts(search) for line in textwrap.wrap(fact, 165)][:4]
    for number, line in enumerate(reversed(wrapped)):
        figure.text(0.02, (0.14 + 0.2 * number) / height, line, fontsize=9, color=MUTED, parse_math=False)
    return figure


def _panel(axes: Axes, search: Search, path: str) -> None:
    """One hyper-parameter: dots, and a curve if enough trials differ in it alone."""
    style_axes(axes)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    words = sorted({str(trial.values[path]) for trial in search.trials})
    wordy = isinstance(search.base.values[path], str)

    def place(trial: Trial) -> float:
        value = trial.values[path]
        return float(words.index(value)) if isinstance(value, str) else float(value)

    curve = () if wordy else search.curve(path)
    if len(curve) >= CURVE_FROM:
        x = [place(trial) for trial in curve]
        axes.fill_between(
            x,
            [trial.low for trial in curve],
            [trial.high for trial in curve],
            color=MEASURED,
            alpha=0.14,
            linewidth=0,
            label="95 % interval over users",
        )
        axes.plot(x, [trial.mean for trial in curve], color=MEASURED, linewidth=1.8, label="others as chosen")
    ranked = search.ranked
    axes.scatter(
        [place(trial) for trial in ranked],
        [trial.mean for trial in ranked],
        s=16,
        color=MEASURED,
        alpha=0.45,
        linewidths=0,
        label="a trial",
    )
    base, best = search.base, search.best
    axes.scatter(
        place(base),
        base.mean,
        s=58,
        marker="D",
        color="white",
        edgecolors=OWN,
        linewidths=1.5,
        zorder=4,
        label="the strategy's own",
    )
    axes.scatter(place(best), best.mean, s=90, marker="*", color=CHOSEN, zorder=5, label="chosen")
    axes.annotate(
        said(best.values[path]),
        (place(best), best.mean),
        xytext=(0, 9),
        ha="center",
        textcoords="offset points",
        fontsize=9.5,
        color=CHOSEN,
        fontweight="bold",
    )
    if wordy:
        axes.set_xticks(range(len(words)), words)
        axes.set_xlim(-0.5, len(words) - 0.5)
    elif path.endswith("parts.0.weight"):
        axes.set_xlabel("weight of the first part", color=MUTED, fontsize=9.5)
    elif _spread(search, path):
        axes.set_xscale("log")


def _range(search: Search) -> tuple[float, float]:
    """The metric's axis: the better half of the trials, every curve and both marks."""
    ranked = search.ranked
    dots = [*ranked[: max(8, math.ceil(len(ranked) / 2))], search.base]
    curves = [search.curve(path) for path, own in search.base.values.items() if not isinstance(own, str)]
    banded = [trial for curve in curves if len(curve) >= CURVE_FROM for trial in curve]
    low = min([trial.mean for trial in dots] + [trial.low for trial in banded])
    high = max([trial.mean for trial in dots] + [trial.high for trial in banded])
    room = (high - low or 0.01) * 0.08
    return max(low - room, 0.0), high + room


def _spread(search: Search, path: str) -> bool:
    """Whether the values span more than two powers of ten, without zero."""
    values = [float(trial.values[path]) for trial in search.trials]
    return min(values) > 0 and max(values) / min(values) > 100
