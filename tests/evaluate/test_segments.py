"""Segments: whom and what they hold, and their figures against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import ColdItems, RandomHoldout, protocol
from cineblend.evaluate.segments import MEANINGS, long_tail
from cineblend.models.popularity import Popularity
from cineblend.ranking.rank import recommend
from worlds import checkerboard


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20))
def test_the_long_tail_holds_at_most_a_fifth_and_takes_no_film_before_a_rarer_one(counts: list[int]) -> None:
    items = np.array(counts, np.int64)
    tail = long_tail(items)
    assert items[tail].sum() <= 0.2 * items.sum()
    assert not tail[items == 0].any()
    head = (items > 0) & ~tail
    assert items[tail].max(initial=0) <= items[head].min(initial=10**9)
    if head.any():
        assert items[tail].sum() + items[head].min() > 0.2 * items.sum()


def test_of_equally_rated_films_the_higher_number_is_the_rarer() -> None:
    assert np.flatnonzero(long_tail(np.array([2, 2, 2, 2, 2]))).tolist() == [4]
    assert np.flatnonzero(long_tail(np.array([16, 2, 1, 1, 0]))).tolist() == [1, 2, 3]


def test_figures_equal_a_plain_loop_over_users() -> None:
    world = checkerboard(n_users=60, n_items=40)
    rules = RandomHoldout("study", k=8)
    split = rules.split(world)
    judge = Judge.of(split, rules)
    model = Popularity().fit(split.train)
    found = evaluate(model, judge, [parse("R@8")]).segments
    listed = recommend(model, judge.batch, k=8, candidates=judge.candidates).item_num
    tail = long_tail(split.train.ratings.item_counts)
    history = split.train.ratings.user_counts[judge.user_num]
    limit = sorted(history)[(len(history) - 1) // 4]
    recall: dict[str, list[float]] = {"long tail": [], "short histories": []}
    for user, length, items in zip(judge.user_num, history, listed, strict=True):
        liked = set(judge.relevant.item_num[judge.relevant.user_num == user])
        rare = {item for item in liked if tail[item]}
        if rare:
            recall["long tail"].append(len(rare & set(items)) / len(rare))
        if length <= limit:
            recall["short histories"].append(len(liked & set(items)) / len(liked))
    assert set(found) == set(recall)
    for name, values in recall.items():
        assert found[name].users == len(values) > 0
        assert found[name].metrics["R@8"] == pytest.approx(np.mean(values))
        assert set(found[name].metrics) == {"R@8", "NDCG@8"}


def test_cold_films_are_a_segment_only_where_they_can_be_listed() -> None:
    world = checkerboard()
    cold = ColdItems("cold-items", item_fraction=0.25, k=5)
    names = {part.name for part in Judge.of(cold.split(world), cold).segments}
    assert names == {"cold films", "short histories"}
    usual = protocol("study", k=5)
    assert "cold films" not in {part.name for part in Judge.of(usual.split(world), usual).segments}
    assert names <= set(MEANINGS)
