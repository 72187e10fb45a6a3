"""strategy.json: a tuned strategy written down with how it was found, and read back strictly."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from cineblend import files
from cineblend.data.split import SplitRecord
from cineblend.errors import InputError, UserError
from cineblend.evaluate.trials import Search, Trial, Value

FORMAT = 1
KEYS = (
    "format",
    "base",
    "changed",
    "tuned_on",
    "metric",
    "figures",
    "trials",
    "seed",
    "fold_seeds",
    "protocol",
    "notes",
    "environment",
)
REMEDY = "write it anew with cineblend tune"


@dataclass(frozen=True)
class TunedRecord:
    """What of strategy.json makes a strategy; the rest is for people.

    Attributes:
        base: name of the row it started from.
        changed: path to value of every number that was searched on.
        tuned_on: the split whose training ratings it was searched on.
    """

    base: str
    changed: Mapping[str, Value]
    tuned_on: SplitRecord


def write(search: Search, path: Path) -> None:
    """Write the best trial of a search as a strategy, atomically."""
    kinds = [trial.kind for trial in search.trials]
    content = {
        "format": FORMAT,
        "base": search.strategy,
        "changed": dict(search.best.values),
        "tuned_on": asdict(search.tuned_on),
        "metric": search.metric,
        "figures": {
            "what": f"mean over {search.people} people of inner hold-outs, flattered by the choice",
            "chosen": _figures(search.best),
            "base": _figures(search.base),
        },
        "trials": {
            "search": kinds.count("search"),
            "sweep": kinds.count("sweep"),
            "failed": sum(bool(trial.failed) for trial in search.trials),
        },
        "seed": search.seed,
        "fold_seeds": list(search.fold_seeds),
        "protocol": dict(search.protocol),
        "notes": list(search.notes),
        "environment": dict(search.environment),
    }
    files.write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read(path: Path) -> TunedRecord:
    """What makes a strategy of the file; whether its base and numbers exist is for the caller to see.

    Raises:
        UserError: there is no such file, or it is no strategy.json of this format.
    """
    try:
        said: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"cannot read {path}: {error.strerror}", expected="a strategy.json that cineblend tune wrote"
        ) from error
    except ValueError as error:
        raise InputError(path, f"it is no JSON: {error}", remedy=REMEDY) from error
    if not isinstance(said, dict):
        raise InputError(path, "it is no JSON object", remedy=REMEDY)
    content = cast("dict[str, Any]", said)
    if content.get("format") != FORMAT:
        raise InputError(path, f"format is {content.get('format')!r}", expected=f"{FORMAT}", remedy=REMEDY)
    if odd := sorted(set(content) ^ set(KEYS)):
        raise InputError(
            path, f"keys unknown or missing: {', '.join(odd)}", expected=", ".join(KEYS), remedy=REMEDY
        )
    base, changed = content["base"], content["changed"]
    if not isinstance(base, str) or not isinstance(changed, dict):
        raise InputError(path, "base is no text, or changed no object", remedy=REMEDY)
    return TunedRecord(base, cast("dict[str, Value]", changed), _split_record(path, content["tuned_on"]))


@contextmanager
def blame(path: Path) -> Generator[None]:
    """Name the file in what the caller finds wrong with its content."""
    try:
        yield
    except UserError as error:
        raise InputError(
            path, error.problem, expected=error.expected, remedy=error.remedy or REMEDY
        ) from error


def _split_record(path: Path, said: Any) -> SplitRecord:
    wanted = {"data_sha256": str, "protocol": str, "seed": int, "train_sha256": str}
    given = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    if set(given) != {one.name for one in fields(SplitRecord)} or any(
        type(given[name]) is not kind for name, kind in wanted.items()
    ):
        raise InputError(
            path, f"tuned_on is {said!r}", expected=f"an object of {', '.join(wanted)}", remedy=REMEDY
        )
    return SplitRecord(**given)


def _figures(trial: Trial) -> dict[str, Any]:
    kept = ("values", "mean", "low", "high", "gain", "gain_low", "gain_high", "by_fold")
    return {name: value for name, value in asdict(trial).items() if name in kept}
