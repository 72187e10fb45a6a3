"""Metrics: labels that parse back, answers known by hand, and agreement with trec_eval."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.metrics import NAMES, Judged, Metric, parse

ORACLE = {
    "P": ir_measures.P,
    "R": ir_measures.R,
    "NDCG": ir_measures.nDCG,
    "MAP": ir_measures.AP,
    "MRR": ir_measures.RR,
    "HitRate": ir_measures.Success,
}
ACCURACY = (*ORACLE, "NDCG (study)")


def judged(lists: list[list[int]], relevant: list[set[int]], K: int) -> Judged:
    item_num = np.array([row + [-1] * (K - len(row)) for row in lists], np.int32).reshape(len(lists), K)
    hit = np.array(
        [[item in wanted for item in row] for row, wanted in zip(item_num.tolist(), relevant, strict=True)],
        bool,
    ).reshape(item_num.shape)
    return Judged(item_num, hit, np.array([len(wanted) for wanted in relevant]))


def per_user(label: str, of: Judged) -> list[float]:
    found = parse(label).measure(of).per_user
    assert found is not None
    assert found.dtype == np.float64
    return found.tolist()


# Labels


@given(st.sampled_from(NAMES), st.integers(1, 1000))
def test_a_metric_is_its_own_label(name: str, k: int) -> None:
    metric = Metric(name, k)
    assert parse(str(metric)) == metric
    assert hash(parse(str(metric))) == hash(metric)


def test_labels_read_as_published() -> None:
    assert str(Metric("NDCG", 25)) == "NDCG@25"
    assert str(Metric("NDCG (study)", 25)) == "NDCG@25 (study)"
    assert parse(" NDCG@25 (study)\n") == Metric("NDCG (study)", 25)


@pytest.mark.parametrize(
    ("label", "suggestion"),
    [
        ("ndcg@25", "NDCG"),
        ("NDGC@10", "NDCG"),
        ("NDCG@10 (Study)", "NDCG (study)"),
        ("Hitrate@5", "HitRate"),
        ("popularshare", "PopularShare"),
        ("P @5", "P"),
        ("Zorch@3", None),
        ("@5", None),
        ("", None),
    ],
)
def test_an_unknown_name_suggests_the_nearest(label: str, suggestion: str | None) -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse(label)
    assert caught.value.suggestion == suggestion


@pytest.mark.parametrize("label", ["P@5 (study)", "P@5 x", "NDCG@5  (study)", "NDCG@5 (study) x"])
def test_stray_words_are_no_name(label: str) -> None:
    with pytest.raises(UnknownNameError):
        parse(label)


NO_LENGTH = [
    "P",
    "P@",
    "P@0",
    "P@x",
    "P@-1",
    "P@1.5",
    "P@+5",
    "P@05",
    "P@1_0",
    "P@5@5",
    "P@٣",
    "P@" + "9" * 5000,
]


@pytest.mark.parametrize("label", NO_LENGTH)
def test_a_list_length_must_be_a_whole_number_of_at_least_one(label: str) -> None:
    with pytest.raises(UserError, match=r"(?s)has no list length.*at least 1.*P@25"):
        parse(label)


@pytest.mark.parametrize("label", ["NDCG (study)", "NDCG (study)@5"])
def test_the_list_length_stands_after_the_first_word(label: str) -> None:
    with pytest.raises(UserError, match=r"as in NDCG@25 \(study\)"):
        parse(label)


def test_a_metric_cannot_be_built_wrong() -> None:
    with pytest.raises(UnknownNameError, match="unknown metric 'p'"):
        Metric("p", 5)
    with pytest.raises(UserError, match="P@0"):
        Metric("P", 0)


# Known answers


def test_answers_known_by_hand() -> None:
    # Ranks 1 and 3 are hits, two are relevant; then nothing found; then no list; then nothing relevant.
    of = judged([[4, 5, 6], [4, 5, 6], [], [4, 5, 6]], [{4, 6}, {1, 2}, {3}, set()], K=3)
    discounted, ideal = 1 + 1 / 2, 1 + 1 / math.log2(3)
    expected = {
        "P@3": 2 / 3,
        "R@3": 1.0,
        "NDCG@3": discounted / ideal,
        "NDCG@3 (study)": discounted / ideal,
        "MAP@3": (1 + 2 / 3) / 2,
        "MRR@3": 1.0,
        "HitRate@3": 1.0,
        "P@2": 1 / 2,
        "R@2": 1 / 2,
        "NDCG@2": 1 / ideal,
        "NDCG@2 (study)": 1.0,
        "MAP@2": 1 / 2,
    }
    for label, value in expected.items():
        assert per_user(label, of) == pytest.approx([value, 0, 0, 0], abs=1e-15), label
    assert round(discounted / ideal, 4) == 0.9197


def test_the_studys_ndcg_cannot_see_what_was_missed() -> None:
    of = judged([[7, 1, 2, 3], [1, 7, 2, 3]], [{7, *range(100, 109)}] * 2, K=4)
    assert per_user("NDCG@4 (study)", of) == pytest.approx([1.0, 1 / math.log2(3)])
    # Four of the ten relevant films fit: the ideal list has four hits.
    ideal = sum(1 / math.log2(rank + 1) for rank in (1, 2, 3, 4))
    assert per_user("NDCG@4", of) == pytest.approx([1 / ideal, 1 / math.log2(3) / ideal])


def test_a_short_list_is_judged_at_its_full_length() -> None:
    of = judged([[1]], [{1, 2}], K=5)
    assert per_user("P@5", of) == [1 / 5]
    assert per_user("R@5", of) == [1 / 2]


def test_average_precision_divides_by_all_that_is_relevant() -> None:
    assert per_user("MAP@2", judged([[0, 1]], [set(range(8))], K=2)) == [2 / 8]


def test_the_value_is_the_mean_over_all_users_with_and_without_lists() -> None:
    of = judged([[1, 2], [9, 1], []], [{1, 2}, {1}, {5}], K=2)
    assert parse("MRR@2").measure(of).value == pytest.approx((1 + 1 / 2 + 0) / 3)


# Laws


@st.composite
def judgements(draw: st.DrawFn) -> tuple[list[list[int]], list[set[int]], int]:
    n, K = draw(st.integers(1, 5)), draw(st.integers(1, 12))
    items = st.integers(0, 15)
    lists = draw(st.lists(st.lists(items, max_size=K, unique=True), min_size=n, max_size=n))
    relevant = draw(st.lists(st.sets(items, min_size=1), min_size=n, max_size=n))
    return lists, relevant, K


CORNERS = (
    ([[0, 1, 2]], [{0, 1, 2}], 3),  # everything relevant
    ([[0, 1, 2]], [set(range(16))], 3),  # more relevant than places
    ([[0, 1, 2]], [{9}], 3),  # no hit
    ([[], [3]], [{1}, {3}], 9),  # no list at all, and one far shorter than k
    ([[5, 6, 7, 1]], [{1}], 4),  # the last place only
)


@given(judgements(), st.data())
@example(CORNERS[0], None)
@example(CORNERS[1], None)
@example(CORNERS[2], None)
@example(CORNERS[3], None)
@example(CORNERS[4], None)
def test_agrees_with_trec_eval(
    problem: tuple[list[list[int]], list[set[int]], int], data: st.DataObject | None
) -> None:
    lists, relevant, K = problem
    k = K if data is None else data.draw(st.integers(1, K))
    of = judged(lists, relevant, K)
    qrels = [ir_measures.Qrel(f"u{u}", f"i{i}", 1) for u, wanted in enumerate(relevant) for i in wanted]
    run = [
        ir_measures.ScoredDoc(f"u{u}", f"i{i}", float(len(row) - rank))
        for u, row in enumerate(lists)
        for rank, i in enumerate(row)
    ]
    oracle = {name: measure @ k for name, measure in ORACLE.items()}
    theirs = {(m.measure, m.query_id): m.value for m in ir_measures.iter_calc(oracle.values(), qrels, run)}
    means = ir_measures.calc_aggregate(oracle.values(), qrels, run)
    for name, measure in oracle.items():
        found = Metric(name, k).measure(of)
        expected = [theirs[measure, f"u{u}"] for u in range(len(lists))]
        assert per_user(str(Metric(name, k)), of) == pytest.approx(expected, abs=1e-9, rel=0), name
        assert found.value == pytest.approx(means[measure], abs=1e-9), name


@given(judgements())
def test_every_accuracy_metric_lies_between_0_and_1_and_reads_only_its_places(
    problem: tuple[list[list[int]], list[set[int]], int],
) -> None:
    lists, relevant, K = problem
    of = judged(lists, relevant, K)
    for name in ACCURACY:
        for k in range(1, K + 1):
            found = per_user(str(Metric(name, k)), of)
            assert all(0 <= value <= 1 + 1e-12 for value in found)
            cut = judged([row[:k] for row in lists], relevant, k)
            assert found == per_user(str(Metric(name, k)), cut)


@given(st.integers(1, 12), st.integers(1, 20))
def test_a_perfect_list_reaches_the_best_there_is(K: int, n_relevant: int) -> None:
    of = judged([list(range(min(K, n_relevant)))], [set(range(n_relevant))], K)
    found = min(K, n_relevant)
    best = {"P": found / K, "R": found / n_relevant, "MAP": found / n_relevant}
    for name in ACCURACY:
        assert per_user(str(Metric(name, K)), of) == pytest.approx([best.get(name, 1.0)]), name


# Hostile input


def test_a_k_beyond_the_lists_says_how_to_get_longer_ones() -> None:
    with pytest.raises(UserError, match=r"(?s)P@4 on lists of 3 places.*k=4"):
        parse("P@4").measure(judged([[1, 2, 3]], [{1}], K=3))


def test_no_users_have_no_mean() -> None:
    with pytest.raises(UserError, match="over no users"):
        parse("P@1").measure(judged([], [], K=1))


def test_a_metric_of_the_items_asks_for_its_context() -> None:
    for name in set(NAMES) - set(ACCURACY):
        assert Metric(name, 1).needs_context
        with pytest.raises(UserError, match="ListContext"):
            Metric(name, 1).measure(judged([[1]], [{1}], K=1))
    assert not any(Metric(name, 1).needs_context for name in ACCURACY)


def test_impossible_judgements_are_refused() -> None:
    item_num, hit = np.array([[3, -1]], np.int32), np.array([[True, False]])
    with pytest.raises(UserError, match="marked as a hit"):
        Judged(item_num, ~hit, np.array([1]))
    with pytest.raises(UserError, match="user 0 of the batch has 1 hits and 0 relevant"):
        Judged(item_num, hit, np.array([0]))
    with pytest.raises(UserError, match="shapes"):
        Judged(item_num, hit[:, :1], np.array([1]))
    with pytest.raises(UserError, match="shapes"):
        Judged(item_num, hit, np.array([1, 1]))
    with pytest.raises(UserError, match="shapes"):
        Judged(item_num[0], hit[0], np.array(1))
