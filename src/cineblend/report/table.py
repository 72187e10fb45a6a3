"""The comparison as a table in a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
from cineblend.report.reading import DASH, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

GAP = 2
"""Spaces between columns."""

NAME_WIDTH = 32
"""Terminal cells after which a strategy's name is cut short."""


@dataclass(frozen=True)
class Column:
    """One column: what it says and how gladly it is given up.

    Attributes:
        header: lines above the cells.
        cells: one text a row.
        styles: one rich style a row.
        rank: on a narrow console the highest goes first; 0 always stays.
    """

    header: str
    cells: Sequence[str]
    styles: Sequence[str]
    rank: int

    @property
    def width(self) -> int:
        """Terminal cells it takes."""
        from rich.cells import cell_len

        needed = max(cell_len(line) for text in (self.header, *self.cells) for line in text.split("\n"))
        return needed if self.rank else min(needed, NAME_WIDTH)


def render_table(comparison: Comparison, console: Console) -> None:
    """Print the comparison: cautions, the table, what did not run and why, the verdict, notes.

    Published figures stand beside the measured ones where the console is wide enough, else in a
    table of their own. A console that is no terminal gets plain lines without colour or boxes.
    """
    comparison = reading.comparable(comparison)
    _banners(comparison, console)
    _line(console, reading.judged(comparison), "bold")
    main, beside = _columns(comparison), _published_columns(comparison)
    both = _interleaved(main, beside)
    if _total(both) <= console.width:
        _table(both, console)
    else:
        _table(_fitting(main, console.width), console)
        printed = _fitting([main[0], *beside], console.width)
        if len(printed) > 1:
            _line(console, "\nBeside what the study published", "bold")
            _table(printed, console)
    _not_run(comparison, console)
    console.print()
    for sentence in reading.verdict(comparison):
        _line(console, sentence)
    for note in reading.notes(comparison):
        _line(console, f"note: {note}", "dim")


def _columns(comparison: Comparison) -> list[Column]:
    rows = comparison.rows
    columns = [_column("strategy", [row.strategy for row in rows], rows, 0)]
    for rank, label in enumerate(reading.headline(comparison), start=1):
        top = reading.best(rows, label)
        figures = [reading.measured(row, label) for row in rows]
        cells = [DASH if figure is None else f"{figure:.4f}" for figure in figures]
        styles = ["dim" if figure is None else "bold" if figure == top else "" for figure in figures]
        columns.append(Column(label.replace(" ", "\n"), cells, styles, rank))
    counts = [
        ("hits", [f"{row.hits:,}" for row in rows], 5),
        ("users", [f"{row.users:,}" for row in rows], 8),
    ]
    counts += [
        (f"{step}\nseconds", [reading.seconds(row, step) for row in rows], rank)
        for step, rank in (("fit", 6), ("score", 7))
        if step in reading.steps(comparison)
    ]
    columns += [_column(header, cells, rows, rank) for header, cells, rank in counts]
    return columns


def _column(header: str, cells: Sequence[str], rows: Sequence[RowResult], rank: int) -> Column:
    """A column that says nothing of a row that did not run, unless it is the row's name."""
    ran = [row.status == "ran" for row in rows]
    shown = [printable(cell) if there or rank == 0 else DASH for cell, there in zip(cells, ran, strict=True)]
    return Column(header, shown, ["" if there else "dim" for there in ran], rank)


def _published_columns(comparison: Comparison) -> list[Column]:
    """Published figure and difference for each headline label the study published."""
    columns: list[Column] = []
    for rank, label in enumerate(reading.headline(comparison), start=1):
        theirs = [reading.published(row, label) for row in comparison.rows]
        if not any(figure is not None for figure in theirs):
            continue
        apart = [reading.difference(row, label) for row in comparison.rows]
        shown = [DASH if figure is None else f"{figure:.3f}" for figure in theirs]
        signed = [DASH if figure is None else reading.signed(figure) for figure in apart]
        dim = ["dim"] * len(shown)
        name = label.replace(" ", "\n")
        columns.append(Column(f"{name}\npubl.", shown, dim, rank))
        columns.append(Column(f"{name}\ndiff.", signed, dim, rank))
    return columns


def _interleaved(main: Sequence[Column], beside: Sequence[Column]) -> list[Column]:
    """Every published column right of the measured one with the same label."""
    together: list[Column] = []
    for column in main:
        together.append(column)
        together += [other for other in beside if other.header.rpartition("\n")[0] == column.header]
    return together


def _total(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def _fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns less the ones of the highest rank, until they fit or only the first is left."""
    kept = list(columns)
    while _total(kept) > width and (worst := max(column.rank for column in kept)):
        kept = [column for column in kept if column.rank != worst]
    return kept


def _table(columns: Sequence[Column], console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = console.is_terminal
    table = Table(
        box=SIMPLE_HEAD if drawn else None,  # its divider is one of the GAP spaces
        padding=(0, GAP - drawn, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    for column in columns:
        table.add_column(
            Text(column.header),
            justify="right" if column.rank else "left",
            no_wrap=True,
            max_width=column.width,
            overflow="ellipsis",
            vertical="bottom",
        )
    for number in range(len(columns[0].cells)):
        table.add_row(*(Text(column.cells[number], style=column.styles[number]) for column in columns))
    console.print(table)


def _banners(comparison: Comparison, console: Console) -> None:
    from rich.panel import Panel
    from rich.text import Text

    fallback = printable(reading.fallback(comparison))
    if fallback and console.is_terminal:
        console.print(
            Panel(Text(fallback, style="bold"), title="not the data that was wished for", style="red")
        )
    elif fallback:
        _line(console, f"WARNING, not the data that was wished for: {fallback}")
    if caution := reading.caution(comparison):
        _line(console, f"Caution: {caution}", "yellow")


def _not_run(comparison: Comparison, console: Console) -> None:
    for row in reading.not_run(comparison):
        _line(console, f"\n{row.strategy} was not run: {row.reason}", "yellow")
        if row.remedy:
            _line(console, f"  to mend it: {row.remedy}")


def _line(console: Console, text: str, style: str = "") -> None:
    """Print text as it stands: no markup, no highlighting, words kept whole."""
    console.print(_text(printable(text), style), soft_wrap=not console.is_terminal)


def _text(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style=style)
