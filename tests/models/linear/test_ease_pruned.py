"""Pruned EASE: exact if nothing is pruned, else the largest weights of the most rated items."""

from __future__ import annotations

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

TEXT = (TextSpec("fake"),)


class TestSparseEase(Conformance):
    config = SparseEaseConfig(regularization=2.0)
    adds_up = True


class TestPrunedEase(Conformance):
    config = SparseEaseConfig(n_items=20, n_weights=12, regularization=2.0, text=TEXT)
    adds_up = True


class TestPrunedEaseOverRuns(Conformance):
    config = SparseEaseConfig(n_items=20, n_weights=12, regularization=2.0, run=4)
    adds_up = True


@pytest.mark.parametrize("run", [0, 4])
@pytest.mark.parametrize("text", [(), TEXT])
def test_without_pruning_it_is_ease(text: tuple[TextSpec, ...], run: int) -> None:
    world = checkerboard(40, 60, cold=0)
    users = UserBatch.known(world.ratings)
    exact = EaseConfig(3.0, text=text, run=run, whole=0.3).build(FakeBench()).fit(world).score(users)
    sparse = (
        SparseEaseConfig(60, 60, 3.0, text=text, run=run, whole=0.3)
        .build(FakeBench())
        .fit(world)
        .score(users)
    )
    np.testing.assert_allclose(sparse, exact, rtol=1e-4, atol=1e-6)


def test_each_item_keeps_its_largest_weights() -> None:
    world = checkerboard(40, 60, cold=0)
    everyone = UserBatch.unseen([{item: 5.0} for item in range(60)], 60)
    weights = EaseConfig(3.0).build(FakeBench()).fit(world).score(everyone)
    pruned = SparseEaseConfig(60, 7, 3.0).build(FakeBench()).fit(world).score(everyone)
    for item in range(60):
        kept = np.flatnonzero(pruned[:, item])
        assert len(kept) == 7
        np.testing.assert_allclose(pruned[kept, item], weights[kept, item], rtol=1e-4, atol=1e-6)
        left_out = np.delete(np.abs(weights[:, item]), kept)
        assert left_out.max() <= np.abs(weights[kept, item]).min() + 1e-6


def test_less_rated_items_have_no_column_and_score_0() -> None:
    world = checkerboard(40, 60, cold=0)
    counts = world.ratings.item_counts
    columns = np.argsort(-counts, kind="stable")[:20]
    scores = SparseEaseConfig(20).build(FakeBench()).fit(world).score(UserBatch.known(world.ratings))
    others = np.setdiff1d(np.flatnonzero(counts), columns)
    np.testing.assert_array_equal(scores[:, others], 0)
    assert np.abs(scores[:, columns]).sum(axis=0).min() > 0


@pytest.mark.parametrize("numbers", [{"regularization": 0.0}, {"n_items": 0}, {"n_weights": 0}])
def test_invalid_hyper_parameters_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(numbers))):
        SparseEaseConfig(**numbers)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("numbers", [{"run": -1}, {"whole": 1.5}, {"whole": float("nan")}])
def test_invalid_runs_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(numbers))):
        SparseEaseConfig(**numbers)  # pyright: ignore[reportArgumentType]
