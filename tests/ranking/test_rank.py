"""Ranking: top_k against a plain sort, its laws, and recommend's independence of the block size."""

from __future__ import annotations

import math
import time
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, UserError
from cineblend.models.base import Recommender, Scores
from cineblend.ranking.rank import CELLS_PER_BLOCK, Ranked, recommend, recommend_blocks, top_k

INF, NAN = math.inf, math.nan
Problem = tuple[Scores, int, np.ndarray, list[set[int]]]

LOWEST = float(np.finfo(np.float32).min)


def floats(rows: list[list[float]]) -> Scores:
    return np.array(rows, np.float32)


def naive(scores: Scores, k: int, mask: np.ndarray, histories: list[set[int]]) -> list[list[int]]:
    lists = []
    for row, seen in zip(scores.tolist(), histories, strict=True):
        listable = [
            i for i, s in enumerate(row) if mask[i] and i not in seen and not math.isnan(s) and s != -INF
        ]
        best = sorted(listable, key=lambda i: (-row[i], i))[:k]
        lists.append(best + [-1] * (k - len(best)))
    return lists


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n, m = draw(st.integers(0, 6)), draw(st.integers(0, 12))
    # Few distinct values: most rows are tied at the boundary.
    value = st.sampled_from([0.0, -0.0, 1.0, 2.0, -1.0, NAN, -INF, LOWEST, 3.4e38, 1e-45])
    rows = draw(st.lists(st.lists(value, min_size=m, max_size=m), min_size=n, max_size=n))
    mask = np.array(draw(st.lists(st.booleans(), min_size=m, max_size=m)), bool)
    items = st.sets(st.integers(0, m - 1)) if m else st.just(set[int]())
    histories = draw(st.lists(items, min_size=n, max_size=n))
    return np.array(rows, np.float32).reshape(n, m), draw(st.integers(1, 15)), mask, histories


@given(problems())
def test_equals_a_plain_sort(problem: Problem) -> None:
    scores, k, mask, histories = problem
    before = scores.copy()
    seen = UserBatch.unseen([dict.fromkeys(history, 3.0) for history in histories], scores.shape[1])

    ranked = top_k(scores, k=k, candidates=mask, seen=seen)

    assert ranked.item_num.tolist() == naive(scores, k, mask, histories)
    assert ranked.item_num.dtype == np.int32
    assert ranked.score.dtype == np.float32
    np.testing.assert_array_equal(scores, before)
    rows = np.arange(len(scores))[:, None]
    for row, score, item in np.broadcast(rows, ranked.score, ranked.item_num):
        assert math.isnan(score) if item < 0 else score == scores[row, item]


@given(problems(), st.randoms(use_true_random=False))
def test_a_persons_list_does_not_depend_on_the_others(problem: Problem, random: Random) -> None:
    scores, k, mask, _ = problem
    order = list(range(len(scores)))
    random.shuffle(order)
    whole = top_k(scores, k=k, candidates=mask).item_num
    np.testing.assert_array_equal(top_k(scores[order], k=k, candidates=mask).item_num, whole[order])


@given(problems(), st.integers(1, 15))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(problem: Problem, shorter: int) -> None:
    scores, k, mask, _ = problem
    shorter = min(shorter, k)
    longer = top_k(scores, k=k, candidates=mask).item_num
    np.testing.assert_array_equal(top_k(scores, k=shorter, candidates=mask).item_num, longer[:, :shorter])


def test_ties_at_the_boundary_go_to_the_lower_item_number() -> None:
    ranked = top_k(floats([[5, 7, 5, 9, 5, 5], [1, 1, 1, 1, 1, 1]]), k=4)
    assert ranked.item_num.tolist() == [[3, 1, 0, 2], [0, 1, 2, 3]]
    assert ranked.score.tolist() == [[9, 7, 5, 5], [1, 1, 1, 1]]


def test_the_lowest_finite_score_is_listed_and_minus_infinity_is_not() -> None:
    ranked = top_k(floats([[-INF, LOWEST, NAN, LOWEST]]), k=3)
    assert ranked.item_num.tolist() == [[1, 3, -1]]


def test_memory_order_and_read_only_scores_do_not_matter() -> None:
    scores = np.random.default_rng(0).integers(0, 5, (40, 30)).astype(np.float32)
    expected = top_k(scores, k=7).item_num
    one_list = np.broadcast_to(scores[0], (3, 30))
    np.testing.assert_array_equal(top_k(np.asfortranarray(scores), k=7).item_num, expected)
    np.testing.assert_array_equal(top_k(one_list, k=7).item_num, np.tile(expected[0], (3, 1)))


def test_an_infinite_score_is_an_error_that_names_the_item_unless_it_cannot_be_listed() -> None:
    scores = floats([[0, 1, 2, 3], [0, 1, INF, 3]])
    with pytest.raises(CineblendError, match="item number 2 for user 1"):
        top_k(scores, k=1)
    candidates = np.array([True, True, False, True])
    assert top_k(scores, k=1, candidates=candidates).item_num.tolist() == [[3], [3]]


