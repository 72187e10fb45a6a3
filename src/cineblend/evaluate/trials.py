"""Results of a hyper-parameter search, as plain values."""

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
    """One set of hyper-parameters, judged on the inner hold-outs.

    A user's figure is their mean over the hold-outs in which they are judged.

    Attributes:
        kind: the strategy's own values, a suggestion, or a point of the weight's curve.
        values: path of a hyper-parameter to its value.
        mean: the metric's mean over users; NaN if the trial failed, as are the next five.
        low: lower end of its bootstrap interval over users.
        high: upper end.
        gain: mean difference from the base trial over users.
        gain_low: lower end of the gain's paired interval.
        gain_high: upper end.
        by_fold: each hold-out's mean over its users.
        seconds: time to fit and judge.
        failed: why there is no figure; empty if there is one.
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
        """A trial that failed."""
        nan = math.nan
        return cls(kind, values, nan, nan, nan, nan, nan, nan, (), seconds, why)


@dataclass(frozen=True)
class Search:
    """A search with all its trials, the strategy's own values first.

    Attributes:
        strategy: name of the strategy.
        metric: label of the maximised metric.
        trials: the trials in the order they were made.
        seed: seeds the suggestions and the intervals.
        fold_seeds: seeds of the inner hold-outs.
        people: number of users judged in at least one hold-out.
        tuned_on: the split whose training ratings were used.
        protocol: its numbers and its rules in words.
        environment: versions of the software that computed it.
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
        """The strategy with its own hyper-parameters."""
        return self.trials[0]

    @property
    def best(self) -> Trial:
        """The trial with the highest mean; the first of equals."""
        return self.ranked[0]

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """The trials with a figure, each set of hyper-parameters once, best first."""
        once: dict[tuple[tuple[str, Value], ...], Trial] = {}
        for trial in self.trials:
            if not trial.failed:
                once.setdefault(tuple(trial.values.items()), trial)
        return tuple(sorted(once.values(), key=lambda trial: -trial.mean))

    def curve(self, path: str) -> tuple[Trial, ...]:
        """The trials that differ from the best only at ``path``, in the order of that value."""
        rest = {**self.best.values, path: ""}
        found = [trial for trial in self.ranked if {**trial.values, path: ""} == rest]
        return tuple(sorted(found, key=lambda trial: trial.values[path]))
