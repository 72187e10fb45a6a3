"""Trials on disk, each whole or not at all, and the next suggestion by Optuna."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from cineblend.comparison.spaces import Choice, Space
from cineblend.errors import NotAvailableError, UserError
from cineblend.evaluate.trials import Trial, Value

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

DIGITS = 3
"""Significant digits of a suggested value: more make no difference, and people read them."""


def require_optuna() -> None:
    """Check that optuna can be imported.

    Raises:
        NotAvailableError: it is not installed.
    """
    try:
        import optuna
    except ImportError as error:
        raise NotAvailableError(
            "tuning needs optuna, which is not installed", remedy='pip install "cineblend[tune]"'
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)


class TrialStore:
    """The finished trials of one search in an SQLite file.

    Args:
        path: the file; created if missing.
        identity: the settings that make two searches the same.

    Raises:
        NotAvailableError: optuna is not installed.
        UserError: the file holds another search, or is not an Optuna study.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        require_optuna()
        import optuna
        from sqlalchemy.exc import DatabaseError

        try:
            self._storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
            self._study = optuna.create_study(
                storage=self._storage, study_name="cineblend", direction="maximize", load_if_exists=True
            )
            kept: object = self._study.user_attrs.get("identity")
        except (DatabaseError, RuntimeError) as error:
            raise UserError(
                f"{path} is not an Optuna study", remedy="delete it, or choose another folder"
            ) from error
        wanted = json.loads(json.dumps(identity))
        if kept is None:
            self._study.set_user_attr("identity", wanted)
        elif kept != wanted:
            had = cast("dict[str, Any]", kept)
            odd = [name for name in wanted if had.get(name) != wanted[name]]
            raise UserError(
                f"{path} holds another search: {', '.join(odd)} differ",
                expected="the same strategy, data, split, metric, folds, seed and numbers to vary",
                remedy="choose another folder, or delete this one",
            )

    def trials(self) -> tuple[Trial, ...]:
        """All finished trials, in the order they were made."""
        return tuple(
            _from_json(stored.user_attrs["trial"]) for stored in self._study.get_trials(deepcopy=False)
        )

    def add(self, trial: Trial, spaces: Mapping[str, Space]) -> None:
        """Store a finished trial, in one transaction."""
        self._study.add_trial(_frozen(trial, spaces))

    def close(self) -> None:
        """Close the file."""
        self._storage.remove_session()
        self._storage.engine.dispose()


def suggest(done: Sequence[Trial], spaces: Mapping[str, Space], seed: int) -> dict[str, Value]:
    """The next values to try: a function of the finished trials, the spaces and the seed only.

    Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011 (TPE); the first ten are
    random.
    """
    import optuna

    derived = int(np.random.SeedSequence([seed, len(done)]).generate_state(1)[0])
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=derived))
    study.add_trials([_frozen(trial, spaces) for trial in done])
    found = study.ask(_distributions(spaces)).params
    return {path: _rounded(found[path], space) for path, space in spaces.items()}


def _rounded(value: Any, space: Space) -> Value:
    if isinstance(space, Choice) or space.whole:
        return value
    short = float(f"{value:.{DIGITS}g}")
    return min(max(short, float(space.low)), float(space.high))


def _distributions(spaces: Mapping[str, Space]) -> dict[str, BaseDistribution]:
    return {path: _distribution(space) for path, space in spaces.items()}


def _distribution(space: Space) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(space, Choice):
        return CategoricalDistribution(space.words)
    if space.whole:
        return IntDistribution(int(space.low), int(space.high), log=space.log)
    return FloatDistribution(float(space.low), float(space.high), log=space.log)


def _frozen(trial: Trial, spaces: Mapping[str, Space]) -> optuna.trial.FrozenTrial:
    import optuna

    state = optuna.trial.TrialState
    return optuna.trial.create_trial(
        state=state.FAIL if trial.failed else state.COMPLETE,
        value=None if trial.failed else trial.mean,
        params=dict(trial.values),
        distributions=_distributions(spaces),
        user_attrs={"trial": _to_json(trial)},
    )


def _to_json(trial: Trial) -> dict[str, Any]:
    # JSON has no NaN.
    said = asdict(trial)
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value for key, value in said.items()
    }


def _from_json(said: Mapping[str, Any]) -> Trial:
    found: dict[str, Any] = {key: math.nan if value is None else value for key, value in said.items()}
    found["by_fold"] = tuple(said["by_fold"])
    return Trial(**found)
