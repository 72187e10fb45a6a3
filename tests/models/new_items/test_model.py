"""Cold: conformance, data it must not read, and its range on the real data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.ratings import Ratings
from cineblend.data.split import cold_items
from cineblend.data.users import UserBatch
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.ids import Vocabulary
from cineblend.models.base import ModelConfig, Scores
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.new_items.boosted_order import OrderConfig
from cineblend.models.new_items.model import ColdConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.models.state import rebuild
from cineblend.text.features import TextSpec
from worlds import checkerboard

TEXT = (TextSpec("fake"),)
CARRIED = CarriedConfig(EaseConfig(regularization=1.0), TEXT)
ORDERED = ColdConfig(
    EaseConfig(regularization=1.0),
    TEXT,
    ridges=(1.0, 1.0),
    order=OrderConfig(share=0.6, trees=5, least_in_leaf=2),
)


class TestCold(Conformance):
    config = ORDERED
    reads_text = True


class TestColdWithMoreModels(Conformance):
    config = replace(ORDERED, beside=(AdjacentConfig(), PeriodConfig()))
    reads_text = True


class TestCarried(Conformance):
    config = CARRIED
    reads_text = True
    adds_up = True


def scores(world: Dataset, config: ModelConfig = ORDERED) -> Scores:
    return config.build(FakeBench()).fit(world).score(UserBatch.known(world.ratings))


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_an_item_with_a_familiar_title_counts_as_more_popular(
    config: CarriedConfig | ColdConfig,
) -> None:
    """Of two new items with equal text, the more familiar scores higher, also in a restored model."""
    world = checkerboard(40, 60, cold=12)
    count = world.ratings.item_counts
    rare = np.arange(60) % 4 < 2
    kept = ~(rare[world.ratings.item_num] & (world.ratings.user_num % 5 > 0))
    known = np.where(rare, -9.0, -2.0) + np.arange(60) / 100
    new = np.flatnonzero(count == 0)
    known[new] = np.where(np.arange(12) % 4 < 2, -1.0, -10.0)
    catalog = replace(world.catalog, year=np.full(60, 2000, np.int32))
    train = replace(world, catalog=catalog, ratings=world.ratings.take(kept))
    everyone = UserBatch.known(train.ratings)

    def gap(config: ModelConfig) -> float:
        model = config.build(FakeBench(known)).fit(train)
        found = model.score(everyone)
        again = rebuild(config, model.state()).score(everyone)
        np.testing.assert_array_equal(again, found)
        found = found[:, new]
        return float(found[:, known[new] == -1].mean() - found[:, known[new] == -10].mean())

    assert gap(replace(config, familiar_to="fake")) > gap(config) + 0.01


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_no_tag_is_read(config: ModelConfig) -> None:
    """A tag on a held-out pair tells who watched an item, so no tag may change a score."""
    world = checkerboard()
    at = np.array([0, 23], np.int32)
    tagged = replace(world, tags=Tags(at % 2, at, ("space", "love"), np.array([False, True])))
    np.testing.assert_array_equal(scores(tagged, config), scores(world, config))


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_held_out_ratings_are_not_read(config: ModelConfig) -> None:
    world = checkerboard(cold=0)
    split = cold_items(world, 0.2, 3)
    away = split.test.item_counts[world.ratings.item_num] > 0
    value = np.where(away, 6 - world.ratings.value, world.ratings.value).astype(np.float32)
    turned = cold_items(replace(world, ratings=replace(world.ratings, value=value)), 0.2, 3)
    assert not np.array_equal(turned.test.value, split.test.value)
    np.testing.assert_array_equal(scores(turned.train, config), scores(split.train, config))


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_ids_are_not_read(config: ModelConfig) -> None:
    world = checkerboard()
    n = world.n_items
    text = replace(
        world, catalog=replace(world.catalog, items=Vocabulary(np.array([f"tt{i:03}" for i in range(n)])))
    )
    np.testing.assert_array_equal(scores(text, config), scores(world, config))


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_without_years_genres_and_times_the_text_decides(config: ModelConfig) -> None:
    world = checkerboard()
    n, ratings = world.n_items, world.ratings
    bare = replace(
        world,
        catalog=Catalog(world.catalog.items, world.catalog.title, np.zeros(n, np.int32), ((),) * n),
        ratings=Ratings(
            ratings.user_num, ratings.item_num, ratings.value, np.zeros(len(ratings), np.int64), 12, n
        ),
    )
    found = scores(bare, config)[:, -2:]
    even = np.arange(12) % 2 == 0
    assert (found[even, 0] > found[even, 1]).all()
    assert (found[~even, 0] < found[~even, 1]).all()


def test_without_likes_the_order_is_that_of_the_transferred_scores() -> None:
    world = checkerboard()
    ratings = world.ratings
    disliked = Ratings(
        ratings.user_num, ratings.item_num, np.ones(len(ratings), np.float32), ratings.timestamp, 12, 24
    )
    world = replace(world, ratings=disliked)
    transferred, ordered = (
        (found - found.mean(axis=1, keepdims=True)) / found.std(axis=1, keepdims=True)
        for found in (scores(world, CARRIED), scores(world, ORDERED))
    )
    np.testing.assert_allclose(ordered, transferred, atol=1e-3)


@pytest.mark.parametrize("config", [CARRIED, ORDERED])
def test_an_empty_history_cannot_be_scored(config: ModelConfig) -> None:
    world = checkerboard()
    model = config.build(FakeBench()).fit(world)
    found = model.score(UserBatch.unseen([{}, {0: 5.0}], world.n_items))
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()


@pytest.mark.slow
@pytest.mark.real_data
def test_ndcg_of_cold_items_is_in_the_expected_range(ml_latest_small_dir: Path, shared_cache: Path) -> None:
    """Measured: text-taste 0.2585, cold 0.2672."""
    rules = protocol("cold-items")
    split = rules.split(load(str(ml_latest_small_dir)))
    bench, judge = Bench(cache=shared_cache), Judge.of(split, rules)
    for row, low, high in [("text-taste", 0.254, 0.270), ("cold", 0.255, 0.280)]:
        model = bench.fit(STRATEGIES[row].model, split.train)
        assert low < evaluate(model, judge, [parse("NDCG@25")]).metrics["NDCG@25"] < high, row
