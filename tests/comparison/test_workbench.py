"""Bench: one fit for equal configs, and honest accounts of time and notes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pytest

from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

FITS: list[str] = []


@dataclass(frozen=True)
class Slow:
    """Takes 50 ms to fit and counts its fits."""

    name: str

    def build(self, workbench: Workbench) -> Recommender:
        return _Slow(self.name)


class _Slow(Recommender):
    def __init__(self, name: str) -> None:
        self.name = name

    def fit(self, train: Dataset) -> Self:
        FITS.append(self.name)
        time.sleep(0.05)
        return self

    def score(self, users: UserBatch) -> Scores:
        return np.zeros((len(users), users.n_items), np.float32)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    FITS.clear()
    return Bench(cache=tmp_path)


def blend(*names: str) -> BlendConfig:
    return BlendConfig(tuple(BlendPart(Slow(name), 1.0) for name in names))


def test_a_part_that_rows_share_is_fitted_once_and_counts_in_each(bench: Bench) -> None:
    world = checkerboard()
    bench.fit(blend("a", "b"), world)
    bench.fit(blend("a", "c"), world)
    assert FITS == ["b", "a", "c"]  # a blend is fitted from its last part
    for config in (blend("a", "b"), blend("a", "c")):
        assert 0.1 <= bench.seconds(config, world) < 0.14
    assert bench.fit(Slow("a"), world) is bench.fit(Slow("a"), world)


def test_a_part_that_one_row_asks_for_twice_counts_once(bench: Bench) -> None:
    world, twice = checkerboard(), BlendConfig((BlendPart(blend("a"), 1.0), BlendPart(Slow("a"), 1.0)))
    bench.fit(Slow("a"), world)
    bench.fit(twice, world)
    assert FITS == ["a"]
    assert 0.05 <= bench.seconds(twice, world) < 0.09


def test_another_train_set_is_another_fit(bench: Bench) -> None:
    bench.fit(Slow("a"), checkerboard())
    bench.fit(Slow("a"), checkerboard())
    assert FITS == ["a", "a"]


def test_a_failed_fit_is_not_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    world = checkerboard()
    config = ContentConfig(TextSpec("qwen3-4b"))
    for _ in range(2):
        with pytest.raises(NotAvailableError, match="qwen3-4b"):
            bench.fit(config, world)
    assert bench.fit(Slow("a"), world)


def test_tfidf_features_are_made_from_the_catalogue(bench: Bench) -> None:
    world = checkerboard()
    features = bench.features(TextSpec("tfidf"), world)
    assert features.items.shape[0] == world.n_items
    likeness = features.items @ features.items.T
    assert likeness[0, 2] > likeness[0, 1]
    np.testing.assert_allclose(features.encode(["space robot laser Sci-Fi"]) @ features.items[0], 1, atol=0.5)
