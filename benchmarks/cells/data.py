"""The suite's datasets by name: real ones, their implicit forms, and simulated ones of other shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.implicit import implicit_form
from cineblend.data.load import load
from cineblend.data.simulate import simulate
from cineblend.data.world import WorldConfig

IMPLICIT = ":implicit"
"""Suffix of a dataset's name for its implicit form."""


def untimed(dataset: Dataset) -> Dataset:
    """The same ratings without times."""
    return _at(dataset, 0)


def in_one_second(dataset: Dataset) -> Dataset:
    """The same ratings, all with the time of the last one."""
    return _at(dataset, int(dataset.ratings.timestamp.max()))


def _at(dataset: Dataset, time: int) -> Dataset:
    at = np.full(len(dataset.ratings), time, np.int64)
    return replace(dataset, ratings=replace(dataset.ratings, timestamp=at))


def _world(**config: int) -> Callable[[], Dataset]:
    return lambda: simulate(WorldConfig(**config))


_USUAL = WorldConfig(n_users=600, n_items=1_500, n_ratings=60_000)
MADE: Mapping[str, Callable[[], Dataset]] = MappingProxyType(
    {
        "made-many-people": _world(n_users=8_000, n_items=150, n_ratings=160_000, min_ratings=5),
        "made-many-films": _world(n_users=80, n_items=6_000, n_ratings=24_000),
        "made-sparse": _world(n_users=6_000, n_items=3_000, n_ratings=24_000, min_ratings=1),
        "made-untimed": lambda: untimed(simulate(_USUAL)),
        "made-one-second": lambda: in_one_second(simulate(_USUAL)),
        "slice-dense": _world(n_users=150, n_items=120, n_ratings=4_500),
        "slice-sparse": _world(n_users=600, n_items=300, n_ratings=2_400, min_ratings=1),
        "slice-untimed": lambda: untimed(simulate(WorldConfig(n_users=100, n_items=120, n_ratings=3_000))),
    }
)
"""Simulated datasets. In made-sparse the median user has two ratings."""
REAL = ("ml-latest-small", "movietweetings-100k")
ALL = (*REAL, *(name + IMPLICIT for name in REAL), "sample", *(name for name in MADE if name[:5] == "made-"))
SLICE = tuple(name for name in MADE if name[:6] == "slice-")


def dataset(name: str) -> Dataset:
    """The dataset of that name: one of ``ALL`` or ``SLICE``, any that ``load`` knows, or a folder.

    Raises:
        UserError: there is no such dataset, or its files are wrong.
    """
    if name.endswith(IMPLICIT):
        return implicit_form(dataset(name.removesuffix(IMPLICIT)))
    if name not in MADE:
        return load(name)
    made = MADE[name]()
    return replace(made, source=replace(made.source, name=name))
