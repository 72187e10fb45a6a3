"""Inner hold-outs: the training ratings split again, and the scores cached between trials."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.data.users import UserBatch
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import Metric
from cineblend.evaluate.rules import Protocol
from cineblend.models.base import ModelConfig, Recommender, Scores
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec

REMEMBERED_BYTES = 1 << 30
"""Bytes of a blend's unchanging scores that are cached between trials; further ones are recomputed."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one config.

    Attributes:
        people: (n,) float64, each user's mean over the hold-outs in which they are judged.
        by_fold: each hold-out's mean over its users.
    """

    people: npt.NDArray[np.float64]
    by_fold: tuple[float, ...]


@dataclass
class Memory:
    """Bytes of scores that may still be cached."""

    left: int = REMEMBERED_BYTES


class Remembered(Recommender):
    """A fitted recommender that caches its scores of the same users, as far as memory allows."""

    def __init__(self, model: Recommender, memory: Memory) -> None:
        self._model = model
        self._memory = memory
        self._scores: dict[bytes, Scores] = {}

    def fit(self, train: Dataset) -> Self:
        """Fit the recommender itself and clear its cache."""
        self._scores.clear()
        self._model = self._model.fit(train)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) scores of the recommender; read only."""
        key = hashlib.blake2b()
        for column in (users.user_num, users.indptr, users.item_num, users.value, users.timestamp):
            key.update(np.ascontiguousarray(column).data)
        found = self._scores.get(key.digest())
        if found is None:
            found = self._model.score(users)
            if found.nbytes <= self._memory.left:
                self._memory.left -= found.nbytes
                found.setflags(write=False)
                self._scores[key.digest()] = found
        return found


@dataclass
class TrialBench:
    """A workbench that caches the models in ``keep``, with their scores, and no other fitted model.

    A varying model is fitted once and never needed again; a cache would keep every trial's in memory.
    """

    bench: Bench
    keep: frozenset[ModelConfig]
    memory: Memory
    _kept: dict[Hashable, Remembered] = field(default_factory=dict[Hashable, Remembered], init=False)

    def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
        """The catalogue's text as vectors; computed once for an equal spec and train."""
        return self.bench.features(spec, train)

    def familiarity(self, language_model: str, train: Dataset) -> Embeddings:
        """The familiarity of each title to that language model; computed once for an equal train."""
        return self.bench.familiarity(language_model, train)

    def note(self, text: str) -> None:
        """Note nothing: a trial's model is not kept."""

    def fit(self, config: ModelConfig, train: Dataset) -> Recommender:
        """The recommender of ``config`` fitted on ``train``."""
        if config not in self.keep:
            return config.build(self).fit(train)
        key = (config, id(train))
        if key not in self._kept:
            self._kept[key] = Remembered(self.bench.fit(config, train), self.memory)
        return self._kept[key]


@dataclass(frozen=True, eq=False)
class Folds:
    """The inner hold-outs of a training set.

    Attributes:
        splits: each hold-out with its judge.
        seeds: their seeds.
        metric: the metric to compute.
        bench: where models are fitted.
        people: (n,) row numbers of the users judged in at least one hold-out.
    """

    splits: tuple[tuple[Split, Judge], ...]
    seeds: tuple[int, ...]
    metric: Metric
    bench: TrialBench
    people: npt.NDArray[np.intp]

    @classmethod
    def of(cls, train: Dataset, protocol: Protocol, n_folds: int, metric: Metric, bench: TrialBench) -> Folds:
        """Split ``train`` by the protocol with other seeds; one hold-out if the split is not random.

        Raises:
            UserError: no user of a hold-out has a relevant film.
        """
        made: dict[str, tuple[int, Split, Judge]] = {}
        for seed in inner_seeds(protocol.seed, n_folds):
            rules = replace(protocol, seed=seed)
            split = rules.split(train)
            print_ = split.train.ratings.fingerprint()
            if print_ not in made:
                made[print_] = (seed, split, Judge.of(split, rules))
        judged = [judge.user_num for _, _, judge in made.values()]
        return cls(
            splits=tuple((split, judge) for _, split, judge in made.values()),
            seeds=tuple(seed for seed, _, _ in made.values()),
            metric=metric,
            bench=bench,
            people=np.unique(np.concatenate(judged)).astype(np.intp),
        )

    def judge(self, config: ModelConfig) -> Figures:
        """Fit and judge a config on every hold-out.

        Raises:
            NotAvailableError: weights, hardware or a package are missing.
        """
        n_users = self.splits[0][0].train.n_users
        total, times = np.zeros(n_users), np.zeros(n_users)
        by_fold: list[float] = []
        for split, judge in self.splits:
            model = config.build(self.bench).fit(split.train)
            found = evaluate(model, judge, [self.metric])
            total[judge.user_num] += found.per_user[str(self.metric)]
            times[judge.user_num] += 1
            by_fold.append(found.metrics[str(self.metric)])
        return Figures(total[self.people] / times[self.people], tuple(by_fold))


def inner_seeds(seed: int, n: int) -> Sequence[int]:
    """The first n of 1, 2, 3, ... without the split's own seed."""
    return [next_ for next_, _ in zip(_others(seed), range(n), strict=False)]


def _others(seed: int) -> Iterator[int]:
    return (candidate for candidate in count(1) if candidate != seed)
