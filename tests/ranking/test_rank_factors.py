"""Ranking from factors: the lists of ``top_k`` on the whole product, ties, masks and bad vectors included."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, UserError
from cineblend.models.factors.als_wr import WeightedALS, WeightedALSConfig
from cineblend.ranking import item_tiles, rank_factors
from cineblend.ranking.item_tiles import ItemTiles
from cineblend.ranking.rank import Ranked, recommend, top_k
from cineblend.ranking.rank_factors import top_k_of_factors, top_k_of_tiles


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles so small that a few people and items make many, and cuts in between."""
    monkeypatch.setattr(rank_factors, "USERS_A_TILE", 16)
    monkeypatch.setattr(rank_factors, "ITEMS_A_TILE", 16)
    monkeypatch.setattr(item_tiles, "ITEMS_A_TILE", 16)
    monkeypatch.setattr(item_tiles, "SAMPLE", 12)
    monkeypatch.setattr(rank_factors, "KEPT_A_USER", 3)


def whole_numbers(shape: tuple[int, int], seed: int, top: int = 2) -> npt.NDArray[np.float32]:
    """Few different whole numbers: products are exact, and ties everywhere."""
    return np.random.default_rng(seed).integers(-top, top + 1, shape).astype(np.float32)


def histories(n_users: int, n_items: int, seed: int, share: float) -> UserBatch:
    user, item = np.nonzero(np.random.default_rng(seed).random((n_users, n_items)) < share)
    value, time = np.ones(len(user), np.float32), np.zeros(len(user), np.int64)
    return UserBatch.known(
        Ratings(user.astype(np.int32), item.astype(np.int32), value, time, n_users, n_items)
    )


def assert_same(ranked: Ranked, expected: Ranked) -> None:
    assert ranked.item_num.dtype == np.int32
    assert ranked.score.dtype == np.float32
    assert np.array_equal(ranked.item_num, expected.item_num)
    assert np.array_equal(ranked.score, expected.score, equal_nan=True)


@settings(max_examples=150, deadline=None)
@given(
    n_users=st.integers(0, 40),
    n_items=st.integers(1, 70),
    n_factors=st.integers(1, 5),
    k=st.integers(1, 80),
    seed=st.integers(0, 2**32),
    share=st.sampled_from([0.0, 0.1, 0.9, 1.0]),
    masked=st.sampled_from([None, 0.1, 0.6]),
    threads=st.sampled_from([None, 1, 3]),
)
def test_the_lists_are_those_of_the_whole_product(
    n_users: int,
    n_items: int,
    n_factors: int,
    k: int,
    seed: int,
    share: float,
    masked: float | None,
    threads: int | None,
) -> None:
    users, items = whole_numbers((n_users, n_factors), seed), whole_numbers((n_items, n_factors), seed + 1)
    seen = histories(n_users, n_items, seed + 2, share)
    candidates = None if masked is None else np.random.default_rng(seed).random(n_items) > masked
    ranked = top_k_of_factors(users, items, k=k, candidates=candidates, seen=seen, threads=threads)
    assert_same(ranked, top_k(users @ items.T, k=k, candidates=candidates, seen=seen))


@pytest.mark.parametrize("rising", [False, True])
def test_scores_that_rise_or_fall_with_the_item_number(rising: bool) -> None:
    length = np.arange(1, 201, dtype=np.float32)[:: 1 if rising else -1, None].copy()
    users = np.array([[1.0], [-1.0], [0.0]], np.float32)
    assert_same(top_k_of_factors(users, length, k=5), top_k(users @ length.T, k=5))


def test_equal_vectors_tie_wherever_they_lie() -> None:
    rng = np.random.default_rng(0)
    users = rng.standard_normal((33, 7)).astype(np.float32)
    items = np.tile(rng.standard_normal((9, 7)).astype(np.float32), (20, 1))
    ranked = top_k_of_factors(users, items, k=20)
    assert (np.diff(ranked.item_num, axis=1) == 9).all()
    assert (ranked.item_num[:, 0] < 9).all()


