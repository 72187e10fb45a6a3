"""Carried: vectors whose products are the ridge's scores; the laws it shares with Cold are in test_model."""

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
from cineblend.models.new_items.item_facts import FilmSpace, of_catalog
from cineblend.models.new_items.ridge import TasteMap
from cineblend.models.new_items.transferred import Carried, CarriedConfig
from cineblend.models.popularity import PopularityConfig
from cineblend.models.shared.grading import Grading
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures, TextSpec
from worlds import checkerboard

EASE = EaseConfig(regularization=1.0)
CONFIG = CarriedConfig(EASE, (TextSpec("fake"),), ridge=0.5)


def by_the_ridge(world: Dataset, ease: EaseConfig = EASE) -> np.ndarray:
    """What the ridge makes of EASE's scores, film by film, without vectors in between."""
    bench = FakeBench()
    films = of_catalog(
        world.catalog, (bench.features(TextSpec("fake"), world).items,), bench.familiarity("", world)
    )
    features = FilmSpace.over(films).whole(films)
    rated = np.flatnonzero(world.ratings.item_counts)
    known = Ease(ease, FakeBench()).fit(world).score(UserBatch.known(world.ratings))[:, rated]
    return TasteMap.fit(features, rated, 0.5).targets(known.astype(np.float64), features)


def test_the_products_are_the_ridges_scores() -> None:
    world = checkerboard(cold=3)
    model = Carried(CONFIG, FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    np.testing.assert_allclose(found, by_the_ridge(world), rtol=1e-4, atol=1e-5)


def test_of_fewer_directions_those_that_matter_most_are_kept() -> None:
    """People of a checkerboard differ in one way: which colour they like."""
    world = checkerboard(40, 60, cold=5)
    expected = by_the_ridge(world)
    one, two, four = (
        np.abs(Carried(replace(CONFIG, rank=rank), FakeBench()).fit(world).score(people) - expected).mean()
        for people in (UserBatch.known(world.ratings),)
        for rank in (1, 2, 4)
    )
    spread = expected.std()
    assert one < 0.4 * spread
    assert four < two < one


def test_an_unseen_person_is_their_history() -> None:
    world = checkerboard()
    model = Carried(CONFIG, FakeBench()).fit(world)
    known = UserBatch.known(world.ratings)
    np.testing.assert_array_equal(model.score(known), model.score(known.as_unseen()))


def test_films_without_ratings_tell_nothing_of_a_person() -> None:
    world = checkerboard(cold=2)
    model = Carried(CONFIG, FakeBench()).fit(world)
    n = world.n_items
    alone, beside, without = model.score(UserBatch.unseen([{n - 1: 5.0}, {0: 5.0, n - 1: 5.0}, {0: 5.0}], n))
    assert np.isnan(alone).all()
    np.testing.assert_array_equal(beside, without)


def test_people_are_drawn_where_there_are_many() -> None:
    world = checkerboard(40, 60)
    model = Carried(replace(CONFIG, max_users=12), FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    assert np.corrcoef(found.ravel(), by_the_ridge(world).ravel())[0, 1] > 0.9


def test_who_liked_nothing_has_no_part_in_a_model_of_likes() -> None:
    world = checkerboard(cold=3)
    value = np.where(world.ratings.user_num < 2, 1.0, world.ratings.value).astype(np.float32)
    world = replace(world, ratings=replace(world.ratings, value=value))
    model = Carried(replace(CONFIG, targets=EaseConfig(1.0, "liked")), FakeBench()).fit(world)
    found = model.score(UserBatch.known(world.ratings))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2:]).all()


def test_a_model_without_grades_is_refused() -> None:
    with pytest.raises(UserError, match="PopularityConfig grades no ratings"):
        replace(CONFIG, targets=PopularityConfig())


def test_without_any_rating_there_is_no_taste() -> None:
    world = checkerboard()
    nobody = world.with_ratings(world.ratings.take(np.array([], int)), held_out=world.ratings)
    with pytest.raises(UserError, match="no film has a rating"):
        Carried(CONFIG, FakeBench()).fit(nobody)


@dataclass(frozen=True)
class MeanConfig(EaseConfig):
    """Of EASE divided by the length of the history."""

    def build(self, workbench: Workbench) -> Ease:
        return Mean(self, workbench)


class Mean(Ease):
    def score(self, users: UserBatch) -> Scores:
        return super().score(users) / np.diff(users.indptr)[:, None].astype(np.float32)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions:
        return super().contributions(users, item_num) / len(users.item_num)


@pytest.mark.parametrize("grading", ["binary", "liked", "centred"])
def test_a_rating_is_worth_what_it_is_to_the_model_carried_over(grading: Grading) -> None:
    world = checkerboard(cold=3)
    ease = EaseConfig(1.0, grading)
    found = Carried(replace(CONFIG, targets=ease), FakeBench()).fit(world)
    expected = by_the_ridge(world, ease)
    np.testing.assert_allclose(found.score(UserBatch.known(world.ratings)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("targets", [UserKNNConfig(), ALSConfig(8), MeanConfig()])
def test_a_model_that_is_no_sum_over_a_history_is_refused(targets: ModelConfig) -> None:
    """The first has no lines, the others' lines hang on the rest of the history."""
    with pytest.raises(UserError, match="is no sum over a history"):
        Carried(replace(CONFIG, targets=targets), FakeBench()).fit(checkerboard())


class Counting:
    """Bag of words that counts how often it is asked; equal to another of the same words."""

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
    model = Carried(config, TwoViews()).fit(world)
    scores = model.score_documents(UserBatch.known(world.ratings), [world.catalog.title[0], "nothing"])
    assert scores.shape == (world.n_users, 2)
    assert asked == [2]
