"""Fixtures for the tests of bundles: fitted models on a small world, and a bundle of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bundle_cases import LEARNED, PLAIN
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import make
from cineblend.bundle.write import write
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from worlds import checkerboard


@pytest.fixture(scope="session")
def world() -> Dataset:
    return checkerboard(40, 60)


@pytest.fixture(scope="session")
def learned(world: Dataset) -> Fitted:
    """With text, trees and a gate for new films: every kind of file there is."""
    return make(world, LEARNED, Bench(), with_map=False)


@pytest.fixture(scope="session")
def plain(world: Dataset) -> Fitted:
    """Quick to make and to write."""
    return make(world, PLAIN, Bench(), with_map=False)


@pytest.fixture
def bundle(learned: Fitted, tmp_path: Path) -> Path:
    """A bundle of ``learned``."""
    write(learned, tmp_path / "model")
    return tmp_path / "model"