def test_real_numbers_rank_as_in_the_whole_product() -> None:
    rng = np.random.default_rng(1)
    users, items = rng.standard_normal((50, 8)).astype(np.float32), rng.standard_normal((300, 8))
    items = (items * rng.exponential(1, (300, 1))).astype(np.float32)
    seen = histories(50, 300, 2, 0.2)
    ranked, expected = (
        top_k_of_factors(users, items, k=10, seen=seen),
        top_k(users @ items.T, k=10, seen=seen),
    )
    assert np.array_equal(ranked.item_num, expected.item_num)
    np.testing.assert_allclose(ranked.score, expected.score, rtol=1e-5)


def test_a_list_does_not_depend_on_who_else_is_asked() -> None:
    rng = np.random.default_rng(3)
    users = rng.standard_normal((50, 9)).astype(np.float32)
    tiles = ItemTiles.of(rng.standard_normal((100, 9)).astype(np.float32))
    whole = top_k_of_tiles(users, tiles, k=7)
    for at in (0, 1, 17, 49):
        alone, rest = top_k_of_tiles(users[at : at + 1], tiles, k=7), top_k_of_tiles(users[at:], tiles, k=7)
        assert_same(alone, Ranked(whole.item_num[at : at + 1], whole.score[at : at + 1]))
        assert_same(rest, Ranked(whole.item_num[at:], whole.score[at:]))


def test_who_or_what_has_no_vector_is_never_listed() -> None:
    users, items = whole_numbers((20, 3), 1), whole_numbers((40, 3), 2)
    users[4], items[7] = np.nan, np.nan
    ranked = top_k_of_factors(users, items, k=40)
    assert_same(ranked, top_k(users @ items.T, k=40))
    assert (ranked.item_num[4] == -1).all()
    assert not (ranked.item_num == 7).any()


@pytest.mark.parametrize("k", [1, 15])
def test_an_infinite_score_is_an_error_and_not_a_favourite(k: int) -> None:
    users, items = np.full((3, 2), 1e30, np.float32), np.full((40, 2), 1e30, np.float32)
    with pytest.raises(CineblendError, match="infinite"):
        top_k_of_factors(users, items, k=k)
    items[3, 0] = np.inf
    with pytest.raises(CineblendError, match="infinite"):
        top_k_of_factors(users, items / np.float32(1e20), k=k)
    items *= -1  # -inf is ruled out
    assert (top_k_of_factors(users, items, k=k).item_num == -1).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"k": 0}, "k is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"user_vectors": np.ones((2, 3))}, "float64"),
        ({"item_vectors": np.ones(3, np.float32)}, r"shape \(3,\)"),
        ({"item_vectors": np.ones((4, 2), np.float32)}, "3 factors and items 2"),
        ({"candidates": np.ones(3, np.bool_)}, "one bool for each of the 4 items"),
        ({"seen": histories(3, 4, 0, 0.5)}, "histories of 3 users"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], said: str) -> None:
    given_ = {
        "user_vectors": np.ones((2, 3), np.float32),
        "item_vectors": np.ones((4, 3), np.float32),
        "k": 2,
    }
    with pytest.raises(UserError, match=said):
        top_k_of_factors(**(given_ | change))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("exclude_seen", [True, False])
@pytest.mark.parametrize("block_size", [None, 100])
@pytest.mark.parametrize("n", [3, 276])
def test_people_get_the_lists_of_a_model_with_factors_from_them(
    exclude_seen: bool, block_size: int | None, n: int
) -> None:
    known, rng = np.arange(90) % 7 > 0, np.random.default_rng(4)
    items = rng.standard_normal((int(known.sum()), 6))
    model = WeightedALS.of(WeightedALSConfig(n_factors=6), items, known, 5.0)
    users = histories(n, 90, 5, 0.1)
    candidates = np.arange(90) % 5 > 0
    listed = recommend(
        model, users, k=8, candidates=candidates, exclude_seen=exclude_seen, block_size=block_size
    )
    seen = users if exclude_seen else None
    expected = top_k(model.score(users), k=8, candidates=candidates, seen=seen)
    assert np.array_equal(listed.item_num, expected.item_num)
    np.testing.assert_allclose(listed.score, expected.score, rtol=1e-5)
