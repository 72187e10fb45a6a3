"""Extended: items added to a fitted model score as if the model had been fitted with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Links
from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.data.simulate import simulate
from cineblend.data.users import UserBatch
from cineblend.data.world import WorldConfig
from cineblend.models.base import ModelConfig
from cineblend.models.learned_blend.config import BoostConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.new_items.extended import Extended, ExtendedConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.popularity import PopularityConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

TEXT = (TextSpec("tfidf", "facts"), TextSpec("tfidf", "texts"), TextSpec("tfidf", "people"))
COLD = CarriedConfig(EaseConfig(), TEXT, rank=32)
BLEND = RankerConfig(
    (Part("ease", EaseConfig(), 1.0),),
    cold=COLD,
    n_folds=2,
    n_lessons=2,
    boosts=(BoostConfig(rounds=5, bags=1),),
)
N_NEW = 25


class TestExtended(Conformance):
    config = ExtendedConfig(EaseConfig(regularization=1.0))


@pytest.fixture(scope="module")
def whole() -> Dataset:
    """The sample with content, whose last items nobody has rated."""
    world = simulate(WorldConfig(n_users=150, n_items=200, n_ratings=6000, seed=1))
    rng = np.random.default_rng(0)
    n = world.n_items
    first = world.ratings.item_num < n - N_NEW
    words = [f"plot{num % 7} scene{num % 11} {' '.join(world.catalog.genres[num])}" for num in range(n)]
    content = Content(
        pl.DataFrame({"text.plot": words, "people.director": [[f"Director {num % 9}"] for num in range(n)]})
    )
    links = Links(np.zeros(n, np.int64), rng.permutation(n) + 1)
    catalog = replace(world.catalog, content=content, links=links)
    return replace(world, catalog=catalog, ratings=world.ratings.take(first))


@pytest.fixture(scope="module")
def without(whole: Dataset) -> Dataset:
    n = whole.n_items - N_NEW
    ratings = replace(whole.ratings, n_items=n)
    keep = whole.tags.item_num < n
    tags = replace(
        whole.tags,
        user_num=whole.tags.user_num[keep],
        item_num=whole.tags.item_num[keep],
        text=tuple(text for text, kept in zip(whole.tags.text, keep.tolist(), strict=True) if kept),
        held_out=whole.tags.held_out[keep],
    )
    return replace(whole, catalog=whole.catalog.take(np.arange(n)), ratings=ratings, tags=tags)


def extended(config: ModelConfig, without: Dataset, whole: Dataset, cache: Path) -> Extended:
    model = config.build(Bench(cache)).fit(without)
    new = Dataset.unrated(whole.catalog.take(np.arange(without.n_items, whole.n_items)), whole.scale)
    nearest = np.zeros(N_NEW, np.int32)
    return Extended.around(ExtendedConfig(config), model, without.n_items, new, nearest)


@pytest.mark.parametrize("config", [COLD, BLEND], ids=["transferred", "learned blend"])
def test_added_items_score_as_if_the_model_had_been_fitted_with_them(
    config: ModelConfig, without: Dataset, whole: Dataset, tmp_path: Path
):
    users = UserBatch.known(whole.ratings, np.arange(20, dtype=np.int32)).as_unseen()
    found = extended(config, without, whole, tmp_path).score(users)
    expected = config.build(Bench(tmp_path)).fit(whole).score(users)
    np.testing.assert_allclose(found[:, -N_NEW:], expected[:, -N_NEW:], rtol=1e-4, atol=1e-4)
    assert np.ptp(found[:, -N_NEW:], axis=1).min() > 0.01


def test_reasons_add_up_for_added_items(without: Dataset, whole: Dataset, tmp_path: Path):
    model = extended(COLD, without, whole, tmp_path)
    users = UserBatch.known(whole.ratings, np.array([3], np.int32)).as_unseen()
    scores, explain = model.score_and_explain(users)
    items = np.array([0, whole.n_items - 1, 5, whole.n_items - N_NEW])
    added = explain(0, items)
    assert added is not None
    np.testing.assert_allclose(added.sum(axis=0), scores[0, items], rtol=1e-3, atol=1e-4)


def test_a_rating_of_an_added_item_counts_as_one_of_its_neighbour(
    without: Dataset, whole: Dataset, tmp_path: Path
):
    model = extended(EaseConfig(), without, whole, tmp_path)
    new, n = without.n_items + 3, whole.n_items
    neighbour, both, third = (
        model.score(UserBatch.unseen([history], n))
        for history in ({0: 5.0, 7: 2.0}, {new: 5.0, 7: 2.0}, {new: 1.0, 0: 5.0, 7: 2.0})
    )
    np.testing.assert_array_equal(neighbour, both)
    np.testing.assert_array_equal(neighbour, third)
    assert np.isnan(both[:, without.n_items :]).all()
    history = UserBatch.unseen([{7: 2.0, new: 5.0}], n)
    added = model.contributions(history, np.array([1, 2, new]))
    assert added is not None
    assert added.shape == (2, 3)
    np.testing.assert_allclose(added.sum(axis=0)[:2], model.score(history)[0, 1:3], rtol=1e-3)


def test_an_item_without_neighbour_says_nothing():
    world = checkerboard()
    model = PopularityConfig().build(FakeBench()).fit(world)
    new = Dataset.unrated(world.catalog.take(np.arange(1)), world.scale)
    extended = Extended.around(
        ExtendedConfig(PopularityConfig()), model, world.n_items, new, np.array([-1], np.int32)
    )
    alone = UserBatch.unseen([{world.n_items: 5.0}], world.n_items + 1)
    np.testing.assert_array_equal(
        extended.score(alone)[:, :-1], model.score(UserBatch.unseen([{}], world.n_items))
    )
    assert not extended.scores_added