@pytest.mark.parametrize("k", [0, -1])
def test_a_list_has_at_least_one_place(k: int) -> None:
    users = UserBatch.unseen([{}], 2)
    with pytest.raises(UserError, match=f"k is {k}"):
        top_k(floats([[1, 2]]), k=k)
    with pytest.raises(UserError, match=f"k is {k}"):
        recommend(Fixed(2), users, k=k)


def test_arguments_that_do_not_fit_the_scores_are_refused() -> None:
    scores = floats([[1, 2, 3]])
    with pytest.raises(UserError, match="float64"):
        top_k(scores.astype(np.float64), k=1)  # pyright: ignore[reportArgumentType]  # the mistake meant
    with pytest.raises(UserError, match=r"shape \(3,\)"):
        top_k(scores[0], k=1)
    with pytest.raises(UserError, match="one bool for each of the 3 items"):
        top_k(scores, k=1, candidates=np.ones(2, bool))
    with pytest.raises(UserError, match="candidates are int64"):
        top_k(scores, k=1, candidates=np.array([0, 1, 2]))  # pyright: ignore[reportArgumentType]  # the mistake meant
    with pytest.raises(UserError, match="2 users over 3 items with 1 x 3 scores"):
        top_k(scores, k=1, seen=UserBatch.unseen([{}, {}], 3))
    with pytest.raises(UserError, match="1 users over 4 items with 1 x 3 scores"):
        top_k(scores, k=1, seen=UserBatch.unseen([{}], 4))


class Fixed(Recommender):
    """Scores that depend on a person's history alone, full of ties; remembers the blocks it was given."""

    def __init__(self, n_items: int) -> None:
        self.n_items = n_items
        self.blocks: list[int] = []

    def fit(self, train: Dataset) -> Fixed:
        return self

    def score(self, users: UserBatch) -> Scores:
        self.blocks.append(len(users))
        liked = users.csr().toarray().sum(axis=1)
        return ((liked[:, None] * 7 + np.arange(self.n_items) * 3) % 11).astype(np.float32)


def people(n: int, n_items: int) -> UserBatch:
    rng = np.random.default_rng(n)
    return UserBatch.unseen(
        [
            {int(i): float(rng.integers(1, 6)) for i in rng.permutation(n_items)[: rng.integers(n_items + 1)]}
            for _ in range(n)
        ],
        n_items,
    )


@pytest.mark.parametrize("exclude_seen", [True, False])
@pytest.mark.parametrize("block_size", [1, 2, 5, 16, 17, 18, None])
def test_lists_do_not_depend_on_the_block_size(block_size: int | None, exclude_seen: bool) -> None:
    users, candidates = people(17, 20), np.arange(20) % 4 != 0
    model = Fixed(20)
    seen = users if exclude_seen else None
    whole = top_k(Fixed(20).score(users), k=6, candidates=candidates, seen=seen)

    ranked = recommend(
        model, users, k=6, candidates=candidates, exclude_seen=exclude_seen, block_size=block_size
    )

    np.testing.assert_array_equal(ranked.item_num, whole.item_num)
    np.testing.assert_array_equal(ranked.score, whole.score)
    assert max(model.blocks) <= (block_size or 17)


def test_seen_items_are_listed_only_when_asked_for() -> None:
    users = UserBatch.unseen([{0: 5.0, 2: 4.0}], 3)
    assert recommend(Fixed(3), users, k=3).item_num.tolist() == [[1, -1, -1]]
    assert sorted(recommend(Fixed(3), users, k=3, exclude_seen=False).item_num[0]) == [0, 1, 2]


def test_the_default_block_holds_a_bounded_number_of_scores() -> None:
    n_items = CELLS_PER_BLOCK // 4
    model = Fixed(n_items)
    users = UserBatch.unseen([{0: 1.0}] * 9, n_items)
    assert [len(part) for part in recommend_blocks(model, users, k=1)] == [4, 4, 1]
    assert model.blocks == [4, 4, 1]


def test_nobody_gets_no_list() -> None:
    ranked = recommend(Fixed(4), UserBatch.unseen([], 4), k=3)
    assert isinstance(ranked, Ranked)
    assert ranked.item_num.shape == ranked.score.shape == (0, 3)


def test_wrong_arguments_are_refused_before_anything_is_scored() -> None:
    model, users = Fixed(4), people(2, 4)
    with pytest.raises(UserError, match="block_size is 0"):
        recommend_blocks(model, users, k=1, block_size=0)
    with pytest.raises(UserError, match="each of the 4 items"):
        recommend_blocks(model, users, k=1, candidates=np.ones(3, bool))
    assert model.blocks == []


def test_ranking_a_small_movielens_is_quick() -> None:
    scores = np.random.default_rng(0).random((600, 9742), dtype=np.float32)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        top_k(scores, k=25)
        seconds.append(time.perf_counter() - start)
    # 25 ms on a small machine; a loop over full sorts takes over a second.
    assert min(seconds) < 0.4
