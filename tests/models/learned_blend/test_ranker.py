"""Ranker: the laws of a recommender, determinism, dates, and items without ratings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.catalog import Links
from cineblend.data.dataset import Dataset
from cineblend.data.split import per_user
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.learned_blend.config import BoostConfig, NextConfig, Part
from cineblend.models.learned_blend.features import PERSON_FEATURES
from cineblend.models.learned_blend.folds import inner_folds
from cineblend.models.learned_blend.logistic import logistic
from cineblend.models.learned_blend.ranker import Ranker, RankerConfig
from cineblend.models.learned_blend.train import Linear, Order
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.ranking.rank import recommend
from cineblend.text.features import TextSpec
from worlds import checkerboard

PARTS = (
    Part("ease", EaseConfig(5.0, "liked"), 1.0),
    Part("adjacent", AdjacentConfig(grading="liked")),
    Part("period", PeriodConfig()),
)
SMALL = RankerConfig(
    PARTS,
    n_candidates=8,
    n_folds=3,
    regularization=0.1,
    boosts=(
        BoostConfig(rounds=5, min_in_leaf=20, bags=2),
        BoostConfig("binary", 0.5, rounds=5, min_in_leaf=20),
    ),
)


class TestRanker(Conformance):
    config = SMALL


NEXT = replace(
    SMALL,
    disliked_share=0.4,
    signed="ease",
    preference=1.0,
    next=NextConfig(lengths=(1, 3), fewest=10),
)


class TestRankerWithTimes(Conformance):
    config = replace(NEXT, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    reads_text = True


class TestRankerWithColdItems(Conformance):
    config = replace(SMALL, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    reads_text = True


def scores_of(world: Dataset, config: RankerConfig = SMALL) -> np.ndarray:
    return config.build(FakeBench()).fit(world).score(UserBatch.known(world.ratings))


def test_two_fits_give_equal_scores() -> None:
    world = checkerboard(40, 60)
    np.testing.assert_array_equal(scores_of(world), scores_of(world))


def test_a_known_user_is_scored_like_an_unseen_user_with_the_same_history() -> None:
    world = checkerboard(40, 60)
    model = SMALL.build(FakeBench()).fit(world)
    users = UserBatch.known(world.ratings)
    np.testing.assert_array_equal(model.score(users), model.score(users.as_unseen()))


def test_every_rated_item_has_a_score_and_items_beyond_the_candidates_are_below_them() -> None:
    world = checkerboard(40, 60)
    model = SMALL.build(FakeBench()).fit(world)
    users = UserBatch.known(world.ratings)
    scores = model.score(users)
    warm = world.ratings.item_counts > 0
    assert np.isfinite(scores[:, warm]).all()
    assert model._panel is not None
    candidates = model._panel.propose(users)
    unrated = users.csr().toarray() == 0
    for row in range(len(users)):
        inside = candidates.item_num[row][candidates.eligible[row]]
        beyond = np.setdiff1d(np.flatnonzero(warm & unrated[row]), inside)
        assert not beyond.size or scores[row, inside].min() > scores[row, beyond].max()


def test_held_out_ratings_change_no_score() -> None:
    world = checkerboard(40, 60)
    split = per_user(world, 0.2, 42, 5)
    poisoned = replace(
        world.ratings, value=world.ratings.value.copy(), timestamp=world.ratings.timestamp.copy()
    )
    held_out = np.isin(
        world.ratings.user_num.astype(np.int64) * world.n_items + world.ratings.item_num,
        split.test.user_num.astype(np.int64) * world.n_items + split.test.item_num,
    )
    value = np.where(held_out, 5.5 - world.ratings.value, world.ratings.value).astype(np.float32)
    other = per_user(replace(world, ratings=replace(poisoned, value=value)), 0.2, 42, 5)
    np.testing.assert_array_equal(scores_of(split.train), scores_of(other.train))


@pytest.mark.parametrize("nothing_known", [True, False])
def test_data_without_times_years_and_genres_can_be_ranked(nothing_known: bool) -> None:
    world = checkerboard(40, 60)
    if nothing_known:
        catalog = replace(world.catalog, year=np.zeros(60, np.int32), genres=((),) * 60)
        ratings = replace(world.ratings, timestamp=np.zeros(len(world.ratings), np.int64))
        world = replace(world, catalog=catalog, ratings=ratings)
    users = UserBatch.known(world.ratings)
    eligible = (users.csr().toarray() == 0) & (world.ratings.item_counts > 0)
    scores = np.where(eligible, scores_of(world), -np.inf)
    best = scores.argmax(axis=1)
    assert (best % 2 == users.user_num % 2).mean() > 0.9


def test_an_item_without_ratings_is_neither_last_nor_above_all_others() -> None:
    world = checkerboard(40, 60, cold=10)
    scores = scores_of(world, replace(SMALL, cold=TextRidgeConfig((TextSpec("fake"),), 0.1)))
    own = np.arange(60)[None] % 2 == np.arange(40)[:, None] % 2
    cold = np.broadcast_to(np.arange(60) >= 50, own.shape)
    rated = UserBatch.known(world.ratings).csr().toarray() > 0
    assert np.median(scores[own & cold]) > np.median(scores[~own & ~cold & ~rated])
    assert np.median(scores[own & cold]) < np.max(scores[own & ~cold & ~rated])


def test_features_of_the_user_alone_change_no_score() -> None:
    centre, rows = np.zeros(3), np.array([[1.0, 2.0, 30.0]], np.float32)
    whole = Order(Linear(centre, np.array([1.0, 10.0, 100.0]), np.zeros(3), 0.5, 2), ())
    np.testing.assert_allclose(whole.score(rows), 0.5 + 1 + 20 + 3000)
    np.testing.assert_allclose(replace(whole, n_personal=2).score(rows), 0.5 + 1)
    assert SMALL.build(FakeBench()).fit(checkerboard(40, 60))._orders["around"].n_personal == len(
        PERSON_FEATURES
    )


def test_a_person_without_a_history_gets_the_films_others_rate() -> None:
    world = checkerboard(40, 60)
    scores = SMALL.build(FakeBench()).fit(world).score(UserBatch.unseen([{}], 60))
    assert np.isfinite(scores[0, world.ratings.item_counts > 0]).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"parts": (PARTS[0], PARTS[0])}, "share a name"),
        ({"parts": PARTS[1:]}, "no part proposes"),
        ({"n_folds": 1}, "n_folds is 1"),
    ],
)
def test_an_invalid_config_is_refused(wrong: dict, message: str) -> None:
    with pytest.raises(UserError, match=message):
        replace(SMALL, **wrong)


def test_contributions_are_the_weighted_contributions_of_the_parts() -> None:
    world = checkerboard(40, 60)
    model = replace(SMALL, boosts=()).build(FakeBench()).fit(world)
    users = UserBatch.unseen([{}, {0: 5.0, 3: 1.0, 6: 4.0}], world.n_items)
    scores, explain = model.score_and_explain(users)
    assert model._panel is not None
    candidates, weights = model._panel.propose(users), model._orders["around"].linear.weights
    items = candidates.item_num[1][candidates.eligible[1]]
    of_parts = np.zeros(len(items))
    for at in (0, 1):  # the third part, by dates, is not a sum over ratings
        part = model._panel.parts[at].score_items(users, candidates.item_num)[1][candidates.eligible[1]]
        if np.ptp(part) > 0:
            of_parts += weights[at] * part / part.std(dtype=np.float64)
    np.testing.assert_allclose(explain(1, items).sum(axis=0), of_parts, rtol=1e-4, atol=1e-5)
    assert np.ptp(of_parts) > 0.1
    assert explain(0, items).shape == (0, len(items))
    beyond = np.setdiff1d(np.flatnonzero(np.isfinite(scores[1])), candidates.item_num[1])
    ease = model._panel.parts[0].score(users)[1]
    unrated = np.isfinite(ease) & (world.ratings.item_counts > 0)
    unrated[users.item_num[users.row == 1]] = False
    spread = ease[unrated].std(dtype=np.float64)
    np.testing.assert_allclose(explain(1, beyond).sum(axis=0), ease[beyond] / spread, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "cold",
    [TextRidgeConfig((TextSpec("fake"),), 0.1), CarriedConfig(EaseConfig(1.0), (TextSpec("fake"),))],
)
def test_contributions_and_level_add_up_to_the_score_of_an_item_without_ratings(
    cold: TextRidgeConfig | CarriedConfig,
) -> None:
    world = checkerboard(40, 60)
    model = replace(SMALL, cold=cold).build(FakeBench()).fit(world)
    users = UserBatch.unseen([{0: 5.0, 2: 5.0, 3: 1.0}], world.n_items)
    unrated = np.flatnonzero(world.ratings.item_counts == 0)
    scores, explain = model.score_and_explain(users)
    assert model._gate is not None
    added = explain(0, unrated).sum(axis=0)
    assert np.ptp(added) > 0.1
    np.testing.assert_allclose(model._gate.level + added, scores[0, unrated], rtol=1e-4, atol=1e-4)


class TestRankerWithAPool(Conformance):
    config = replace(SMALL, n_pool=18, n_candidates=12, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    reads_text = True


@pytest.mark.parametrize("config", [SMALL, replace(SMALL, n_pool=30, n_candidates=20)])
@pytest.mark.parametrize("cold", [None, TextRidgeConfig((TextSpec("fake"),), 0.1)])
def test_a_shortlist_gives_the_list_that_all_scores_give(
    config: RankerConfig, cold: TextRidgeConfig | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = checkerboard(40, 60, cold=10)
    model = replace(config, cold=cold).build(FakeBench()).fit(world)
    known = UserBatch.known(world.ratings)
    new = np.flatnonzero(world.ratings.item_counts == 0).tolist()
    rated_new = UserBatch.unseen([dict.fromkeys([1, 2, *new[:first]], 5.0) for first in (1, 4, 9)], 60)
    users = UserBatch.joined([known, rated_new])
    allowed = np.ones(60, bool)
    allowed[::7] = False
    asked = [(k, mask) for k in (3, 12) for mask in (None, allowed)]
    found = [recommend(model, users, k=k, candidates=mask) for k, mask in asked]
    seen = users.csr(np.ones(len(users.item_num))).toarray() > 0
    for ranked in found:
        assert not np.take_along_axis(seen, np.maximum(ranked.item_num, 0), axis=1)[
            ranked.item_num >= 0
        ].any()
    monkeypatch.setattr(type(model), "shortlist", lambda _self, _users: None)
    for (k, mask), ranked in zip(asked, found, strict=True):
        expected = recommend(model, users, k=k, candidates=mask)
        np.testing.assert_array_equal(ranked.item_num, expected.item_num)
        np.testing.assert_array_equal(ranked.score, expected.score)


def test_a_shortlist_that_is_too_short_is_not_used() -> None:
    world = checkerboard(40, 60)
    model = replace(SMALL, n_candidates=4).build(FakeBench()).fit(world)
    found = recommend(model, UserBatch.known(world.ratings), k=9)
    assert (found.item_num >= 0).all()


def test_items_beyond_the_pool_come_last_in_order_of_popularity() -> None:
    world = checkerboard(40, 60, cold=0)
    counts = world.ratings.item_counts
    pool = np.argsort(-counts, kind="stable")[:30]
    outside = np.setdiff1d(np.arange(60), pool)
    scores = scores_of(world, replace(SMALL, n_pool=30))
    assert (scores[:, outside].max(axis=1) < scores[:, pool].min(axis=1)).all()
    by_count = outside[np.argsort(-counts[outside], kind="stable")]
    assert (np.diff(scores[:, by_count], axis=1) <= 0).all()


def test_with_one_inner_fold_it_is_the_first_of_all() -> None:
    world = checkerboard(40, 60)
    all_, first = list(inner_folds(world, 3, 1)), list(inner_folds(world, 3, 1, 1))
    assert len(first) == 1
    np.testing.assert_array_equal(first[0].test.item_num, all_[0].test.item_num)
    assert not np.array_equal(scores_of(world), scores_of(world, replace(SMALL, n_lessons=1)))
    with pytest.raises(UserError, match="n_lessons"):
        replace(SMALL, n_lessons=4)


def test_the_calibration_recovers_the_true_coefficients() -> None:
    rng = np.random.default_rng(0)
    z, films = rng.normal(size=(400, 60)), rng.normal(size=(60, 2))
    odds = -1.0 + 0.7 * z + films @ [1.5, -0.5]
    liked = rng.random(odds.shape) < 1 / (1 + np.exp(-odds))
    level, slope, worth = logistic(z, films, liked, np.ones(400))
    np.testing.assert_allclose([level, slope, *worth], [-1.0, 0.7, 1.5, -0.5], atol=0.08)


def test_leaving_out_negatives_raises_items_without_ratings_as_much_as_rated_ones() -> None:
    world = checkerboard(40, 60, cold=10)
    config = replace(SMALL, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    levels: list[float] = []
    for negatives in (1.0, 0.5, 0.25):
        calibration = replace(config, negatives=negatives).build(FakeBench()).fit(world)._gate
        assert calibration is not None
        levels.append(calibration.level)
    np.testing.assert_allclose(np.diff(levels), np.log([2, 2]), rtol=1e-6)
    for negatives in (0.0, 1.5, np.nan):
        with pytest.raises(UserError, match="negatives is"):
            replace(config, negatives=negatives)


def test_the_calibration_converges_on_scores_as_skewed_as_popularity() -> None:
    """Plain Newton steps diverge to millions here."""
    rng = np.random.default_rng(2)
    popularity = rng.lognormal(size=(1, 200))
    z = popularity * rng.lognormal(0, 0.5, (400, 200))
    z = (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)
    busy = rng.normal(size=(400, 1))
    odds = -6 + 0.5 * z + np.log(popularity) + busy
    liked = rng.random(odds.shape) < 1 / (1 + np.exp(-odds))
    level, slope, worth = logistic(z, np.log(popularity).T, liked, np.exp(-busy[:, 0] / 2))
    np.testing.assert_allclose([level, slope, *worth], [-6, 0.5, 1], atol=0.25)


def test_users_of_weight_0_do_not_change_the_calibration() -> None:
    rng = np.random.default_rng(0)
    z, films, liked = rng.normal(size=(40, 60)), rng.normal(size=(60, 2)), rng.random((40, 60)) < 0.3
    share = np.repeat([3.0, 0.0], 20)
    liked[20:] = ~liked[20:]
    some, alone = (
        np.hstack(logistic(z[:n], films, liked[:n], share[:n] / share[:n].sum())) for n in (40, 20)
    )
    # The ridge and the start do not grow with the weights, so the fits differ a little.
    np.testing.assert_allclose(some, alone, atol=0.01)


def test_a_new_item_with_a_title_familiar_to_a_language_model_counts_as_more_popular() -> None:
    world = checkerboard(40, 60, cold=10)
    count = world.ratings.item_counts
    rare = np.arange(world.n_items) % 4 < 2
    kept = ~(rare[world.ratings.item_num] & (world.ratings.user_num % 5 > 0))
    known = np.where(rare, -9.0, -2.0)
    known[count == 0] = [-1, -10] * 5
    catalog = replace(world.catalog, year=np.full(60, 2000, np.int32))
    train = replace(world, catalog=catalog, ratings=world.ratings.take(kept))
    config = replace(SMALL, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    familiar, strange = np.flatnonzero(count == 0)[::2], np.flatnonzero(count == 0)[1::2]
    asked = replace(config, familiar_to="fake").build(FakeBench(known)).fit(train)
    unasked = config.build(FakeBench(known)).fit(train)
    assert asked._gate is not None
    assert unasked._gate is not None
    assert asked._gate.renown[familiar].min() > asked._gate.renown[strange].max()
    np.testing.assert_array_equal(unasked._gate.renown, 0)


def test_a_new_item_with_a_low_tmdb_number_counts_as_more_popular() -> None:
    world = checkerboard(40, 60, cold=10)
    count = world.ratings.item_counts
    rare = np.arange(world.n_items) % 4 < 2
    kept = ~(rare[world.ratings.item_num] & (world.ratings.user_num % 5 > 0))
    number = np.where(rare, 1000, 10) + np.arange(world.n_items)
    number[count == 0] = [5, 2000] * 5
    year = np.full(60, 2000, np.int32)
    links = Links(np.zeros(60, np.int64), number.astype(np.int64))
    catalog = replace(world.catalog, year=year, links=links)
    train = replace(world, catalog=catalog, ratings=world.ratings.take(kept))
    config = replace(SMALL, cold=TextRidgeConfig((TextSpec("fake"),), 0.1))
    early, late = np.flatnonzero(count == 0)[::2], np.flatnonzero(count == 0)[1::2]
    with_numbers = config.build(FakeBench()).fit(train)
    assert with_numbers._gate is not None
    popularity = with_numbers._gate.renown
    assert popularity[early].min() > popularity[late].max()
    unnumbered = replace(train, catalog=world.catalog)
    without = config.build(FakeBench()).fit(unnumbered)
    assert without._gate is not None
    np.testing.assert_array_equal(without._gate.renown, 0)


def fitted(world: Dataset, config: RankerConfig = NEXT) -> Ranker:
    model = config.build(FakeBench()).fit(world)
    assert isinstance(model, Ranker)
    return model


def test_each_list_gets_the_order_learned_for_its_kind() -> None:
    world = checkerboard(60, 60)
    model = fitted(world)
    assert set(model._orders) == {"around", "short", "next"}
    assert model._panel is not None
    known = UserBatch.known(world.ratings)
    undated = replace(known, timestamp=np.zeros_like(known.timestamp))
    late = int(world.ratings.timestamp.max()) + 10**6

    def kinds(users: UserBatch) -> set[str]:
        assert model._panel is not None
        return set(model._kinds(model._panel.propose(users)).tolist())

    assert kinds(known) == {"around"}
    assert kinds(undated) == kinds(undated.asked(late)) == {"short"}
    assert "next" in kinds(known.asked(late))
    # A user without dates and without an ask time asks now, the latest time there is.
    np.testing.assert_array_equal(model.score(undated), model.score(undated.asked(late)))


def test_without_times_no_next_order_is_learned() -> None:
    world = checkerboard(60, 60)
    undated = replace(world, ratings=replace(world.ratings, timestamp=np.zeros(len(world.ratings), np.int64)))
    model = fitted(undated)
    assert set(model._orders) == {"around", "short"}
    assert model._panel is not None
    few, many = {0: 5.0}, dict.fromkeys(range(30), 5.0)
    users = UserBatch.unseen([few, many], 60)
    assert model._kinds(model._panel.propose(users)).tolist() == ["short", "around"]


def test_items_similar_to_disliked_items_get_low_scores() -> None:
    world = checkerboard(60, 60)
    model = fitted(world)
    even = [0, 2, 4, 6, 8]
    users = UserBatch.unseen([dict.fromkeys(even, 0.5), dict.fromkeys(even, 5.0)], 60)
    scores = model.score(users)
    others = np.setdiff1d(np.flatnonzero(world.ratings.item_counts), even)
    alike = others % 2 == 0
    hated, loved = scores[:, others]
    assert loved[alike].mean() > loved[~alike].mean() + 0.5
    assert hated[alike].mean() < hated[~alike].mean()


def test_contributions_are_linear_and_a_disliked_item_lowers_similar_items() -> None:
    world = checkerboard(60, 60)
    model = fitted(world, replace(NEXT, preference=0.0))
    users = UserBatch.unseen([{0: 5.0, 2: 4.5, 4: 0.5}], 60)
    _, explain = model.score_and_explain(users)
    assert model._panel is not None
    candidates = model._panel.propose(users)
    items = candidates.item_num[0][candidates.eligible[0]]
    added = explain(0, items)
    assert added.shape == (3, len(items))
    signed = model._panel.signed_part
    assert signed is not None
    surprise = model._panel.films.surprise(users)
    assert surprise[2] < 0
    order = model._orders["short"].linear.at(float(np.log(4)))
    column = model._panel.names.index("signed")
    expected = order[column] * signed.input_contributions(users, surprise, items)[2]
    np.testing.assert_allclose(added[2], expected, rtol=1e-5, atol=1e-7)
    assert np.abs(added[2]).max() > 0
