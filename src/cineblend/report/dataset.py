"""A dataset's summary: tables for a terminal, and a picture of its ratings, counts and genres."""

# matplotlib types its **kwargs as unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from cineblend import files
from cineblend.data.describe import DatasetSummary
from cineblend.data.noun import Noun
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
from cineblend.report.reading import DASH, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import Console

BAR_WIDTH = 30
"""Terminal cells of the longest bar."""

SHOWN_GENRES = 12


def render_summary(summary: DatasetSummary, console: Console) -> None:
    """Print counts, bars of ratings and genres, and the data's terms. Text is never read as markup."""
    from rich.text import Text

    console.print(Text(printable(summary.name), style="bold"))
    if summary.caution:
        console.print(Text(f"Caution: {printable(summary.caution)}", style="yellow"))
    _pairs(_facts(summary), console)
    if summary.feedback == "explicit":
        _bars("ratings", {f"{value:g}": count for value, count in summary.histogram.items()}, console)
    _bars("items by genre", dict(list(summary.genres.items())[:SHOWN_GENRES]), console)
    if summary.taken or summary.notes:
        console.print()
        said = [("read", line) for line in summary.taken] + [("note", line) for line in summary.notes]
        _pairs(said, console)
    console.print()
    _pairs([("licence", summary.licence), ("cite", summary.citation), ("files", _verified(summary))], console)


def draw_summary(summary: DatasetSummary, path: Path) -> None:
    """Write a PNG: a histogram of ratings, the spread of ratings per user and film, and the genres.

    Raises:
        NotAvailableError: matplotlib is not installed.
    """
    require_matplotlib()
    figure = new_figure(13, 4.9)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 1))
    figure.subplots_adjust(left=0.06, right=0.985, top=0.76, bottom=0.19, wspace=0.36)
    _draw_histogram(left, summary)
    _draw_spread(middle, summary)
    _draw_genres(right, summary)
    figure.text(
        0.02, 0.93, cut(summary.name, 90), fontsize=15, fontweight="bold", color=INK, parse_math=False
    )
    counts = (
        f"{summary.ratings:,} ratings · {summary.users:,} users · {_items(summary)} · "
        f"{summary.sparsity:.1%} of the pairs are unrated"
    )
    figure.text(0.02, 0.872, counts, fontsize=10.5, color=MUTED)
    if summary.caution:
        caution = cut(f"Caution: {summary.caution}", 190)
        figure.text(0.02, 0.035, caution, fontsize=9, color=MUTED, parse_math=False)
    files.write_bytes(path, png(figure))


def _items(summary: DatasetSummary) -> str:
    return Noun(summary.noun, summary.nouns).counted(summary.items)


def _facts(summary: DatasetSummary) -> list[tuple[str, str]]:
    low, high = summary.scale
    mean = DASH if summary.mean_rating is None else f"{summary.mean_rating:.2f}"
    days = f"{summary.first_day} to {summary.last_day}" if summary.first_day else "no times"
    tagged, dated, sorted_ = summary.share_with_tags, summary.share_with_year, summary.share_with_genres
    return [
        ("where", summary.location),
        ("users", f"{summary.users:,}"),
        ("items", f"{_items(summary)}, of which {summary.rated_items:,} rated"),
        *(
            [("interactions", f"{summary.ratings:,}: people {summary.act} the items")]
            if summary.feedback == "implicit"
            else [
                ("ratings", f"{summary.ratings:,}, from {low:g} to {high:g}, mean {mean}"),
                ("half steps", f"{summary.share_of_half_steps:.0%} lie between two whole numbers"),
            ]
        ),
        ("tags", f"{summary.tags:,} by {summary.taggers:,} of the users"),
        ("sparsity", f"{summary.sparsity:.2%} of the user-item pairs are unrated"),
        ("per user", _quartiles(summary.ratings_per_user)),
        ("per item", _quartiles(summary.ratings_per_item)),
        ("top users", _concentrated(summary.concentration_of_users)),
        ("top items", _concentrated(summary.concentration_of_items)),
        ("days", days),
        ("items with", f"a year {dated:.0%}, a genre {sorted_:.0%}, a tag {tagged:.0%}"),
    ]


def _quartiles(spread: dict[str, float]) -> str:
    if not spread:
        return DASH
    least, low, median, high, most = (_count(spread[name]) for name in ("min", "25%", "50%", "75%", "max"))
    return f"{least} to {most}, median {median}, middle half {low} to {high}"


