"""The comparison as a table in a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cineblend.evaluate.result import Comparison
from cineblend.report import reading
from cineblend.report.columns import Column, fitting, print_columns, row_column, total
from cineblend.report.reading import DASH, printable
from cineblend.report.sections import sections

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def render_table(comparison: Comparison, console: Console) -> None:
    """Print the comparison: cautions, the tables, what did not run and why, the verdict, notes.

    Published figures stand beside the measured ones where the console is wide enough, else in a
    table of their own. A console that is no terminal gets plain lines without colour or boxes.
    """
    comparison = reading.comparable(comparison)
    _banners(comparison, console)
    _line(console, reading.judged(comparison), "bold")
    main, beside = _columns(comparison), _published_columns(comparison)
    both = _interleaved(main, beside)
    if total(both) <= console.width:
        print_columns(both, console)
    else:
        print_columns(fitting(main, console.width), console)
        printed = fitting([main[0], *beside], console.width)
        if len(printed) > 1:
            _line(console, "\nBeside what the study published", "bold")
            print_columns(printed, console)
    for mark in reading.marks(comparison):
        _line(console, mark, "yellow")
    _not_run(comparison, console)
    for section in sections(comparison):
        _line(console, f"\n{section.title}", "bold")
        _line(console, section.about, "dim")
        print_columns(fitting(section.columns, console.width), console)
        for name, meaning in section.terms:
            _line(console, f"{name}: {meaning}", "dim")
    console.print()
    for sentence in reading.verdict(comparison):
        _line(console, sentence)
    for note in reading.notes(comparison):
        _line(console, f"note: {note}", "dim")


def _columns(comparison: Comparison) -> list[Column]:
    rows = comparison.rows
    columns = [row_column("strategy", [reading.marked_name(row) for row in rows], rows, 0)]
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
    columns += [row_column(header, cells, rows, rank) for header, cells, rank in counts]
    return columns


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
            _line(console, f"  try: {row.remedy}")


def _line(console: Console, text: str, style: str = "") -> None:
    """Print text as it stands: no markup, no highlighting, words kept whole."""
    console.print(_text(printable(text), style), soft_wrap=not console.is_terminal)


def _text(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style=style)
