"""What reports read out of a comparison: the verdict, the labels, what published figures stand beside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.evaluate.result import Comparison
from cineblend.report import reading
from report_cases import MEASURED, comparison_of, missing_row, ran_row


def with_ndcg(**figures: float) -> Comparison:
    rows = [ran_row(name.replace("_", "+"), (0.1, 0.1, value, 0.3, 10)) for name, value in figures.items()]
    return comparison_of(*rows)


def test_the_verdict_says_where_the_study_stands_against_the_floor(study: Comparison):
    ours, theirs = reading.verdict(study)
    assert ours == (
        "None of the 3 other strategies beats the most-rated list (the same films for everyone), "
        "which has NDCG@25 0.1645. The best, mf+minilm-ft, has 0.0891, 46 % below it."
    )
    assert theirs == (
        "The study's best published P@25 for these rows, 0.056 (mf+qwen3-4b-lora), "
        "is 36 % below the list's 0.0874."
    )


@pytest.mark.parametrize(
    ("figures", "start"),
    [
        ({"mf": 0.3, "ease": 0.1}, "1 of the 2 other strategies beats"),
        ({"mf": 0.3, "ease": 0.25}, "All of the 2 other strategies beat "),
        ({"mf": 0.2, "ease": 0.1}, "None of the 2 other strategies beats"),  # level is not above
        ({"mf": 0.3}, "The only other strategy beats"),
        ({"mf": 0.1}, "The only other strategy does not beat"),
        ({}, "Only the most-rated list ran"),
    ],
)
def test_the_verdict_is_counted_from_the_rows(figures: dict[str, float], start: str):
    assert reading.verdict(with_ndcg(popularity=0.2, **figures))[0].startswith(start)


@pytest.mark.parametrize(
    ("figure", "said"),
    [(0.3, "50 % above it"), (0.1, "50 % below it"), (0.2, "level with it"), (0.2001, "within 1 % of it")],
)
def test_the_distance_to_the_floor_is_said_in_percent(figure: float, said: str):
    assert reading.verdict(with_ndcg(popularity=0.2, mf=figure))[0].endswith(f"{said}.")


def test_a_floor_of_nothing_is_beaten_without_a_percentage():
    assert reading.verdict(with_ndcg(popularity=0.0, mf=0.1))[0].endswith("above it.")


@pytest.mark.parametrize("rows", [[], [missing_row("popularity")], [ran_row("mf", MEASURED["mf"])]])
def test_without_the_floor_the_verdict_says_so(rows: list):
    (sentence,) = reading.verdict(comparison_of(*rows))
    assert "did not run" in sentence


def test_published_figures_stay_on_the_studys_data(study: Comparison):
    assert reading.comparable(study) is study


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"name": "sample"}},
        {"protocol": {"name": "by time"}},
        {"protocol": {"name": "study", "seed": 7}},
        {"data": {"name": "ml-latest-small", "verified": False}},
        {"data": {"name": "ml-latest-small", "verified": None}},
        {"data": {"name": "ml-latest-small", "verified": True, "fallback": "x"}},
    ],
)
def test_published_figures_leave_with_a_note_on_other_data(study: Comparison, change: dict):
    shown = reading.comparable(replace(study, **change))
    assert not any(row.published for row in shown.rows)
    assert "not shown here" in shown.notes[-1]
    assert [row.metrics for row in shown.rows] == [row.metrics for row in study.rows]


def test_headline_labels_are_the_usual_ones_that_anyone_has(study: Comparison):
    assert reading.headline(study) == ["P@25", "R@25", "NDCG@25", "NDCG@25 (study)"]
    only = replace(ran_row("mf", MEASURED["mf"]), metrics={"R@25": 0.1}, published=None)
    assert reading.headline(comparison_of(only)) == ["R@25"]
    other = replace(only, metrics={"MAP@10": 0.1, "P@10": 0.2})
    assert reading.headline(comparison_of(other)) == ["MAP@10", "P@10"]
    assert len(reading.headline(comparison_of())) == 4


def test_a_figure_that_is_not_finite_is_no_figure():
    row = replace(ran_row("mf", MEASURED["mf"]), metrics={"P@25": float("nan"), "R@25": float("inf")})
    assert reading.measured(row, "P@25") is reading.measured(row, "R@25") is None
    assert reading.difference(row, "P@25") is None


def test_the_best_needs_a_rival(study: Comparison):
    assert reading.best(study.rows, "P@25") == 0.0874
    assert reading.best(study.rows[:1], "P@25") is None


def test_notes_come_once_and_not_again_after_the_banners(study: Comparison):
    row = replace(study.rows[0], notes=("twice",))
    caution = reading.caution(study)
    told = reading.notes(replace(study, rows=(row, row), notes=(caution, "once")))
    assert told == ["once", "popularity: twice"]


def test_a_difference_that_rounds_to_nothing_has_a_plus():
    assert [reading.signed(x) for x in (-0.00001, 0.0, 0.00036, -0.0123)] == [
        "+0.0000",
        "+0.0000",
        "+0.0004",
        "-0.0123",
    ]


@given(st.text())
def test_printable_text_cannot_steer_a_terminal(text: str):
    shown = reading.printable(text)
    assert len(shown) == len(text)
    assert all(c == "\n" or c.isprintable() or c == "\ufffd" for c in shown)
    assert all(a == b for a, b in zip(text, shown, strict=True) if a.isprintable())


def test_seconds_have_about_three_figures():
    row = replace(ran_row("mf", MEASURED["mf"]), seconds={"a": 0.004, "b": 3.14159, "c": 42.42, "d": 4321.9})
    assert [reading.seconds(row, step) for step in "abcde"] == ["0.00", "3.14", "42.4", "4,322", "–"]
