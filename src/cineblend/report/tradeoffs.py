"""The page's statistics charts: differences with intervals, and accuracy against diversity and cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
from cineblend.report.interactive import FLOOR, MEASURED, PUBLISHED, ROW_HEIGHT, PageChart, as_plain
from cineblend.report.sections import took
from cineblend.report.standing import AHEAD, BEHIND, UNCLEAR, Standing, p_value, standing

if TYPE_CHECKING:
    import altair as alt

CALLED = {AHEAD: MEASURED, UNCLEAR: FLOOR, BEHIND: PUBLISHED}
"""Colour of each verdict."""


def difference_chart(comparison: Comparison) -> PageChart | None:
    """Each strategy's difference from the baseline: a dot, its interval, and a tick per split."""
    label = reading.deciding(comparison)
    found = [
        (row.strategy, gap)
        for row in reading.ran(comparison)
        if (gap := standing(comparison, row.strategy, label))
    ]
    if not found:
        return None
    words = "; ".join(
        f"{name} {reading.signed(gap.mean)}, from {reading.signed(gap.low)} to {reading.signed(gap.high)}, "
        f"p {p_value(gap.p_holm)}, {gap.verdict}"
        for name, gap in found
    )
    title = f"{label} minus that of {comparison.baseline}, with 95 % intervals"
    return PageChart("differences", title, words, _differences(found))


def tradeoff_charts(comparison: Comparison) -> list[PageChart]:
    """Accuracy against diversity and against seconds. Only the frontier and the popularity row are named."""
    label, ild = reading.deciding(comparison), f"ILD@{comparison.k}"
    prices: list[tuple[str, str, Callable[[RowResult], float | None], bool]] = [
        (ild, f"{label} against diversity", lambda row: reading.measured(row, ild), False),
        ("seconds to fit and score", f"{label} against cost", took, True),
    ]
    charts: list[PageChart] = []
    for number, (axis, title, price, is_cost) in enumerate(prices):
        points = [
            (row, x, y)
            for row in reading.ran(comparison)
            if (x := price(row)) is not None and (y := reading.measured(row, label)) is not None
        ]
        if len(points) > 1:
            words = f"{title}: " + "; ".join(f"{row.strategy} {y:.4f} at {x:.3g}" for row, x, y in points)
            charts.append(
                PageChart(f"tradeoff-{number}", title, words, _scatter(points, axis, label, is_cost))
            )
    return charts


def frontier(points: Sequence[tuple[float, float]], less_is_better: bool) -> list[bool]:
    """For each (price, accuracy) point, whether no other point is as good in both and better in one."""
    signed = [(-x if less_is_better else x, y) for x, y in points]
    return [not any(a >= x and b >= y and (a, b) != (x, y) for a, b in signed) for x, y in signed]


def _differences(found: Sequence[tuple[str, Standing]]) -> dict[str, Any]:
    import altair as alt

    values = [
        {
            "strategy": name,
            "mean": gap.mean,
            "low": gap.low,
            "high": gap.high,
            "verdict": gap.verdict,
            "shown": f"{reading.signed(gap.mean)} ({reading.signed(gap.low)} to {reading.signed(gap.high)})",
            "p": p_value(gap.p_holm),
        }
        for name, gap in found
    ]
    ticks = [
        {"strategy": name, "mean": single.mean}
        for name, gap in found
        if len(gap.by_split) > 1
        for single in gap.by_split
    ]
    y = alt.Y("strategy:N", sort=[name for name, _ in found], title=None, axis=alt.Axis(labelLimit=150))
    x = alt.X("mean:Q", title="difference", axis=alt.Axis(tickCount=5, format="+.3~f"))
    colour = alt.Color(
        "verdict:N",
        scale=alt.Scale(domain=list(CALLED), range=list(CALLED.values())),
        legend=alt.Legend(title=None, orient="top"),
    )
    tooltip = [
        alt.Tooltip("strategy:N"),
        alt.Tooltip("shown:N", title="difference"),
        alt.Tooltip("p:N", title="p (Holm)"),
        alt.Tooltip("verdict:N"),
    ]
    plot = alt.Chart(alt.InlineData(values=values)).encode(y=y, color=colour, tooltip=tooltip)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
    layers: list[alt.Chart] = [
        zero.mark_rule(color=FLOOR, strokeDash=[5, 4], strokeWidth=1.5).encode(x="zero:Q"),
        plot.mark_rule(strokeWidth=2.5, opacity=0.8).encode(
            x=alt.X("low:Q", title="difference"), x2="high:Q"
        ),
        plot.mark_point(filled=True, size=75, opacity=1).encode(x=x),
    ]
    if ticks:
        each = alt.Chart(alt.InlineData(values=ticks)).encode(y=y)
        layers.append(each.mark_tick(thickness=1.5, size=11, color=FLOOR).encode(x="mean:Q"))
    return as_plain(alt.layer(*layers), height=ROW_HEIGHT * len(found))


