"""ItemSimilarity: symmetric, NaN where nothing is known, equal after a refit and from files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benches import FakeBench
from cineblend.bundle.state import Shelf, read_plain, write_plain
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset
from cineblend.errors import NotFittedError, UserError
from cineblend.ids import Vocabulary
from cineblend.models.base import Scores
from cineblend.models.similarity.item_similarity import ItemSimilarity, ItemSimilarityConfig
from worlds import checkerboard

CONFIG = ItemSimilarityConfig()
MEASURES = ("by_people", "by_text", "by_both")


def fit(world: Dataset, config: ItemSimilarityConfig = CONFIG) -> ItemSimilarity:
    return config.build(FakeBench()).fit(world)


def table(similarity: ItemSimilarity, measure: str, n: int) -> Scores:
    return np.stack([getattr(similarity, measure)(num) for num in range(n)])


@pytest.fixture(scope="module")
def world() -> Dataset:
    return checkerboard(40, 30, cold=3)


@pytest.fixture(scope="module")
def similarity(world: Dataset) -> ItemSimilarity:
    return fit(world)


@pytest.mark.parametrize("measure", MEASURES)
def test_similarity_is_symmetric_and_nan_with_itself(
    similarity: ItemSimilarity, world: Dataset, measure: str
) -> None:
    likeness = table(similarity, measure, world.n_items)
    assert likeness.dtype == np.float32
    assert np.isnan(likeness.diagonal()).all()
    assert not np.isinf(likeness).any()
    np.testing.assert_allclose(likeness, likeness.T, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_items_of_one_colour_are_similar(similarity: ItemSimilarity, world: Dataset, measure: str) -> None:
    for num in range(0, 20):
        likeness = getattr(similarity, measure)(num)
        same = np.arange(world.n_items) % 2 == num % 2
        assert np.nanmean(likeness[same]) > np.nanmean(likeness[~same])
        assert np.nanargmax(likeness) % 2 == num % 2


def test_an_item_without_ratings_has_only_text(similarity: ItemSimilarity, world: Dataset) -> None:
    cold = world.n_items - 1
    assert np.isnan(similarity.by_people(cold)).all()
    assert np.isnan(similarity.by_people(0)[-3:]).all()
    assert np.isfinite(similarity.by_text(cold)[:-1]).all()
    assert np.nanargmax(similarity.by_both(cold)) % 2 == cold % 2


def test_the_share_of_ratings_in_the_sum_grows_with_their_number() -> None:
    many = fit(checkerboard(60, 20, seed=1))
    few = fit(checkerboard(6, 20, seed=1))
    assert np.nanmax(many.by_people(0)) > np.nanmax(few.by_people(0))
    np.testing.assert_allclose(many.by_text(0), few.by_text(0))


def test_a_refit_equals_a_fresh_fit(world: Dataset) -> None:
    refitted = CONFIG.build(FakeBench()).fit(checkerboard(7, 9, seed=5)).fit(world)
    fresh = fit(world)
    arrays = {name: value for name, value in fresh.state().items() if isinstance(value, np.ndarray)}
    assert len(arrays) > 5
    for name, value in arrays.items():
        np.testing.assert_array_equal(refitted.state()[name], value)


def test_a_restored_similarity_is_equal_to_the_bit(
    similarity: ItemSimilarity, world: Dataset, tmp_path: Path
) -> None:
    said = json.loads(json.dumps(write_plain(similarity.state(), Shelf(tmp_path))))
    kept = read_plain(said, lambda name: memoryview((tmp_path / name).read_bytes()))
    restored = CONFIG.build(FakeBench()).restore(kept)
    for measure in MEASURES:
        np.testing.assert_array_equal(
            table(restored, measure, world.n_items), table(similarity, measure, world.n_items)
        )


def test_without_ratings_only_text_counts(world: Dataset) -> None:
    nothing = world.ratings.take(np.zeros(len(world.ratings), bool))
    similarity = fit(world.with_ratings(nothing, nothing))
    assert np.isnan(table(similarity, "by_people", world.n_items)).all()
    assert np.nanargmax(similarity.by_both(0)) % 2 == 0


def test_without_words_only_ratings_count(world: Dataset) -> None:
    n = world.n_items
    unnamed = Catalog(world.catalog.items, ("",) * n, np.zeros(n, np.int32), ((),) * n)
    similarity = fit(replace(world, catalog=unnamed), replace(CONFIG, text=()))
    assert np.isnan(table(similarity, "by_text", n)).all()
    both, people = similarity.by_both(0), similarity.by_people(0)
    np.testing.assert_array_equal(both, people)


def test_a_single_item_is_similar_to_nothing() -> None:
    world = checkerboard(5, 1, cold=0)
    similarity = fit(world)
    for measure in MEASURES:
        assert np.isnan(getattr(similarity, measure)(0)).all()


def test_sequels_are_more_similar_than_their_words(world: Dataset) -> None:
    titles = ("Jaws (1975)", "Jaws 2 (1978)", *(f"Film {n}x" for n in range(2, world.n_items)))
    catalog = Catalog(Vocabulary(np.arange(world.n_items)), titles, world.catalog.year, world.catalog.genres)
    named = replace(world, catalog=catalog)
    with_series, without = fit(named), fit(named, replace(CONFIG, series_weight=0.0))
    assert with_series.by_text(0)[1] > without.by_text(0)[1] + 0.2
    np.testing.assert_array_equal(with_series.by_text(0)[2:], without.by_text(0)[2:])


def test_users_are_sampled_where_there_are_many(world: Dataset) -> None:
    similarity = fit(world, replace(CONFIG, most_people=10))
    assert np.nanargmax(similarity.by_people(0)) % 2 == 0


def test_scoring_before_fit_and_invalid_hyper_parameters_are_refused() -> None:
    for measure in MEASURES:
        with pytest.raises(NotFittedError, match="fit"):
            getattr(CONFIG.build(FakeBench()), measure)(0)
    with pytest.raises(NotFittedError):
        CONFIG.build(FakeBench()).state()
    with pytest.raises(UserError):
        ItemSimilarityConfig(factors=0)
    with pytest.raises(UserError):
        ItemSimilarityConfig(direct_shrinkage=-1)