def _concentrated(held: dict[str, float]) -> str:
    if not held:
        return DASH
    one, ten, gini = held["top 1%"], held["top 10%"], held["gini"]
    return f"1% hold {one:.0%} of them, 10% hold {ten:.0%}; Gini {gini:.2f}"


def _count(count: float) -> str:
    return f"{count:,.1f}".removesuffix(".0")


def _verified(summary: DatasetSummary) -> str:
    count = len(summary.sha256)
    said: dict[bool | None, str] = {
        True: "equal to the published files",
        False: "NOT the published files (sha256 differs)",
    }
    return f"{count}, {said.get(summary.verified, 'no published sha256 to compare with')}" if count else DASH


def _pairs(pairs: Iterable[tuple[str, str]], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="dim", min_width=10)
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(Text(name), Text(printable(value) or DASH))
    console.print(table)


def _bars(title: str, counts: dict[str, int], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    if not counts:
        return
    console.print(Text(f"\n{title}", style="bold"))
    most = max(*counts.values(), 1)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, max_width=24, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, overflow="crop")
    for name, count in counts.items():
        bar = "█" * round(BAR_WIDTH * count / most)
        table.add_row(Text(printable(name)), Text(f"{count:,}"), Text(bar, style="blue"))
    console.print(table)


def _draw_histogram(axes: Axes, summary: DatasetSummary) -> None:
    _frame(axes, "Ratings by value")
    values = list(summary.histogram)
    steps = [later - earlier for earlier, later in pairwise(values)]
    axes.bar(values, list(summary.histogram.values()), width=0.8 * min(steps, default=1.0), color=MEASURED)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.yaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    if summary.mean_rating is not None:
        axes.axvline(summary.mean_rating, color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.set_xlabel(f"dashed: the mean, {summary.mean_rating:.2f}", fontsize=9.5, color=MUTED, labelpad=6)


def _draw_spread(axes: Axes, summary: DatasetSummary) -> None:
    """Draw minimum, quartiles and maximum on a logarithmic axis, for users and for films."""
    _frame(axes, f"Ratings per user and per {summary.noun}")
    axes.set_ylim(1.5, -0.6)
    axes.set_yticks([0, 1], ["user", summary.noun])
    axes.tick_params(axis="y", labelsize=10.5, labelcolor=INK)
    spreads = [summary.ratings_per_user, summary.ratings_per_item]
    if not any(spreads):
        return
    axes.set_xscale("log")
    axes.set_xlim(0.75, 1.4 * max(spread["max"] for spread in spreads if spread))
    axes.minorticks_off()
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.xaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    for y, spread in enumerate(spreads):
        if not spread:
            continue
        axes.plot(
            [spread["min"], spread["max"]], [y, y], color=MEASURED, linewidth=1.5, solid_capstyle="butt"
        )
        axes.barh(y, spread["75%"] - spread["25%"], left=spread["25%"], height=0.34, color=MEASURED)
        axes.plot([spread["50%"]] * 2, [y - 0.17, y + 0.17], color="white", linewidth=2)
        said = f"{_count(spread['min'])} to {_count(spread['max'])}, median {_count(spread['50%'])}"
        axes.text(
            0.03, y + 0.3, said, fontsize=9, color=MUTED, va="center", transform=axes.get_yaxis_transform()
        )
    axes.set_xlabel(
        "line: minimum to maximum; box: the middle half; notch: median", fontsize=9.5, color=MUTED, labelpad=6
    )


def _draw_genres(axes: Axes, summary: DatasetSummary) -> None:
    _frame(axes, f"{summary.nouns.capitalize()} by genre")
    genres = dict(list(summary.genres.items())[:SHOWN_GENRES])
    counts = list(genres.values())
    axes.barh(range(len(counts)), counts, height=0.66, color=MEASURED)
    axes.set_ylim(max(len(counts), 1) - 0.4, -0.6)
    axes.set_yticks(range(len(counts)), [cut(name, 18) for name in genres], parse_math=False)
    axes.tick_params(axis="y", labelsize=9.5, labelcolor=INK)
    axes.set_xticks([])
    most = max(counts, default=1)
    axes.set_xlim(0, 1.2 * most)
    for y, count in enumerate(counts):
        axes.text(count + 0.02 * most, y, f"{count:,}", fontsize=9, color=MUTED, va="center")


def _frame(axes: Axes, title: str) -> None:
    style_axes(axes)
    axes.set_title(title, loc="left", fontsize=11.5, fontweight="bold", color=INK, pad=8)
