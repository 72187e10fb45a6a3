"""scores.png: each strategy's precision, recall and both NDCGs beside the study's published figures."""

# matplotlib types its **kwargs as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cineblend import files
from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
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
from cineblend.report.reading import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HATCH, TINT, ALARM = "#C3C9D0", "#F5F2EA", "#A33A00"
PUBLISHED, FLOOR = "#D55E00", "#7A7A7A"

WIDTH = 13.0
ROW_HEIGHT = 0.42
NAME_WIDTH = 26
"""Characters after which a strategy's name is cut short."""


def draw_scores(comparison: Comparison, path: Path) -> None:
    """Write the chart to ``path`` as PNG, atomically.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    files.write_bytes(path, render_scores(comparison))


def render_scores(comparison: Comparison) -> bytes:
    """The chart as a PNG file's bytes.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    return png(scores_figure(comparison))


def scores_figure(comparison: Comparison) -> Figure:
    """The chart: one panel per headline metric, one bar per strategy, a diamond per published figure.

    The last panel, the study's own NDCG, has a tinted ground. Its ideal ranking holds only retrieved
    films, so it cannot see what was missed and is not comparable with the standard NDCG.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    require_matplotlib()
    comparison = reading.comparable(comparison)
    body = 0.5 + ROW_HEIGHT * max(len(comparison.rows), 1)
    caption = _caption(comparison)
    top, bottom = 1.35 + 0.3 * len(_alarm(comparison)), 0.95 + 0.2 * len(caption)
    figure = new_figure(WIDTH, top + body + bottom)
    height = figure.get_figheight()
    labels = reading.headline(comparison)
    grid = figure.add_gridspec(
        1, len(labels), left=0.165, right=0.985, top=1 - top / height, bottom=bottom / height, wspace=0.13
    )
    panels = [figure.add_subplot(cell) for cell in grid]
    for axes, label in zip(panels, labels, strict=True):
        _panel(axes, comparison, label)
    _name_rows(panels, comparison)
    _titles(figure, comparison)
    _legend(figure, comparison, bottom - 0.5)
    for number, line in enumerate(reversed(caption)):
        y = (0.14 + 0.2 * number) / height
        figure.text(0.02, y, line, fontsize=9, color=MUTED, parse_math=False)
    return figure


def _panel(axes: Axes, comparison: Comparison, label: str) -> None:
    figures = [
        figure
        for row in comparison.rows
        for figure in (reading.measured(row, label), reading.published(row, label))
        if figure is not None
    ]
    span = max(figures, default=0.0) * 1.36 or 1.0  # room for the value labels
    axes.set_xlim(0, span)
    axes.set_ylim(max(len(comparison.rows), 1) - 0.4, -0.6)
    style_axes(axes)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    if label.endswith("(study)"):
        axes.set_facecolor(TINT)
    axes.set_title(label, loc="left", fontsize=11.5, color=INK, fontweight="bold", pad=8)
    base = reading.floor(comparison)
    bar = None if base is None else reading.measured(base, label)
    if bar is not None:
        axes.axvline(bar, color=FLOOR, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1.5)
    for y, row in enumerate(comparison.rows):
        _bar(axes, y, row, label, span)


def _bar(axes: Axes, y: int, row: RowResult, label: str, span: float) -> None:
    """Draw one row's bar, published mark and figure, or the words "not run"."""
    ours, theirs = reading.measured(row, label), reading.published(row, label)
    halo = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "pad": 1.2}
    mark: dict[str, Any] = {"va": "center", "fontsize": 9.5, "zorder": 3, "bbox": halo}
    right_of = span * 0.035
    if theirs is not None:
        axes.plot(theirs, y, "D", markersize=6.5, color=PUBLISHED, markeredgecolor="white", zorder=4)
    if ours is not None:
        colour = FLOOR if row.strategy == reading.FLOOR else MEASURED
        axes.barh(y, ours, height=0.62, color=colour, zorder=2)
        axes.text(max(ours, theirs or 0.0) + right_of, y, f"{ours:.4f}", color=INK, **mark)
        return
    if theirs is not None:
        axes.text(theirs + right_of, y, f"{theirs:.3f}", color=PUBLISHED, **mark)
    # Write in the half of the slot that the published mark leaves free.
    left = theirs is None or theirs > span / 2
    x, anchor = (right_of, "left") if left else (span - right_of, "right")
    if row.status == "ran":
        axes.text(x, y, "no figure", color=MUTED, style="italic", ha=anchor, **mark)
    else:
        axes.barh(
            y, span, height=0.62, facecolor="none", edgecolor=HATCH, hatch="////", linewidth=0, zorder=1
        )
        axes.text(x, y, "not run", color=MUTED, style="italic", ha=anchor, **mark)


def _name_rows(panels: list[Axes], comparison: Comparison) -> None:
    names = [cut(reading.marked_name(row), NAME_WIDTH) for row in comparison.rows]
    for axes in panels:
        axes.set_yticks(range(len(names)), [""] * len(names))
    panels[0].set_yticks(range(len(names)), names, parse_math=False)
    panels[0].tick_params(axis="y", labelsize=10.5, labelcolor=INK, pad=6)


def _titles(figure: Figure, comparison: Comparison) -> None:
    height = figure.get_figheight()
    alarm = _alarm(comparison)
    for number, line in enumerate(alarm):
        figure.text(
            0.02,
            1 - (0.36 + 0.3 * number) / height,
            line,
            fontsize=11.5,
            fontweight="bold",
            color=ALARM,
            parse_math=False,
        )
    y = 1 - (0.42 + 0.3 * len(alarm)) / height
    figure.text(
        0.02,
        y,
        "What each strategy scores" + (", beside the most-rated list" if reading.floor(comparison) else ""),
        fontsize=15,
        fontweight="bold",
        color=INK,
    )
    y -= 0.27 / height
    figure.text(0.02, y, cut(reading.judged(comparison), 150), fontsize=10.5, color=MUTED, parse_math=False)


def _legend(figure: Figure, comparison: Comparison, inches: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = []
    if reading.ran(comparison):
        handles.append(Patch(color=MEASURED, label="measured here"))
    if reading.floor(comparison):
        handles.append(
            Line2D(
                [], [], color=FLOOR, linestyle=(0, (4, 3)), linewidth=1.4, label="most-rated list, the floor"
            )
        )
    if any(row.published for row in comparison.rows):
        handles.append(
            Line2D(
                [],
                [],
                marker="D",
                color=PUBLISHED,
                markeredgecolor="white",
                markersize=8,
                linestyle="none",
                label="published",
            )
        )
    if reading.not_run(comparison):
        handles.append(
            Patch(facecolor="white", edgecolor=HATCH, hatch="////", linewidth=0, label="not run here")
        )
    figure.legend(
        handles=handles,
        loc="center left",
        bbox_to_anchor=(0.158, inches / figure.get_figheight()),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        labelcolor=INK,
        handletextpad=0.6,
        columnspacing=2.2,
    )


def _alarm(comparison: Comparison) -> list[str]:
    fallback = reading.fallback(comparison)
    return _wrapped(f"Not the requested data: {fallback}", 125) if fallback else []


def _caption(comparison: Comparison) -> list[str]:
    lines: list[str] = []
    for label in reading.headline(comparison):
        if label.endswith("(study)"):
            lines.append(f"{label} takes the list's own hits as the ideal, so it cannot see what was missed.")
    for mark in reading.marks(comparison):
        lines += _wrapped(mark, 175)
    if caution := reading.caution(comparison):
        lines += _wrapped(f"Caution: {caution}", 175)
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), width, max_lines=3, placeholder=" …")
