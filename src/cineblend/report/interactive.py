"""The report page's interactive charts as Vega-Lite specifications, made with altair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading

if TYPE_CHECKING:
    import altair as alt

# Each has a contrast of at least 3:1 with the light and the dark ground, and is safe for colour blindness.
MEASURED, PUBLISHED, FLOOR = "#0072B2", "#D55E00", "#808080"
LINES = ("#0072B2", "#D55E00", "#009E73", "#C46F9E")
DASHES = ((1, 0), (6, 3), (2, 2))
GRID = np.linspace(0.01, 1, 100)
ROW_HEIGHT = 26
"""Height in pixels of a bar and the gap below it."""

BETTER, SAME, WORSE = "better", "the same", "worse"


@dataclass(frozen=True)
class PageChart:
    """One chart of the report page.

    Attributes:
        name: id of its HTML element.
        title: its caption.
        text: its content in words, for screen readers.
        spec: the Vega-Lite specification as plain values; the page sets the text colours.
    """

    name: str
    title: str
    text: str
    spec: dict[str, Any]


def score_charts(comparison: Comparison) -> list[PageChart]:
    """One bar chart per headline metric, with published marks and the popularity baseline."""
    return [
        PageChart(f"score-{number}", label, _scores_in_words(comparison, label), _scores(comparison, label))
        for number, label in enumerate(reading.headline(comparison))
        if any(reading.measured(row, label) is not None for row in comparison.rows)
    ]


def spread_charts(comparison: Comparison) -> list[PageChart]:
    """The distribution of each headline metric over users: one curve per strategy."""
    charts: list[PageChart] = []
    for number, label in enumerate((f"R@{comparison.k}", f"NDCG@{comparison.k}")):
        rows = [row for row in reading.ran(comparison) if _per_user(row, label).size]
        if rows:
            words = f"For each strategy, the share of users whose {label} is at least a given value."
            charts.append(PageChart(f"spread-{number}", label, words, _spread(rows, label)))
    return charts


def duel_chart(comparison: Comparison) -> PageChart | None:
    """Share of users for whom a strategy does better or worse than the most-rated list."""
    label, base = reading.deciding(comparison), reading.floor(comparison)
    if base is None:
        return None
    bar = _per_user(base, label)
    rivals = [
        (row.strategy, shares)
        for row in reading.ran(comparison)
        if row is not base and (shares := _shares(_per_user(row, label), bar))
    ]
    if not rivals:
        return None
    words = "; ".join(
        f"{name}: " + ", ".join(f"{outcome} for {share:.0%}" for outcome, share in shares.items())
        for name, shares in rivals
    )
    return PageChart("duel", f"{label} against the most-rated list", words, _duel(rivals))


def _per_user(row: RowResult, label: str) -> npt.NDArray[np.float64]:
    """The finite per-user figures in the users' order; empty without any."""
    values = row.per_user.get(label)
    if values is None or not np.isfinite(values).all():
        return np.zeros(0)
    return values


def _shares(ours: npt.NDArray[np.float64], bar: npt.NDArray[np.float64]) -> dict[str, float]:
    """Shares of users per outcome; empty if the two rows were judged on different users."""
    if not ours.size or ours.shape != bar.shape:
        return {}
    same = np.isclose(ours, bar, rtol=0, atol=1e-12)
    better, worse = (ours > bar) & ~same, (ours < bar) & ~same
    return {BETTER: float(better.mean()), SAME: float(same.mean()), WORSE: float(worse.mean())}


def _scores_in_words(comparison: Comparison, label: str) -> str:
    said: list[str] = []
    for row in comparison.rows:
        ours, theirs = reading.measured(row, label), reading.published(row, label)
        words = "not run" if ours is None else f"{ours:.4f}"
        said.append(f"{row.strategy} {words}" + ("" if theirs is None else f" (published {theirs:.3f})"))
    return f"{label}: " + ", ".join(said)


def _scores(comparison: Comparison, label: str) -> dict[str, Any]:
    import altair as alt

    order = [row.strategy for row in comparison.rows]
    values = [_bar_values(row, label) for row in comparison.rows]
    span = 1.3 * max(value["edge"] for value in values)
    base = reading.floor(comparison)
    bar = None if base is None else reading.measured(base, label)
    y = alt.Y("strategy:N", sort=order, title=None, axis=alt.Axis(labelLimit=150))
    x = alt.X(
        "measured:Q", title=None, scale=alt.Scale(domain=[0, span], nice=False), axis=alt.Axis(tickCount=4)
    )
    tooltip = [
        alt.Tooltip("title:N", title="strategy"),
        alt.Tooltip("shown:N", title="measured"),
        alt.Tooltip("printed:N", title="published"),
        alt.Tooltip("apart:N", title="difference"),
    ]
    plot = alt.Chart(alt.InlineData(values=values)).encode(y=y, tooltip=tooltip)
    layers: list[alt.Chart] = [
        plot.mark_bar(height={"band": 0.66}).encode(
            x=x,
            color=alt.condition(
                f"datum.strategy === '{reading.FLOOR}'", alt.value(FLOOR), alt.value(MEASURED)
            ),
        ),
        plot.transform_filter("isValid(datum.published)")
        .mark_point(shape="diamond", filled=True, size=70, opacity=1, color=PUBLISHED)
        .encode(x="published:Q"),
        plot.mark_text(align="left", dx=8).encode(x="edge:Q", text="shown:N"),
    ]
    if bar is not None:
        rule = alt.Chart(alt.InlineData(values=[{"floor": bar}]))
        layers.insert(1, rule.mark_rule(color=FLOOR, strokeDash=[5, 4], strokeWidth=1.5).encode(x="floor:Q"))
    return as_plain(alt.layer(*layers), height=ROW_HEIGHT * len(order))


