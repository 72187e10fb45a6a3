"""Progress bars for long work: drawn on a terminal's stderr, silent in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class Advance(Protocol):
    """Tell a progress bar that ``steps`` more steps are done."""

    def __call__(self, steps: float = 1) -> None:
        """Count ``steps`` as done."""
        ...


@contextmanager
def bar(label: str, total: float | None) -> Generator[Advance]:
    """A bar with time left; ``total`` None draws a pulse. Nothing is drawn off a terminal."""
    if not sys.stderr.isatty():
        yield _unseen
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


def _unseen(steps: float = 1) -> None:
    """Advance nothing."""


def track(items: Iterable[T], label: str, total: int) -> Iterator[T]:
    """Iterate over ``items`` behind a bar of ``total`` steps."""
    with bar(label, total) as advance:
        for item in items:
            yield item
            advance()
