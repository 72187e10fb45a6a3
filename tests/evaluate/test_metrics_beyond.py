"""Beyond accuracy: answers known by hand, agreement with plain Python, and what is refused."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.ratings import Ratings
from cineblend.errors import UserError
from cineblend.evaluate import beyond
from cineblend.evaluate.beyond import ListContext, genre_matrix
from cineblend.evaluate.metrics import Judged, Measured, Metric
from cineblend.ids import Vocabulary

GENRES = (("A", "B"), ("B",), ("C",), (), (), ("A", "B"))
CONTEXT = ListContext(
    item_counts=np.array([8, 4, 2, 1, 0, 8]), n_train_users=8, genres=genre_matrix(GENRES), n_candidates=5
)


def measure(name: str, lists: list[list[int]], context: ListContext = CONTEXT) -> Measured:
    K = max(len(row) for row in lists)
    item_num = np.array([row + [-1] * (K - len(row)) for row in lists], np.int32)
    nothing = Judged(item_num, np.zeros(item_num.shape, bool), np.zeros(len(lists), np.int64))
    return Metric(name, K).measure(nothing, context)


def per_user(name: str, lists: list[list[int]], context: ListContext = CONTEXT) -> list[float]:
    found = measure(name, lists, context).per_user
    assert found is not None
    return found.tolist()


def test_novelty_is_the_mean_surprise_in_bits() -> None:
    # Rated by all, half, a quarter, an eighth of the users: 0, 1, 2, 3 bits; by nobody: as by one.
    assert per_user("Novelty", [[0, 1, 2, 3], [4], [3, 5], []]) == [1.5, 3.0, 1.5, 0.0]


def test_diversity_is_the_mean_distance_of_the_genre_sets() -> None:
    found = per_user("ILD", [[0, 5], [0, 1], [0, 2], [3, 4], [0, 3], [0, 1, 2], [0], []])
    # Equal sets, half shared, nothing shared, both unknown, one unknown, (1/2 + 1 + 1) / 3, no pair.
    assert found == pytest.approx([0, 1 / 2, 1, 0, 1, 5 / 6, 0, 0], abs=1e-15)


def test_diversity_without_any_genres_is_0() -> None:
    assert per_user("ILD", [[0, 1, 2]], replace(CONTEXT, genres=np.zeros((6, 0), bool))) == [0.0]


@given(st.data())
def test_diversity_equals_a_loop_over_pairs(data: st.DataObject) -> None:
    genres = data.draw(st.lists(st.sets(st.sampled_from("ABCDEFG")).map(tuple), min_size=9, max_size=9))
    rows = data.draw(st.lists(st.lists(st.integers(0, 8), unique=True), min_size=1, max_size=5))
    rows.append(list(range(9)))
    context = ListContext(np.zeros(9, np.int64), 1, genre_matrix(tuple(genres)), 9)

    def distance(a: int, b: int) -> float:
        one, other = set(genres[a]), set(genres[b])
        return 1 - len(one & other) / len(one | other) if one | other else 0.0

    expected = []
    for row in rows:
        pairs = [distance(a, b) for a, b in itertools.combinations(row, 2)]
        expected.append(sum(pairs) / len(pairs) if pairs else 0.0)
    assert per_user("ILD", rows, context) == pytest.approx(expected, abs=1e-12)


def test_diversity_does_not_depend_on_how_users_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    lists = [rng.permutation(6)[: rng.integers(1, 7)].tolist() for _ in range(23)]
    whole = per_user("ILD", lists)
    for pairs in (1, 100, 36 * 23):
        monkeypatch.setattr(beyond, "_PAIRS_PER_BLOCK", pairs)
        assert per_user("ILD", lists) == whole


def test_the_short_head_is_a_fifth_of_the_rated_items() -> None:
    # Five items are rated, so one is popular; items 0 and 5 are equally often rated: the lower number.
    assert np.flatnonzero(CONTEXT.popular).tolist() == [0]
    assert per_user("PopularShare", [[0, 1, 2, 3], [0], [5, 1], []]) == [0.25, 1.0, 0.0, 0.0]
    # Six of thirty rated items, and never an unrated one.
    counts = np.concatenate([np.zeros(10, np.int64), np.arange(1, 31)])
    many = ListContext(counts, 30, np.zeros((40, 0), bool), 40)
    assert np.flatnonzero(many.popular).tolist() == [34, 35, 36, 37, 38, 39]


def test_nothing_is_popular_where_nothing_is_rated() -> None:
    assert per_user("PopularShare", [[0, 1]], replace(CONTEXT, item_counts=np.zeros(6, np.int64))) == [0.0]


def test_coverage_is_one_number_of_the_catalogue() -> None:
    assert measure("Coverage", [[0, 1], [1, 0], [2]]) == Measured(3 / 5, None)
    assert measure("Coverage", [[0, 1, 2, 3, 5]]).value == 1.0
    nothing = np.full((2, 3), -1, np.int32)
    assert beyond.coverage(nothing, replace(CONTEXT, n_candidates=0)) == 0.0


def test_coverage_refuses_lists_of_more_than_the_candidates() -> None:
    with pytest.raises(UserError, match="6 items but there are 5 candidates"):
        measure("Coverage", [[0, 1, 2, 3, 4, 5]])


def test_only_the_first_k_places_count() -> None:
    item_num = np.array([[0, 1, 2]], np.int32)
    of = Judged(item_num, np.zeros((1, 3), bool), np.zeros(1, np.int64))
    assert Metric("Novelty", 2).measure(of, CONTEXT).value == 0.5
    assert Metric("Coverage", 2).measure(of, CONTEXT).value == 2 / 5
    assert Metric("ILD", 2).measure(of, CONTEXT).value == 0.5
    assert Metric("PopularShare", 1).measure(of, CONTEXT).value == 1.0


def test_the_mean_counts_users_without_a_list() -> None:
    assert measure("Novelty", [[3], [3], []]).value == 2.0


def test_genres_become_columns_in_alphabetical_order() -> None:
    assert genre_matrix((("Drama",), (), ("Comedy", "Drama"))).tolist() == [
        [False, True],
        [False, False],
        [True, True],
    ]
    assert genre_matrix(()).shape == (0, 0)


def test_the_context_of_a_training_set_counts_its_raters() -> None:
    ratings = Ratings(
        user_num=np.array([0, 0, 2], np.int32),
        item_num=np.array([0, 1, 1], np.int32),
        value=np.array([3, 4, 5], np.float32),
        timestamp=np.zeros(3, np.int64),
        n_users=4,
        n_items=3,
    )
    catalog = Catalog(
        Vocabulary(np.arange(3)), ("x", "y", "z"), np.zeros(3, np.int32), (("A",), (), ("A", "B"))
    )
    train = Dataset(
        Source("made", "here"), Vocabulary(np.arange(4)), catalog, ratings, Tags.none(), RatingScale(1, 5)
    )
    context = ListContext.from_train(train, n_candidates=2)
    assert context.item_counts.tolist() == [1, 2, 0]
    assert (context.n_train_users, context.n_candidates) == (2, 2)
    assert context.genres.tolist() == [[True, False], [False, False], [True, True]]
    assert per_user("Novelty", [[0, 1]], context) == [pytest.approx(math.log2(2) / 2)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"genres": np.zeros((5, 2), bool)}, r"shape \(5, 2\) for 6"),
        ({"genres": np.zeros((6, 2), np.int64)}, "genres are int64"),
        ({"n_train_users": 7}, "from 0 to 8"),
        ({"item_counts": np.array([-1, 0, 0, 0, 0, 0])}, "from -1 to 0"),
        ({"n_candidates": 7}, "7 candidates"),
        ({"n_candidates": -1}, "-1 candidates"),
    ],
)
def test_an_impossible_context_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        replace(CONTEXT, **change)