def _bar_values(row: RowResult, label: str) -> dict[str, Any]:
    ours, theirs = reading.measured(row, label), reading.published(row, label)
    apart = reading.difference(row, label)
    return {
        "strategy": row.strategy,
        "title": row.title,
        "measured": ours,
        "published": theirs,
        "edge": max(ours or 0.0, theirs or 0.0),
        "shown": "not run" if row.status != "ran" else reading.DASH if ours is None else f"{ours:.4f}",
        "printed": reading.DASH if theirs is None else f"{theirs:.3f}",
        "apart": reading.DASH if apart is None else reading.signed(apart),
    }


def _spread(rows: Sequence[RowResult], label: str) -> dict[str, Any]:
    import altair as alt

    values = [
        {"strategy": row.strategy, "least": round(float(least), 2), "share": round(float(share), 4)}
        for row in rows
        for least, share in zip(GRID, at_least(_per_user(row, label)), strict=True)
    ]
    names = [row.strategy for row in rows]
    looks = _looks(names)
    picked = alt.selection_point(fields=["strategy"], bind="legend")
    legend = alt.Legend(
        title=None, orient="bottom", direction="horizontal", columns=2, labelLimit=150, symbolSize=300
    )
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("least:Q", title=f"{label} of at least", axis=alt.Axis(tickCount=5)),
            y=alt.Y(
                "share:Q",
                title="share of users",
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=alt.Color(
                "strategy:N", legend=legend, scale=alt.Scale(domain=names, range=[c for c, _ in looks])
            ),
            strokeDash=alt.StrokeDash(
                "strategy:N", legend=legend, scale=alt.Scale(domain=names, range=[d for _, d in looks])
            ),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.15)),
            tooltip=[
                alt.Tooltip("strategy:N"),
                alt.Tooltip("least:Q", title=f"{label} of at least"),
                alt.Tooltip("share:Q", title="share of users", format=".1%"),
            ],
        )
        .add_params(picked)
    )
    return as_plain(chart, height=260)


def at_least(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(100,) share of ``values`` at or above 0.01, 0.02, ..., 1, for metrics between 0 and 1."""
    return 1 - np.searchsorted(np.sort(values), GRID - 1e-9, side="left") / len(values)


def _looks(names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """A colour and a dash pattern per name: grey dashes for popularity, colours in turn for the others."""
    rest = [name for name in names if name != reading.FLOOR]
    looks = {
        name: (LINES[n % len(LINES)], list(DASHES[n // len(LINES) % len(DASHES)]))
        for n, name in enumerate(rest)
    }
    return [looks.get(name, (FLOOR, [5, 4])) for name in names]


def _duel(rivals: Sequence[tuple[str, dict[str, float]]]) -> dict[str, Any]:
    import altair as alt

    outcomes = [BETTER, SAME, WORSE]
    values = [
        {"strategy": name, "outcome": outcome, "share": share, "order": outcomes.index(outcome)}
        for name, shares in rivals
        for outcome, share in shares.items()
    ]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(height={"band": 0.66})
        .encode(
            y=alt.Y(
                "strategy:N", sort=[name for name, _ in rivals], title=None, axis=alt.Axis(labelLimit=150)
            ),
            x=alt.X(
                "share:Q",
                title="share of users",
                axis=alt.Axis(format="%", tickCount=5),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=alt.Color(
                "outcome:N",
                scale=alt.Scale(domain=outcomes, range=[MEASURED, "#9AA0A6", PUBLISHED]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("strategy:N"),
                alt.Tooltip("outcome:N", title="than the most-rated list"),
                alt.Tooltip("share:Q", title="share of users", format=".1%"),
            ],
        )
    )
    return as_plain(chart, height=ROW_HEIGHT * len(rivals))


def as_plain(chart: alt.Chart | alt.LayerChart | alt.FacetChart, height: float) -> dict[str, Any]:
    """The chart's specification: as wide as its container, with a transparent background."""
    return chart.properties(width="container", height=height, background="transparent").to_dict()
