"""Conformance: laws of every recommender; a new model's test names its config and inherits them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benches import FakeBench
from cineblend.bundle.state import Shelf, read_plain, write_plain
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import ModelConfig, Recommender
from cineblend.models.learned_blend.cold_calibration import by_sets
from cineblend.ranking.rank import recommend
from worlds import checkerboard


class Conformance:
    """Subclass as ``TestMyModel`` and set ``config``.

    ``personal`` is False for a model that gives everyone the same list; ``reads_text`` is True for
    one that scores films by their words. ``adds_up`` is True for one whose score is the sum of what each
    rating contributes.
    """

    config: ModelConfig
    personal = True
    reads_text = False
    adds_up = False

    @pytest.fixture(scope="class")
    @classmethod
    def world(cls) -> Dataset:
        return checkerboard()

    @pytest.fixture(scope="class")
    @classmethod
    def model(cls, world: Dataset) -> Recommender:
        return cls.fresh().fit(world)

    @classmethod
    def fresh(cls) -> Recommender:
        return cls.config.build(FakeBench())

    def test_scores_have_a_row_for_each_user_and_a_column_for_each_item(
        self, model: Recommender, world: Dataset
    ) -> None:
        scores = model.score(UserBatch.known(world.ratings))
        assert scores.shape == (world.n_users, world.n_items)
        assert scores.dtype == np.float32
        assert not np.isinf(scores).any()
        assert not np.isnan(scores[:, world.ratings.item_counts > 0]).any()

    def test_scoring_before_fit_is_an_error(self, world: Dataset) -> None:
        with pytest.raises(NotFittedError, match="fit"):
            self.fresh().score(UserBatch.known(world.ratings))

    def test_a_refit_equals_a_fresh_fit(self, world: Dataset) -> None:
        other = checkerboard(n_users=7, n_items=9, seed=5)
        users = UserBatch.known(world.ratings)
        refitted = self.fresh().fit(other).fit(world).score(users)
        np.testing.assert_array_equal(refitted, self.fresh().fit(world).score(users))

    def test_a_used_model_can_be_restored_from_another_state(
        self, model: Recommender, world: Dataset
    ) -> None:
        users = UserBatch.unseen([{0: 5.0, 3: 1.0}, {2: 4.0}], world.n_items)
        used = self.fresh().fit(checkerboard(n_users=9, n_items=world.n_items, seed=5, cold=3))
        used.score(users)
        used.restore(model.state())
        np.testing.assert_allclose(used.score(users), model.score(users), rtol=1e-6, atol=1e-7)

    def test_scoring_changes_nothing(self, model: Recommender, world: Dataset) -> None:
        users = UserBatch.known(world.ratings)
        first = model.score(users)
        first_copy = first.copy()
        first[:] = 0
        np.testing.assert_array_equal(model.score(users), first_copy)

    def test_a_score_does_not_depend_on_the_batch(self, model: Recommender, world: Dataset) -> None:
        users = UserBatch.known(world.ratings)
        whole = model.score(users)
        for size in (1, 5):
            parts = np.concatenate([model.score(block) for block in users.blocks(size)])
            np.testing.assert_allclose(parts, whole, rtol=1e-6, atol=1e-7)

    def test_chosen_items_get_the_scores_they_get_among_all(self, model: Recommender, world: Dataset) -> None:
        users = UserBatch.unseen([{}, *({i: 5.0, 3: 1.0} for i in range(4, 9))], world.n_items)
        rng = np.random.default_rng(0)
        for c in (0, 2, world.n_items):  # together fewer items than the catalogue, and more
            items = np.stack([rng.permutation(world.n_items)[:c] for _ in range(len(users))])
            expected = np.take_along_axis(model.score(users), items, axis=1)
            found = model.score_items(users, items)
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)

    def test_spread_equals_that_of_the_scores(self, model: Recommender, world: Dataset) -> None:
        users = UserBatch.unseen([{}, *({i: 5.0, 3: 1.0} for i in range(4, 9))], world.n_items)
        for items in (np.arange(0, world.n_items, 2), np.array([1]), np.array([], np.intp)):
            scores = by_sets(model).score_same(users, items)
            np.testing.assert_allclose(scores, model.score(users)[:, items], rtol=1e-6, atol=1e-7)
            mean, deviation = by_sets(model).spread_same(users, items)
            assert mean.shape == deviation.shape == (len(users), 1)
            for person, row in enumerate(scores):
                own = row[~np.isnan(row)].astype(np.float64)
                expected = (own.mean(), own.std()) if len(own) else (0.0, 0.0)
                found = (mean[person, 0], deviation[person, 0])
                # For equal scores only the root of a rounding error is left.
                np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)

    def test_factors_multiply_to_the_scores(self, model: Recommender, world: Dataset) -> None:
        factored = model.factors()
        if factored is None:
            pytest.skip("its scores are not products of vectors")  # an optional protocol
        users = UserBatch.unseen([{}, *({i: 5.0, 3: 1.0} for i in range(4, 9))], world.n_items)
        vectors = factored.users(users)
        assert (vectors.dtype, factored.items.dtype) == (np.float32, np.float32)
        np.testing.assert_allclose(vectors @ factored.items.T, model.score(users), rtol=1e-4, atol=1e-6)

    def test_recommends_the_colour_a_known_user_likes(self, model: Recommender, world: Dataset) -> None:
        if not self.personal:
            pytest.skip("gives all users the same list")  # a reference, such as popularity
        self.assert_likes_own_colour(model, UserBatch.known(world.ratings), world)

    def test_recommends_the_colour_an_unseen_user_likes(self, model: Recommender, world: Dataset) -> None:
        if not self.personal:
            pytest.skip("gives all users the same list")  # a reference, such as popularity
        self.assert_likes_own_colour(model, UserBatch.known(world.ratings).as_unseen(), world)

    def test_an_empty_history_gets_scores_or_nan(self, model: Recommender, world: Dataset) -> None:
        scores = model.score(UserBatch.unseen([{}, {0: 5.0}], world.n_items))
        assert scores.shape == (2, world.n_items)
        assert not np.isinf(scores).any()
        assert np.isfinite(scores[1]).any()

    def test_contributions_add_up_or_are_none(self, model: Recommender, world: Dataset) -> None:
        histories: list[dict[int, float]] = [{}, {0: 5.0, 3: 1.0, 6: 3.5, 8: 4.0}, {5: 2.0}]
        users = UserBatch.unseen(histories, world.n_items)
        scores, explain = model.score_and_explain(users)
        np.testing.assert_array_equal(scores, model.score(users))
        for person, history in enumerate(histories):
            items = np.flatnonzero(np.isfinite(scores[person]))
            added = explain(person, items)
            if added is None:
                assert not self.adds_up
                continue
            assert added.shape == (len(history), len(items))
            assert np.isfinite(added).all()
            alone = users.slice(person, person + 1)
            if len(items):
                mean = by_sets(model).mean_contributions(alone, items)
                assert mean is not None
                np.testing.assert_allclose(mean, added.mean(axis=1), rtol=1e-5, atol=1e-6)
            if self.adds_up:
                np.testing.assert_allclose(added.sum(axis=0), scores[person, items], rtol=1e-5, atol=1e-5)

    def test_an_empty_batch_gives_no_rows(self, model: Recommender, world: Dataset) -> None:
        assert model.score(UserBatch.unseen([], world.n_items)).shape == (0, world.n_items)

    def test_a_text_is_scored_like_the_item_it_describes_or_not_at_all(
        self, model: Recommender, world: Dataset
    ) -> None:
        users = UserBatch.known(world.ratings)
        scores = model.score_documents(
            users, ["space robot laser Sci-Fi", "love wedding paris Romance Drama"]
        )
        assert scores.shape == (world.n_users, 2)
        if not self.reads_text:
            assert np.isnan(scores).all()
            return
        even = users.user_num % 2 == 0
        assert (scores[even, 0] > scores[even, 1]).all()
        assert (scores[~even, 0] < scores[~even, 1]).all()

    def test_items_without_ratings_are_scored_by_text_or_nan(
        self, model: Recommender, world: Dataset
    ) -> None:
        cold = np.flatnonzero(world.ratings.item_counts == 0)
        scores = model.score(UserBatch.known(world.ratings))[:, cold]
        if self.reads_text:
            likes = np.arange(world.n_users)[:, None] % 2 == cold % 2
            assert (scores[likes].mean() - scores[~likes].mean()) > 0
        else:
            assert (np.isnan(scores) | (scores <= 0)).all()

    def assert_likes_own_colour(self, model: Recommender, users: UserBatch, world: Dataset) -> None:
        unrated = (users.csr().toarray() == 0) & (world.ratings.item_counts > 0)
        listed = recommend(model, users, k=1, candidates=world.ratings.item_counts > 0).item_num
        colour = np.arange(world.n_items) % 2 == np.arange(len(users))[:, None] % 2
        choice = (unrated & colour).any(axis=1) & (unrated & ~colour).any(axis=1)
        assert choice.sum() >= 5
        assert colour[np.arange(len(users)), listed[:, 0]][choice].mean() > 0.9

    def test_a_restored_model_gives_equal_scores_to_the_bit(
        self, model: Recommender, world: Dataset, tmp_path: Path
    ) -> None:
        shelf = Shelf(tmp_path)
        said = json.loads(json.dumps(write_plain(model.state(), shelf)))
        kept = read_plain(said, lambda name: memoryview((tmp_path / name).read_bytes()))
        restored = self.fresh().restore(kept)
        known = UserBatch.known(world.ratings)
        unseen = UserBatch.unseen([{}, {0: 5.0, 3: 1.0}, {world.n_items - 1: 4.5}], world.n_items)
        texts = ["space robot laser Sci-Fi", "love wedding paris Romance Drama", "words unheard of"]
        for users in (known, known.as_unseen(), unseen):
            np.testing.assert_array_equal(restored.score(users), model.score(users))
            np.testing.assert_array_equal(
                restored.score_documents(users, texts), model.score_documents(users, texts)
            )

    def test_there_is_no_state_before_fit(self) -> None:
        with pytest.raises(NotFittedError, match="fit"):
            self.fresh().state()
