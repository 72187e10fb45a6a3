"""Row watch: the order in which rows are run, the cheapest first, and a line for each that is finished."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from cineblend.comparison.row_seconds import Costs
from cineblend.comparison.strategies import Strategy
from cineblend.evaluate.result import RowResult

_SHOWN = 3
"""Metrics in a line; the table at the end has them all."""


class RowWatch:
    """Puts the rows of a split in order and says what each came to.

    Args:
        costs: name of a row to what it is made from.
        n_splits: how many splits the rows are run on.
        say: gets the line of a finished row.
    """

    def __init__(self, costs: Mapping[str, Costs], n_splits: int, say: Callable[[str], object]) -> None:
        self._costs, self._n_splits, self._say = costs, n_splits, say
        self._done: list[str] = []
        self._splits_done = 0

    def order(self, strategies: Sequence[Strategy]) -> list[Strategy]:
        """The strategies, the cheapest first; equal ones stay in the order they are in."""
        return sorted(strategies, key=lambda row: sum(self._costs[row.name].values()))

    def finished(self, row: RowResult) -> None:
        """Say what the row came to, which it is of how many, and about how long the rest takes."""
        self._done.append(row.strategy)
        last = len(self._done) == len(self._costs)
        count = f"{len(self._done)} of {len(self._costs)}"
        if self._n_splits > 1:
            count += f", split {self._splits_done + 1} of {self._n_splits}"
        left = self._seconds_left()
        if last:
            self._done.clear()
            self._splits_done += 1
        over = self._splits_done == self._n_splits
        self._say(f"{row.strategy}: {_came_to(row)} ({count}{'' if over else f'; {_said(left)} left'})")

    def _seconds_left(self) -> float:
        made = self._made(self._done)
        whole = self._made(self._costs)
        here = sum(seconds for thing, seconds in whole.items() if thing not in made)
        return here + sum(whole.values()) * (self._n_splits - self._splits_done - 1)

    def _made(self, names: Sequence[str] | Mapping[str, Costs]) -> dict[Hashable, float]:
        return {thing: seconds for name in names for thing, seconds in self._costs[name].items()}


def _came_to(row: RowResult) -> str:
    if row.status != "ran":
        return f"not run, {row.reason}"
    shown = [f"{label} {value:.4f}" for label, value in list(row.metrics.items())[:_SHOWN]]
    return ", ".join([*shown, f"{row.hits:,} hits", f"{row.seconds['fit']:.1f} s to fit"])


def _said(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"
