"""Bench: fits each model once and embeds each text once, however many rows share them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from cineblend.data.dataset import Dataset
from cineblend.models.base import ModelConfig, Recommender
from cineblend.paths import cache_dir
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec
from cineblend.text.prepare import prepare, prepare_familiarity

T = TypeVar("T")


@dataclass
class _Made:
    """What was made once.

    Attributes:
        value: the thing itself.
        costs: seconds of its own, and of each thing it was made from, asked for however often.
        notes: what a reader must know.
        inside: seconds of making it that went into making others.
    """

    value: Any = None
    costs: dict[Hashable, float] = field(default_factory=dict[Hashable, float])
    notes: list[str] = field(default_factory=list[str])
    inside: float = 0.0


@dataclass
class Bench:
    """The workbench of one run; implements ``models.base.Workbench``.

    Attributes:
        cache: folder of embeddings and tuned encoders.
        device: "auto", "cpu" or "cuda": where encoders run.
        fast: encode in the fast mode on a CPU; rows say so.
    """

    cache: Path = field(default_factory=cache_dir)
    device: str = "auto"
    fast: bool = False
    _made: dict[Hashable, _Made] = field(default_factory=dict[Hashable, _Made], init=False)
    _open: list[_Made] = field(default_factory=list[_Made], init=False)
    _kept: dict[int, Dataset] = field(default_factory=dict[int, Dataset], init=False)

    def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
        """The catalogue's text as vectors; computed once for an equal spec and train.

        Raises:
            NotAvailableError: the encoder's weights or hardware are not here.
        """
        return self._once(
            (spec, self._key(train)),
            lambda: prepare(
                spec, train, cache=self.cache, device=self.device, on_note=self.note, fast=self.fast
            ),
        )

    def familiarity(self, language_model: str, train: Dataset) -> Embeddings:
        """(n_items, 2) how likely that model finds each title; asked once for an equal train.

        NaN where the model is not on this machine, which is noted, and where none is named.
        """
        return self._once(
            (("familiarity", language_model), self._key(train)),
            lambda: prepare_familiarity(
                language_model, train, cache=self.cache, device=self.device, on_note=self.note
            ),
        )

    def fit(self, config: ModelConfig, train: Dataset) -> Recommender:
        """The recommender of ``config`` fitted on ``train``; fitted once for an equal pair."""
        return self._once((config, self._key(train)), lambda: config.build(self).fit(train))

    def seconds(self, config: ModelConfig, train: Dataset) -> float:
        """What fitting ``config`` took, parts it shares with other rows included."""
        return sum(self._made[config, self._key(train)].costs.values())

    def notes(self, config: ModelConfig, train: Dataset) -> tuple[str, ...]:
        """What a reader must know about how ``config`` was fitted."""
        return tuple(dict.fromkeys(self._made[config, self._key(train)].notes))

    def forget(self, train: Dataset) -> None:
        """Let go of everything fitted on ``train``."""
        key = self._key(train)
        for made in [made for made in self._made if isinstance(made, tuple) and made[1] == key]:
            del self._made[made]
        del self._kept[key]

    def _key(self, train: Dataset) -> int:
        # Held so that no other dataset can be given the same id while its results are kept.
        self._kept[id(train)] = train
        return id(train)

    def note(self, text: str) -> None:
        """Note something that a reader must know about what is being fitted."""
        self._open[-1].notes.append(text)

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Make the value for ``key``, or give the one made before, its cost and notes counted again."""
        made = self._made.get(key)
        if made is None:
            made = _Made()
            self._open.append(made)
            start = time.perf_counter()
            try:
                made.value = make()
            finally:
                self._open.pop()
            elapsed = time.perf_counter() - start
            made.costs[key] = elapsed - made.inside
            self._made[key] = made
            if self._open:
                self._open[-1].inside += elapsed
        if self._open:
            self._open[-1].costs |= made.costs
            self._open[-1].notes.extend(made.notes)
        return cast(T, made.value)
