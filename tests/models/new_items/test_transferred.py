"""Transferred: vectors whose products are the ridge's scores (its conformance is in test_model.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from benches import BagOfWords, FakeBench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.base import Contributions, ModelConfig, Nums, Scores, Workbench
from cineblend.models.factors.als import ALSConfig
from cineblend.models.linear.ease import Ease, EaseConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.new_items.item_facts import ItemSpace, genre_names, of_catalog
from cineblend.models.new_items.ridge import TransferMap
from cineblend.models.new_items.transferred import CarriedConfig, Transferred
from cineblend.models.popularity import PopularityConfig
from cineblend.models.shared.grading import Grading
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec
from worlds import checkerboard

EASE = EaseConfig(regularization=1.0)
CONFIG = CarriedConfig(EASE, (TextSpec("fake"),), ridge=0.5)


def by_the_ridge(world: Dataset, ease: EaseConfig = EASE) -> np.ndarray:
    """EASE's scores transferred by the ridge for each item, without vectors in between."""
    bench = FakeBench()
    rated = np.flatnonzero(world.ratings.item_counts)
    standing = np.full((world.n_items, 4), np.nan)
    text = (bench.features(TextSpec("fake"), world).items,)
    films = of_catalog(world.catalog, text, standing, genre_names(world.catalog))
    features = ItemSpace.over(films.take(rated)).whole(films)
    known = Ease(ease, FakeBench()).fit(world).score(UserBatch.known(world.ratings))[:, rated]
    return TransferMap.fit(features, rated, 0.5).targets(known.astype(np.float64), features)


def test_the_products_are_the_ridges_scores() -> None:
    world = checkerboard(cold=3)
    model = Transferred(CONFIG, FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    np.testing.assert_allclose(found, by_the_ridge(world), rtol=1e-4, atol=1e-5)


def test_a_lower_rank_keeps_the_most_important_directions() -> None:
    """Users of a checkerboard differ in one way: the colour they like."""
    world = checkerboard(40, 60, cold=5)
    expected = by_the_ridge(world)
    by_1, by_2, by_4 = (
        np.abs(
            Transferred(replace(CONFIG, rank=rank), FakeBench()).fit(world).score(people) - expected
        ).mean()
        for people in (UserBatch.known(world.ratings),)
        for rank in (1, 2, 4)
    )
    spread = expected.std()
    assert by_1 < 0.4 * spread
    assert by_4 < by_2 < by_1


def test_a_known_user_is_scored_like_an_unseen_user_with_the_same_history() -> None:
    world = checkerboard()
    model = Transferred(CONFIG, FakeBench()).fit(world)
    known = UserBatch.known(world.ratings)
    np.testing.assert_array_equal(model.score(known), model.score(known.as_unseen()))


def test_ratings_of_cold_items_do_not_change_a_score() -> None:
    world = checkerboard(cold=2)
    model = Transferred(CONFIG, FakeBench()).fit(world)
    n = world.n_items
    alone, beside, without = model.score(UserBatch.unseen([{n - 1: 5.0}, {0: 5.0, n - 1: 5.0}, {0: 5.0}], n))
    assert np.isnan(alone).all()
    np.testing.assert_array_equal(beside, without)


def test_users_are_sampled_where_there_are_many() -> None:
    world = checkerboard(40, 60)
    model = Transferred(replace(CONFIG, max_users=12), FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    assert np.corrcoef(found.ravel(), by_the_ridge(world).ravel())[0, 1] > 0.9


def test_users_without_likes_have_no_score_from_a_model_of_likes() -> None:
    world = checkerboard(cold=3)
    value = np.where(world.ratings.user_num < 2, 1.0, world.ratings.value).astype(np.float32)
    world = replace(world, ratings=replace(world.ratings, value=value))
    model = Transferred(replace(CONFIG, targets=EaseConfig(1.0, "liked")), FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2:]).all()


def test_a_model_without_grades_is_refused() -> None:
    with pytest.raises(UserError, match="PopularityConfig has no grading"):
        replace(CONFIG, targets=PopularityConfig())


def test_without_any_rating_the_fit_is_refused() -> None:
    world = checkerboard()
    nobody = world.with_ratings(world.ratings.take(np.array([], int)), held_out=world.ratings)
    with pytest.raises(UserError, match="no item has a rating"):
        Transferred(CONFIG, FakeBench()).fit(nobody)


@dataclass(frozen=True)
class MeanConfig(EaseConfig):
    """Config of EASE with scores divided by the length of the history."""

    def build(self, workbench: Workbench) -> Ease:
        return Mean(self, workbench)


class Mean(Ease):
    def score(self, users: UserBatch) -> Scores:
        return super().score(users) / np.diff(users.indptr)[:, None].astype(np.float32)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        return super().contributions(users, item_num) / len(users.item_num)


@pytest.mark.parametrize("grading", ["binary", "liked", "centred"])
def test_ratings_are_graded_as_in_the_transferred_model(grading: Grading) -> None:
    world = checkerboard(cold=3)
    ease = EaseConfig(1.0, grading)
    found = Transferred(replace(CONFIG, targets=ease), FakeBench()).fit(world)
    expected = by_the_ridge(world, ease)
    np.testing.assert_allclose(found.score(UserBatch.known(world.ratings)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("targets", [UserKNNConfig(), ALSConfig(8), MeanConfig()])
def test_a_model_that_is_not_a_sum_over_the_history_is_refused(targets: ModelConfig) -> None:
    """The first has no contributions; the others' contributions depend on the rest of the history."""
    with pytest.raises(UserError, match="is not a sum over the history"):
        Transferred(replace(CONFIG, targets=targets), FakeBench()).fit(checkerboard())


class Counting:
    """Bag of words that counts its calls; equal to another bag of the same words."""

    def __init__(self, words: tuple[str, ...], asked: list[int]) -> None:
        self.bag, self.asked = BagOfWords(words), asked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counting) and self.bag == other.bag

    def __hash__(self) -> int:
        return hash(self.bag)

    def __call__(self, documents: Sequence[str]) -> Embeddings:
        self.asked.append(len(documents))
        return self.bag(documents)


def test_views_of_one_encoder_read_a_new_text_once() -> None:
    world, asked = checkerboard(), list[int]()

    class TwoViews(FakeBench):
        def features(self, spec: TextSpec, train: Dataset) -> TextFeatures:
            plain = super().features(spec, train)
            assert isinstance(plain.encode, BagOfWords)
            return TextFeatures(plain.items, Counting(plain.encode.words, asked))

    config = replace(CONFIG, text=(TextSpec("fake"), TextSpec("fake", document="other")))
    model = Transferred(config, TwoViews()).fit(world)
    scores = model.score_documents(UserBatch.known(world.ratings), [world.catalog.title[0], "nothing"])
    assert scores.shape == (world.n_users, 2)
    assert asked == [2]
