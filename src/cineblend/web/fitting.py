"""Fitting: how far a better model is that another process fits while the service answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cineblend.files import write_text
from cineblend.service.recommender import Recommender

State = Literal["ready", "fitting", "failed"]


class Progress(BaseModel):
    """What the file in ``Settings.progress`` holds.

    Attributes:
        strategy: name of the strategy that is being fitted.
        began: when the fit began, in seconds since 1970.
        seconds: how long the fit takes in all, about; 0 where nothing is known of it.
        problem: why the fit failed; empty where it did not.
        remedy: what to do about the problem.
    """

    model_config = ConfigDict(frozen=True)

    strategy: str
    began: float
    seconds: float = 0.0
    problem: str = ""
    remedy: str = ""

    def write(self, path: Path) -> None:
        """Replace the file atomically."""
        write_text(path, self.model_dump_json())


class Fitting(BaseModel):
    """A better model that is being fitted."""

    strategy: str = Field(description="Name of its strategy.")
    elapsed_seconds: float = Field(ge=0, description="Since the fit began.")
    expected_seconds: float = Field(ge=0, description="Of the whole fit, about; 0 where nothing is known.")
    problem: str = Field(description="Why the fit failed; empty where it did not.")
    remedy: str = Field(description="What to do about the problem.")


class Status(BaseModel):
    """Which model answers, and whether a better one is on its way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "state": "fitting",
                    "model_version": "0123456789abcdef",
                    "strategy": "ease+tfidf",
                    "fitting": {
                        "strategy": "cineblend",
                        "elapsed_seconds": 40.0,
                        "expected_seconds": 160.0,
                        "problem": "",
                        "remedy": "",
                    },
                }
            ]
        }
    )

    state: State = Field(
        description="ready: no other model is on its way. fitting: a better one is, and takes over when "
        "it is done. failed: it could not be fitted, and this one stays."
    )
    model_version: str
    strategy: str
    fitting: Fitting | None


def status_of(model: Recommender, progress: Path | None) -> Status:
    """The status while ``model`` answers.

    Args:
        model: the recommender in use.
        progress: the file that tells of a fit in the background; None where there is none.
    """
    strategy = model.fitted.strategy
    found = None if progress is None else _read(progress)
    if found is None or found.strategy == strategy:
        return Status(state="ready", model_version=model.model_version, strategy=strategy, fitting=None)
    return Status(
        state="failed" if found.problem else "fitting",
        model_version=model.model_version,
        strategy=strategy,
        fitting=Fitting(
            strategy=found.strategy,
            elapsed_seconds=round(max(time.time() - found.began, 0.0), 1),
            expected_seconds=round(found.seconds, 1),
            problem=found.problem,
            remedy=found.remedy,
        ),
    )


def _read(path: Path) -> Progress | None:
    try:
        return Progress.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None  # a status is no reason to fail
