"""Columns of text: their widths, the choice for a narrow console, and how they are printed."""

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
"""Terminal cells at which a strategy's name is cut."""


@dataclass(frozen=True)
class Column:
    """One column of a printed table.

    Attributes:
        header: lines above the cells.
        cells: one text per row.
        styles: one rich style per row.
        rank: columns of the highest rank are dropped first on a narrow console; 0 always stays.
    """

    header: str
    cells: Sequence[str]
    styles: Sequence[str]
    rank: int

    @property
    def width(self) -> int:
        """Width in terminal cells."""
        from rich.cells import cell_len

        needed = max(cell_len(line) for text in (self.header, *self.cells) for line in text.split("\n"))
        return needed if self.rank else min(needed, NAME_WIDTH)


def row_column(header: str, cells: Sequence[str], rows: Sequence[RowResult], rank: int) -> Column:
    """A column that shows a dash for rows that did not run, except in the name column (rank 0)."""
    ran = [row.status == "ran" for row in rows]
    shown = [printable(cell) if there or rank == 0 else DASH for cell, there in zip(cells, ran, strict=True)]
    return Column(header, shown, ["" if there else "dim" for there in ran], rank)


def total(columns: Sequence[Column]) -> int:
    """Width of the columns side by side, in terminal cells."""
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """Drop the columns of the highest rank until the rest fits, or only rank 0 is left."""
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
