"""Progress bars for long work, shown only if stderr is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class Advance(Protocol):
    """Advances a progress bar."""

    def __call__(self, steps: float = 1) -> None:
        """Mark ``steps`` more steps as done."""
        ...


@contextmanager
def bar(label: str, total: float | None) -> Generator[Advance]:
    """Show a bar with the time left, or a pulse if ``total`` is None; show nothing without a terminal."""
    if not sys.stderr.isatty():
        yield _no_bar
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)

        def advance(steps: float = 1) -> None:
            progress.advance(task, steps)

        yield advance


def _no_bar(steps: float = 1) -> None:
    """Do nothing."""


def track(items: Iterable[T], label: str, total: int) -> Iterator[T]:
    """Iterate over ``items`` and show a bar of ``total`` steps."""
    with bar(label, total) as advance:
        for item in items:
            yield item
            advance()