def _scatter(
    points: Sequence[tuple[RowResult, float, float]], axis: str, label: str, is_cost: bool
) -> dict[str, Any]:
    import altair as alt

    # A step too short to time gets a millisecond, since a logarithmic axis has no zero.
    places = [(max(x, 0.001) if is_cost else x, y) for _, x, y in points]
    best = frontier(places, less_is_better=is_cost)
    across = _across([x for x, _ in places], is_cost)
    wanted = [
        unbeaten or row.strategy == reading.FLOOR for (row, _, _), unbeaten in zip(points, best, strict=True)
    ]
    top = max(y for _, y in places) or 1.0
    named = spaced([(a, y / top) for a, (_, y) in zip(across, places, strict=True)], wanted)
    values = [
        {
            "strategy": row.strategy,
            "title": row.title,
            "x": x,
            "y": y,
            "kind": "floor" if row.strategy == reading.FLOOR else "frontier" if unbeaten else "other",
            "name": row.strategy if has_name else "",
            "left": at > 0.5,
        }
        for (row, _, _), (x, y), unbeaten, has_name, at in zip(
            points, places, best, named, across, strict=True
        )
    ]
    scale = alt.Scale(type="log", padding=24) if is_cost else alt.Scale(zero=False, padding=24)
    # By default a logarithmic axis draws a line for every digit.
    ticks = (
        alt.Axis(values=[10.0**n for n in range(-3, 7)], format="~g")
        if is_cost
        else alt.Axis(tickCount=4, format="~g")
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["frontier", "other", "floor"], range=[MEASURED, "#7FA8C9", FLOOR]),
        legend=None,
    )
    plot = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("x:Q", title=axis, scale=scale, axis=ticks),
        y=alt.Y(
            "y:Q", title=label, scale=alt.Scale(zero=True, padding=12), axis=alt.Axis(grid=True, tickCount=5)
        ),
        tooltip=[
            alt.Tooltip("title:N", title="strategy"),
            alt.Tooltip("y:Q", title=label, format=".4f"),
            alt.Tooltip("x:Q", title=axis, format=".3~g"),
        ],
    )
    return as_plain(
        alt.layer(
            plot.transform_filter("datum.kind === 'frontier'")
            .mark_line(color=MEASURED, strokeWidth=1.25, strokeDash=[2, 3], opacity=0.7)
            .encode(order="x:Q"),
            plot.mark_point(filled=True, size=80, opacity=1).encode(color=colour),
            plot.transform_filter("!datum.left").mark_text(align="left", dx=9, dy=-7).encode(text="name:N"),
            plot.transform_filter("datum.left").mark_text(align="right", dx=-9, dy=-7).encode(text="name:N"),
        ),
        height=260,
    )


def spaced(places: Sequence[tuple[float, float]], wanted: Sequence[bool]) -> list[bool]:
    """Which of the wanted points get a name, the highest first, so that no two names overlap.

    ``places`` are shares of the chart's width and height. A name takes about half the width and a tenth
    of the height.
    """
    named = [False] * len(places)
    for number in sorted(range(len(places)), key=lambda n: -places[n][1]):
        x, y = places[number]
        taken = [place for place, has in zip(places, named, strict=True) if has]
        named[number] = wanted[number] and not any(abs(x - a) < 0.5 and abs(y - b) < 0.1 for a, b in taken)
    return named


def _across(values: Sequence[float], is_log: bool) -> list[float]:
    """Position of each value between the lowest (0) and the highest (1)."""
    at = [math.log(value) if is_log else value for value in values]
    low, span = min(at), (max(at) - min(at)) or 1.0
    return [(value - low) / span for value in at]
