"""The table in a terminal and a pipe, wide and narrow."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from cineblend.evaluate.result import Comparison
from cineblend.report.table import render_table
from report_cases import MEASURED, comparison_of, ran_row


def printed(comparison: Comparison, width: int = 80, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system="truecolor" if terminal else None
    )
    render_table(comparison, console)
    return file.getvalue()


def without_style(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_eighty_columns_in_a_pipe_hold_the_whole_comparison(study: Comparison):
    text = printed(study)
    rows = [line for line in text.splitlines() if line.startswith("mf+minilm ")]
    assert rows[0].split() == ["mf+minilm", "0.0475", "0.0907", "0.0890", "0.2782", "712", "14.3", "1.25"]
    assert rows[1].split() == ["mf+minilm", "0.048", "-0.0005", "0.091", "-0.0003", "0.278", "+0.0002"]


def test_a_pipe_gets_plain_lines(study: Comparison):
    text = printed(study, width=200)
    assert "\x1b" not in text
    assert not set(text) & set("│─╭╮╰╯━┃")


def test_a_wide_console_has_published_figures_beside_the_measured(study: Comparison):
    text = printed(study, width=140)
    row = next(line for line in text.splitlines() if line.startswith("mf "))
    figures = "0.0493 0.049 +0.0003 0.0883 0.088 +0.0003 0.0888 0.2768 0.277 -0.0002 739 600 13.3 1.25"
    assert " ".join(row.split()) == f"mf {figures}"
    assert "Beside what the study published" not in text


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", range(34, 171, 7))
def test_no_table_line_is_wider_than_the_console_or_wraps(study: Comparison, width: int, terminal: bool):
    lines = without_style(printed(study, width, terminal)).splitlines()
    table = [line for line in lines if re.match(r"(popularity|mf\S*) +(–|\d)", line)]
    # the main table, the published figures where they do not fit beside it, and costs of the four that ran
    assert len(table) == 6 * (2 if width < 131 else 1) + 4
    assert max(map(len, table)) <= width
    assert not any("…" in line for line in table)


def test_a_console_too_narrow_for_published_figures_has_no_empty_table(study: Comparison):
    text = printed(study, width=30)
    assert "mf+qwen3-4b-lora" in text
    assert "what the study published" not in text


def test_a_narrow_console_loses_the_lesser_columns_first(study: Comparison):
    text = printed(study, width=40)
    assert "P@25" in text
    assert "seconds" not in text.split("Accuracy, diversity and cost")[0]
    assert "users judged" in text


def test_the_best_of_a_column_is_bold(study: Comparison):
    text = printed(study, width=140, terminal=True)
    assert "\x1b[1m0.0874\x1b[0m" in text
    assert "\x1b[1m0.0493" not in text


def test_what_was_not_run_says_why_and_what_mends_it(study: Comparison):
    text = printed(study)
    assert "mf+qwen3-4b was not run: the weights of Qwen/Qwen3-Embedding-4B are not on this machine\n" in text
    assert "  try: put them in $CINEBLEND_WEIGHTS/qwen3-4b or run with a network" in text


@pytest.mark.parametrize("terminal", [False, True])
def test_data_that_was_not_wished_for_is_announced_first(sample: Comparison, terminal: bool):
    text = without_style(printed(sample, width=120, terminal=terminal))
    assert "not the data that was wished for" in text.splitlines()[0]
    assert "ml-latest-small was not found" in text
    assert "0.049 " not in text.replace("0.0490", "")  # no published figure beside a made-up world


def test_caution_and_notes_are_printed(study: Comparison):
    text = printed(study)
    assert text.startswith("Caution: ml-latest-small is a development set")
    assert "note: embeddings of minilm were read from the store" in text


@pytest.mark.parametrize("terminal", [False, True])
def test_hostile_text_is_shown_as_it_is_and_steers_nothing(hostile: Comparison, terminal: bool):
    text = printed(hostile, width=300, terminal=terminal)
    assert "{{7*7}}[bold]" in without_style(text)
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_no_rows_and_no_metrics_are_no_error():
    assert "is not among the rows that ran" in printed(comparison_of())
    bare = replace(ran_row("mf", MEASURED["mf"]), metrics={}, seconds={}, published=None)
    assert "mf" in printed(comparison_of(bare))


def test_metrics_of_the_callers_choice_are_the_columns():
    row = replace(ran_row("mf", MEASURED["mf"]), metrics={"MAP@10": 0.1234}, published=None)
    text = printed(comparison_of(row))
    assert "MAP@10" in text
    assert "0.1234" in text
