"""DatedAdjacent: conformance, and pairs of two eras counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacent, DatedAdjacentConfig
from worlds import checkerboard

QUARTER = 90 * 86_400
EARLY, LATE = 100, 180  # twenty years apart


class TestDatedAdjacent(Conformance):
    config = DatedAdjacentConfig(grading="liked")
    adds_up = True


class TestDatedAdjacentOfTheTimeAlone(Conformance):
    config = DatedAdjacentConfig(window=4, timeless=0.0, grading="liked")
    adds_up = True


def two_eras() -> Dataset:
    """An early user rated items 0 and 1 in sequence, and a late user items 0 and 2."""
    world = checkerboard(2, 4, cold=1)
    ratings = replace(
        world.ratings,
        user_num=np.array([0, 0, 1, 1], np.int32),
        item_num=np.array([0, 1, 2, 0], np.int32),
        value=np.full(4, 5, np.float32),
        timestamp=np.array([EARLY, EARLY, LATE, LATE], np.int64) * QUARTER + np.array([1, 2, 1, 2]),
    )
    return replace(world, ratings=ratings)


def scores(config: DatedAdjacentConfig, quarter: int) -> np.ndarray:
    model = config.build(FakeBench()).fit(two_eras())
    one = UserBatch.unseen([{0: 5.0}], 4)
    return model.score(replace(one, timestamp=np.array([quarter * QUARTER], np.int64)))[0]


def test_pairs_of_the_same_time_count_more() -> None:
    config = DatedAdjacentConfig(decay=4.0, years=5.0, timeless=0.0)
    long_ago = np.exp(-20 / 5)
    # Item 0 has a count of 1 + e⁻⁴ at that time; the others have less than 1, which counts as 1.
    expected = np.exp(-1 / 4) * np.array([1, long_ago]) / np.sqrt(1 + long_ago)
    np.testing.assert_allclose(scores(config, EARLY)[1:3], expected, rtol=1e-5)
    np.testing.assert_allclose(scores(config, LATE)[1:3], expected[::-1], rtol=1e-5)


def test_a_popular_item_is_damped_by_its_count_at_the_time() -> None:
    world = two_eras()
    more = replace(
        world.ratings,
        user_num=np.array([0, 0, 1, 1, 1], np.int32),
        item_num=np.array([0, 1, 2, 0, 1], np.int32),
        value=np.full(5, 5, np.float32),
        timestamp=np.array([EARLY, EARLY, LATE, LATE, EARLY], np.int64) * QUARTER + np.array([1, 2, 1, 2, 3]),
    )
    config = DatedAdjacentConfig(decay=4.0, timeless=0.0, years=1.0, item_damping=0.4)
    fitted = config.build(FakeBench()).fit(replace(world, ratings=more))
    one = replace(UserBatch.unseen([{0: 5.0}], 4), timestamp=np.array([EARLY * QUARTER], np.int64))
    # Two users rated item 1 then, and one rated item 0; the second user's item 1 is not near item 0.
    near = np.exp(-1 / 4)
    np.testing.assert_allclose(fitted.score(one)[0, 1], near * 2**-0.4, rtol=1e-4)


def test_without_dates_it_equals_the_undated_model() -> None:
    world = checkerboard(30, 24)
    users = UserBatch.known(world.ratings)
    dated = DatedAdjacentConfig(6, 3.0, timeless=1.0, history_damping=0.5, item_damping=0.5)
    plain = AdjacentConfig(6, 3.0, hours=1e9, popularity_damping=0.5, grading="graded")
    got = dated.build(FakeBench()).fit(world).score(users)
    np.testing.assert_allclose(got, plain.build(FakeBench()).fit(world).score(users), rtol=1e-5, atol=1e-6)


def test_a_rating_without_a_date_counts_as_of_the_last_quarter() -> None:
    np.testing.assert_array_equal(scores(DatedAdjacentConfig(), 0), scores(DatedAdjacentConfig(), LATE))
    np.testing.assert_array_equal(scores(DatedAdjacentConfig(), 999), scores(DatedAdjacentConfig(), LATE))
    np.testing.assert_array_equal(scores(DatedAdjacentConfig(), 3), scores(DatedAdjacentConfig(), EARLY))


def test_a_user_of_today_gets_the_same_scores_in_a_mixed_batch() -> None:
    world = checkerboard(30, 24)
    fitted = DatedAdjacent(DatedAdjacentConfig(grading="liked")).fit(world)
    today = UserBatch.unseen([{0: 5.0, 3: 1.0, 7: 4.0, 11: 4.5}], world.n_items)
    first = int(world.ratings.timestamp[world.ratings.timestamp > 0].min())
    before = UserBatch(
        today.user_num, today.indptr, today.item_num, today.value, np.full(4, first, np.int64), world.n_items
    )
    together = UserBatch.joined([today, before])
    assert fitted._calendar.n > 1
    np.testing.assert_allclose(fitted.score(today)[0], fitted.score(together)[0], rtol=1e-6)
    assert not np.allclose(fitted.score(today)[0], fitted.score(before)[0], equal_nan=True)
    items = np.arange(world.n_items)[:8]
    for row, person in enumerate((today, before)):
        added = fitted.contributions(person, items)
        np.testing.assert_allclose(
            added.sum(axis=0), fitted.score(together)[row, items], rtol=1e-5, atol=1e-9
        )
    other = checkerboard(12, 24, seed=4)
    refitted = fitted.fit(other).score(today)
    fresh = DatedAdjacent(DatedAdjacentConfig(grading="liked")).fit(other).score(today)
    np.testing.assert_array_equal(refitted, fresh)
    fitted.restore(DatedAdjacent(DatedAdjacentConfig(grading="liked")).fit(world).state())
    np.testing.assert_allclose(fitted.score(today)[0], fitted.score(together)[0], rtol=1e-6)


def test_training_without_any_date_has_no_pairs() -> None:
    world = two_eras()
    undated = replace(world, ratings=replace(world.ratings, timestamp=np.zeros(4, np.int64)))
    got = DatedAdjacent().fit(undated).score(UserBatch.known(undated.ratings))
    assert (got[:, :3] == 0).all()
    assert np.isnan(got[:, 3]).all()


def test_each_of_two_ratings_of_an_item_has_its_contribution() -> None:
    fitted = DatedAdjacent().fit(two_eras())
    when = np.array([EARLY, LATE, LATE], np.int64) * QUARTER
    twice = UserBatch(
        np.array([-1], np.int32),
        np.array([0, 3], np.int64),
        np.array([0, 3, 0], np.int32),
        np.full(3, 5, np.float32),
        when,
        4,
    )
    added = fitted.contributions(twice, np.array([1, 2]))
    np.testing.assert_allclose(added.sum(axis=0), fitted.score(twice)[0, 1:3], rtol=1e-5)
    assert added[0, 0] > added[2, 0] > 0
    assert added[2, 1] > added[0, 1] > 0
    assert (added[1] == 0).all()


def test_the_strongest_pairs_of_each_quarter_are_kept() -> None:
    world = checkerboard(30, 24)
    users = UserBatch.known(world.ratings)
    everything = DatedAdjacent().fit(world)
    n_quarters = everything._calendar.n
    few = DatedAdjacentConfig(n_pairs=2 * n_quarters).build(FakeBench()).fit(world)
    assert few._pairs is not None
    assert everything._pairs is not None
    assert np.diff(few._pairs.indptr).max() == 2
    whole, pruned = everything._pairs.toarray(), few._pairs.toarray()
    kept = pruned > 0
    np.testing.assert_array_equal(pruned[kept], whole[kept])
    least = np.where(kept, whole, np.inf).min(axis=1)
    assert (np.where(kept, 0, whole).max(axis=1) <= least).all()
    many = DatedAdjacentConfig(n_pairs=24 * n_quarters).build(FakeBench()).fit(world)
    np.testing.assert_array_equal(many.score(users), everything.score(users))


@pytest.mark.parametrize(
    "numbers",
    [
        {"timeless": -0.1},
        {"timeless": 1.1},
        {"timeless": float("nan")},
        {"window": 0},
        {"decay": 0.0},
        {"years": float("nan")},
        {"years": -1.0},
        {"history_damping": float("nan")},
        {"item_damping": float("inf")},
        {"n_pairs": -1},
    ],
)
def test_invalid_hyper_parameters_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(numbers))):
        DatedAdjacentConfig(**numbers)  # pyright: ignore[reportArgumentType]
