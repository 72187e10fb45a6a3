"""Hits of the models on the study's split, each in an expected range, to detect regressions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.movielens import read_movielens
from cineblend.errors import NotAvailableError
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.protocol import protocol


@pytest.fixture(scope="module")
def split(ml_latest_small_dir: Path):
    return protocol("study").split(read_movielens(ml_latest_small_dir, "ml-latest-small"))


@pytest.fixture(scope="module")
def bench(shared_cache: Path) -> Bench:
    """One workbench for all models, so that each is fitted once."""
    return Bench(cache=shared_cache)


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("bias", 1150, 1166),
        ("user-knn", 2115, 2135),
        ("item-knn", 2257, 2277),
        ("als", 2320, 2366),
        ("ease", 2475, 2495),
        ("ease-runs", 2565, 2601),
        ("adjacent-dated", 2296, 2336),
        ("mult-vae", 2469, 2529),
        ("ease+text", 2515, 2550),
        ("ease+prior", 2500, 2530),
    ],
)
def test_hits_are_in_the_expected_range(name: str, low: int, high: int, split, bench: Bench) -> None:
    """Measured: 1158, 2125, 2267, 2343, 2485, 2583, 2316, 2499, 2533, 2515."""
    try:
        model = bench.fit(STRATEGIES[name].model, split.train)
    except NotAvailableError as missing:
        pytest.skip(missing.problem)  # the weights of an encoder are an extra
    assert low <= evaluate(model, Judge.of(split, protocol("study")), []).hits <= high
