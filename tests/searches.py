"""A search whose answer is known by eye: a blend of pure chance and of texts that tell everything."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.evaluate.trials import Search
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.text.features import TextSpec
from cineblend.tune.search import TuneConfig, tune
from worlds import checkerboard

WORLD = checkerboard(n_users=20, n_items=60)
FITS: list[float] = []
KILL_AT = [0]


@register("chance", space={"strength": Number(1, 100)})
@dataclass(frozen=True)
class Chance:
    """Scores that know nothing; counts its fits, and fails at a strength above 50."""

    strength: float = 1.0

    def build(self, workbench: Workbench) -> Recommender:
        return _Chance(self.strength)


class _Chance(Recommender):
    def __init__(self, strength: float) -> None:
        self.strength = strength

    def fit(self, train: Dataset) -> Self:
        FITS.append(self.strength)
        if len(FITS) == KILL_AT[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.strength > 50:
            raise CineblendError("it fell apart")
        return self

    def score(self, users: UserBatch) -> Scores:
        rows = [np.random.default_rng([num + 1, 5]).random(users.n_items) for num in users.user_num]
        return np.array(rows, np.float32).reshape(len(users), users.n_items)


TEXT = ContentConfig(TextSpec("tfidf"))
BLEND = Strategy("blend", "Blend", BlendConfig((BlendPart(Chance(), 0.9), BlendPart(TEXT, 0.1))))


def search(
    out: Path,
    *,
    world: Dataset = WORLD,
    strategy: Strategy = BLEND,
    name: str = "study",
    trials: int = 6,
    folds: int = 2,
    metric: str = "NDCG@5",
    vary: tuple[str, ...] = (),
    seed: int = 7,
) -> Search:
    config = TuneConfig(parse(metric), trials, folds, vary, seed)
    return tune(world, strategy, protocol(name), Bench(cache=out / "cache"), config, out)


def untimed(found: Search) -> list[tuple[object, ...]]:
    """All of a search's trials but what they took."""
    return [(one.kind, dict(one.values), one.mean, one.low, one.gain, one.by_fold) for one in found.trials]
