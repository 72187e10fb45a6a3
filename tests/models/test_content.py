"""Content: the study's profile and its weighted mean cosine."""

from __future__ import annotations

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.models.content import Content, ContentConfig, profile_weights
from cineblend.text.features import TextSpec
from worlds import checkerboard

CONFIG = ContentConfig(TextSpec("fake"))


class TestContent(Conformance):
    config = CONFIG
    adds_up = True
    reads_text = True


def test_equals_the_study_written_as_a_loop() -> None:
    world = checkerboard()
    bench = FakeBench()
    model = Content(CONFIG, bench).fit(world)
    scores = model.score(UserBatch.known(world.ratings))
    vectors = bench.features(TextSpec("fake"), world).items
    ratings = world.ratings
    for user in range(world.n_users):
        rows = np.flatnonzero(ratings.user_num == user)
        time = ratings.timestamp[rows]
        scaled = (time - time.min()) / (time.max() - time.min())
        weight = np.exp(scaled) * ratings.value[rows] / 5
        for item in range(world.n_items):
            cosines = vectors[ratings.item_num[rows]] @ vectors[item]
            np.testing.assert_allclose(scores[user, item], (weight * cosines).sum() / weight.sum(), rtol=1e-5)


def test_with_equal_times_weights_are_e_times_the_rating() -> None:
    users = UserBatch.unseen([{3: 5.0, 1: 2.5}, {}, {0: 1.0}], 4)
    np.testing.assert_allclose(profile_weights(users, 5.0), np.e * np.array([1.0, 0.5, 0.2]))


def test_an_empty_history_cannot_be_scored() -> None:
    world = checkerboard()
    model = Content(CONFIG, FakeBench()).fit(world)
    assert np.isnan(model.score(UserBatch.unseen([{}], world.n_items))).all()
