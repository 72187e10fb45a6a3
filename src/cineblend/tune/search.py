"""Search: hyper-parameters chosen on inner hold-outs; an interrupted search can be continued."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from cineblend import __version__, files
from cineblend.comparison import leakage
from cineblend.comparison.spaces import SHARE, Space, chosen_knobs, fixed_parts, values_of, with_values
from cineblend.comparison.strategies import STRATEGIES, Strategy
from cineblend.comparison.workbench import Bench
from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.data.split import SplitRecord
from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.evaluate.compare import bootstrap_interval
from cineblend.evaluate.metrics import Metric
from cineblend.evaluate.rules import Protocol
from cineblend.evaluate.trials import Kind, Search, Trial, Value
from cineblend.models.base import ModelConfig
from cineblend.models.walk import walk
from cineblend.progress import bar
from cineblend.text.features import TextSpec
from cineblend.tune.folds import Figures, Folds, Memory, TrialBench
from cineblend.tune.store import TrialStore, require_optuna, suggest

SWEEP = tuple(round(0.05 * step, 2) for step in range(21))
"""Weights of the curve."""


@dataclass(frozen=True)
class TuneConfig:
    """The settings of a search.

    Attributes:
        metric: the accuracy metric to maximise.
        trials: number of suggestions.
        folds: number of inner hold-outs.
        vary: last names of the hyper-parameters to vary, see ``spaces.chosen_knobs``.
        seed: seeds the suggestions and the intervals.
    """

    metric: Metric
    trials: int = 30
    folds: int = 3
    vary: tuple[str, ...] = ()
    seed: int = SEED

    def __post_init__(self) -> None:
        if self.metric.needs_context:
            raise UserError(
                f"{self.metric} is not an accuracy metric", expected="one such as NDCG@25 or R@25"
            )
        if self.trials < 1 or self.folds < 1:
            raise UserError(f"{self.trials} trials on {self.folds} folds", expected="at least 1 of each")


def tune(
    dataset: Dataset, strategy: Strategy, protocol: Protocol, bench: Bench, config: TuneConfig, out: Path
) -> Search:
    """Search the strategy's hyper-parameters; the test set is split off and never read.

    First comes the strategy as it is, then ``config.trials`` suggestions, then, if a blend's weight varies,
    the curve of that weight with the best other values. All trials are stored in ``out/study.db``: the same
    call continues an interrupted search and gives the same result as an uninterrupted one.

    Raises:
        NotAvailableError: optuna, or weights, hardware or a package of the strategy are missing.
        LeakageError: the strategy's text reads tags on test pairs.
        UserError: nothing may vary, ``out`` holds another search, or another process uses it.
        UnknownNameError: ``config.vary`` names no hyper-parameter of the strategy.
    """
    require_optuna()
    spaces = chosen_knobs(strategy.model, config.vary)
    split = protocol.split(dataset)
    # Nothing it reads may reveal the test, not even in a row that reproduces the study.
    leakage.check(dataset, split, protocol, [replace(strategy, published=None)])
    tuned_on = SplitRecord.of(dataset, split, protocol.name, protocol.seed)
    folds = Folds.of(
        split.train,
        protocol,
        config.folds,
        config.metric,
        TrialBench(bench, fixed_parts(strategy.model, spaces), Memory()),
    )
    identity = {
        "strategy": repr(strategy.model),
        "train_sha256": tuned_on.train_sha256,
        "protocol": repr(protocol),
        "metric": str(config.metric),
        "folds": config.folds,
        "seed": config.seed,
        "numbers to vary": {path: repr(space) for path, space in spaces.items()},
    }
    lock = FileLock(files.writable_directory(out) / "study.lock")
    try:
        with lock.acquire(timeout=0):
            store = TrialStore(out / "study.db", identity)
            try:
                trials = _Loop(strategy.model, spaces, folds, store, config.seed).run(config.trials)
            finally:
                store.close()
    except Timeout as error:
        raise UserError(f"another process is searching in {out}", remedy="wait for it to end") from error
    return Search(
        strategy=strategy.name,
        metric=str(config.metric),
        trials=trials,
        seed=config.seed,
        fold_seeds=folds.seeds,
        people=len(folds.people),
        tuned_on=tuned_on,
        protocol=protocol.describe(dataset.scale),
        environment={
            "cineblend": __version__,
            "python": platform.python_version(),
            "packages": {name: metadata.version(name) for name in ("numpy", "scipy", "optuna")},
        },
        notes=_notes(strategy, folds, config),
    )


class _Loop:
    """Makes the missing trials."""

    def __init__(
        self, model: ModelConfig, spaces: Mapping[str, Space], folds: Folds, store: TrialStore, seed: int
    ) -> None:
        self._model, self._spaces, self._folds, self._store, self._seed = model, spaces, folds, store, seed
        self._done = list(store.trials())
        self._base: Figures | None = None

    def run(self, n: int) -> tuple[Trial, ...]:
        """Run the base, n suggestions and the curves; further trials of a longer search stay."""
        share = [path for path, space in self._spaces.items() if space is SHARE]
        curves = share if len(share) == 1 else []
        with bar("trials", n + len(curves) * len(SWEEP) + 1) as advance:
            if not self._done:
                self._make("base", values_of(self._model, self._spaces))
            advance(1 + min(n, len(self._of("search"))))
            while len(self._of("search")) < n:
                before = [*self._of("base"), *self._of("search")]
                self._make("search", suggest(before, self._spaces, self._seed))
                advance()
            for path in curves:
                best = max(
                    (trial for trial in [*self._of("base"), *self._of("search")] if not trial.failed),
                    key=lambda trial: trial.mean,
                )
                for weight in SWEEP:
                    self._make("sweep", {**best.values, path: weight})
                    advance()
        return tuple(self._done)

    def _of(self, kind: Kind) -> Sequence[Trial]:
        return [trial for trial in self._done if trial.kind == kind]

    def _make(self, kind: Kind, values: Mapping[str, Value]) -> None:
        """Judge and store a set of hyper-parameters, unless it was judged before."""
        same = next((trial for trial in self._done if trial.values == values), None)
        if same and kind == "sweep":
            return
        trial = replace(same, kind=kind) if same else self._judge(kind, values)
        self._store.add(trial, self._spaces)
        self._done.append(trial)

    def _judge(self, kind: Kind, values: Mapping[str, Value]) -> Trial:
        if self._base is None:
            # The base needs every user's figure, which is not stored on disk.
            self._base = self._folds.judge(with_values(self._model, values_of(self._model, self._spaces)))
        start = time.perf_counter()
        try:
            found = self._base if kind == "base" else self._folds.judge(with_values(self._model, values))
        except (NotAvailableError, UserError):
            raise
        except (CineblendError, np.linalg.LinAlgError) as error:
            why = str(error).splitlines()[0]
            return Trial.failure(kind, values, time.perf_counter() - start, why)
        columns = np.stack([found.people, found.people - self._base.people], axis=1)
        low, high = (ends.tolist() for ends in bootstrap_interval(columns, self._seed))
        mean, gain = columns.mean(axis=0).tolist()
        return Trial(
            kind=kind,
            values=values,
            mean=mean,
            low=low[0],
            high=high[0],
            gain=gain,
            gain_low=low[1],
            gain_high=high[1],
            by_fold=found.by_fold,
            seconds=time.perf_counter() - start,
        )


def _notes(strategy: Strategy, folds: Folds, config: TuneConfig) -> tuple[str, ...]:
    row = STRATEGIES.get(strategy.name)
    studied = row is not None and "study" in {
        spec.document for spec in walk(row.model) if isinstance(spec, TextSpec)
    }
    said = (
        "the protocol is not random, so there is one inner hold-out"
        if len(folds.seeds) < config.folds
        else "",
        "it reads the default document, without held-out tags, and is no longer the study's row"
        if studied
        else "",
    )
    return tuple(note for note in said if note)
