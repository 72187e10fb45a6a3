"""TextRidge: equal to scikit-learn's ridge for each user."""

from __future__ import annotations

import numpy as np
import pytest
from conformance import Conformance
from sklearn.linear_model import Ridge

from benches import FakeBench
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.linear.text_ridge import TextRidge, TextRidgeConfig
from cineblend.models.shared.grading import inputs
from cineblend.text.features import TextSpec
from worlds import checkerboard

CONFIG = TextRidgeConfig((TextSpec("fake"),), regularization=1.5)


class TestTextRidge(Conformance):
    config = CONFIG
    adds_up = True
    reads_text = True


def test_equals_scikit_learns_ridge() -> None:
    world = checkerboard()
    vectors = FakeBench().features(TextSpec("fake"), world).items
    rated = world.ratings.item_counts > 0
    users = UserBatch.known(world.ratings)
    targets = inputs(users, "graded", 5.0).toarray()
    scores = TextRidge(CONFIG, FakeBench()).fit(world).score(users)
    for user in range(world.n_users):
        expected = Ridge(alpha=1.5).fit(vectors[rated].astype(float), targets[user, rated]).predict(vectors)
        np.testing.assert_allclose(scores[user], expected, rtol=1e-4, atol=1e-6)


def test_a_text_is_scored_like_the_item_with_this_text() -> None:
    world = checkerboard()
    model = TextRidge(CONFIG, FakeBench()).fit(world)
    texts = [
        f"{title} {' '.join(genres)}"
        for title, genres in zip(world.catalog.title, world.catalog.genres, strict=True)
    ]
    users = UserBatch.known(world.ratings)
    np.testing.assert_allclose(model.score_documents(users, texts), model.score(users), rtol=1e-6)


def test_a_rating_of_an_item_without_training_ratings_changes_no_score() -> None:
    world = checkerboard()
    cold = world.n_items - 1
    model = TextRidge(CONFIG, FakeBench()).fit(world)
    one, more, nothing = model.score(
        UserBatch.unseen([{0: 5.0}, {0: 5.0, cold: 5.0}, {cold: 5.0}], world.n_items)
    )
    np.testing.assert_array_equal(one, more)
    assert np.isnan(nothing).all()


def test_concatenated_features_all_count() -> None:
    """The same feature twice equals the feature at half the regularization."""
    world = checkerboard()
    users = UserBatch.known(world.ratings)
    twice = TextRidgeConfig((TextSpec("fake"), TextSpec("fake")), regularization=1.5)
    half = TextRidgeConfig((TextSpec("fake"),), regularization=0.75)
    np.testing.assert_allclose(
        TextRidge(twice, FakeBench()).fit(world).score(users),
        TextRidge(half, FakeBench()).fit(world).score(users),
        rtol=1e-4,
        atol=1e-6,
    )


def test_unknown_words_cannot_be_scored() -> None:
    world = checkerboard()
    scores = (
        TextRidge(CONFIG, FakeBench())
        .fit(world)
        .score_documents(UserBatch.unseen([{0: 5.0}], world.n_items), ["robot", "xyzzy"])
    )
    np.testing.assert_array_equal(np.isnan(scores), [[False, True]])


def test_regularization_must_be_positive() -> None:
    with pytest.raises(UserError, match="regularization is -1"):
        TextRidgeConfig((TextSpec("fake"),), regularization=-1)
