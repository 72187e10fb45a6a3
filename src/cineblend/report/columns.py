"""Columns of text: how wide they are, which go on a narrow console, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cineblend.evaluate.result import RowResult
from cineblend.report.reading import DASH, printable

if TYPE_CHECKING:
    from rich.console import Console

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


def row_column(header: str, cells: Sequence[str], rows: Sequence[RowResult], rank: int) -> Column:
    """A column that says nothing of a row that did not run, unless it is the row's name."""
    ran = [row.status == "ran" for row in rows]
    shown = [printable(cell) if there or rank == 0 else DASH for cell, there in zip(cells, ran, strict=True)]
    return Column(header, shown, ["" if there else "dim" for there in ran], rank)


def total(columns: Sequence[Column]) -> int:
    """Terminal cells that columns take side by side."""
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns less the ones of the highest rank, until they fit or only the first is left."""
    kept = list(columns)
    while total(kept) > width and (worst := max(column.rank for column in kept)):
        kept = [column for column in kept if column.rank != worst]
    return kept


def print_columns(columns: Sequence[Column], console: Console) -> None:
    """Print a table: ruled on a terminal, plain in a pipe."""
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
