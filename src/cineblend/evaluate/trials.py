"""Outcomes of a search over a strategy's numbers, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from cineblend.data.split import SplitRecord

Value = float | int | str
Kind = Literal["base", "search", "sweep"]


@dataclass(frozen=True)
class Trial:
    """One set of numbers, judged on the inner hold-outs.

    A person's figure is their mean over the hold-outs in which they are judged.

    Attributes:
        kind: the strategy's own numbers, a suggested set, or a point of the weight's curve.
        values: path to value.
        mean: the metric's mean over people; NaN where it failed, as are the next five.
        low: lower end of its bootstrap interval over people.
        high: upper end.
        gain: mean over people of the difference from the base trial.
        gain_low: lower end of the gain's paired interval.
        gain_high: upper end.
        by_fold: each hold-out's mean over its people.
        seconds: what fitting and judging took.
        failed: why there is no figure, empty if there is.
    """

    kind: Kind
    values: Mapping[str, Value]
    mean: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    by_fold: tuple[float, ...]
    seconds: float
    failed: str = ""

    @classmethod
    def failure(cls, kind: Kind, values: Mapping[str, Value], seconds: float, why: str) -> Self:
        """A set of numbers that came to nothing."""
        nan = math.nan
        return cls(kind, values, nan, nan, nan, nan, nan, nan, (), seconds, why)


@dataclass(frozen=True)
class Search:
    """Everything that was judged, the strategy's own numbers first.

    Attributes:
        strategy: its name.
        metric: the label of what was maximised.
        trials: in the order they were made.
        seed: drives the suggestions and the intervals.
        fold_seeds: the inner hold-outs' seeds.
        people: how many were judged in at least one of them.
        tuned_on: the split whose training ratings all this happened on.
        protocol: its numbers and its rules in words.
        environment: versions of what computed it.
        notes: what a reader must know.
    """

    strategy: str
    metric: str
    trials: tuple[Trial, ...]
    seed: int
    fold_seeds: tuple[int, ...]
    people: int
    tuned_on: SplitRecord
    protocol: Mapping[str, Any]
    environment: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def base(self) -> Trial:
        """The strategy as its row has it."""
        return self.trials[0]

    @property
    def best(self) -> Trial:
        """The trial with the highest mean; of equals the first."""
        return self.ranked[0]

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """The trials that have a figure, each set of numbers once, best first."""
        once: dict[tuple[tuple[str, Value], ...], Trial] = {}
        for trial in self.trials:
            if not trial.failed:
                once.setdefault(tuple(trial.values.items()), trial)
        return tuple(sorted(once.values(), key=lambda trial: -trial.mean))

    def curve(self, path: str) -> tuple[Trial, ...]:
        """The trials that differ from the best at ``path`` only, in the order of that number."""
        rest = {**self.best.values, path: ""}
        found = [trial for trial in self.ranked if {**trial.values, path: ""} == rest]
        return tuple(sorted(found, key=lambda trial: trial.values[path]))
