"""A small fitted world that the tests of the service ask about."""

from __future__ import annotations

import pytest

from cineblend.data.dataset import Dataset
from cineblend.models.linear.ease import EaseConfig
from cineblend.service.recommender import Recommender
from fitted_worlds import fit
from worlds import checkerboard


@pytest.fixture(scope="session")
def world() -> Dataset:
    return checkerboard(n_users=40, n_items=30, cold=3)


@pytest.fixture(scope="session")
def recommender(world: Dataset) -> Recommender:
    return Recommender(fit(world, EaseConfig(regularization=5.0)))
