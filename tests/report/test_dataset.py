"""The summary of a dataset as tables and as a picture."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.image import imread
from rich.console import Console

from cineblend.data.describe import DatasetSummary
from cineblend.report.dataset import draw_summary, render_summary
from report_cases import HOSTILE

SUMMARY = DatasetSummary(
    name="ml-latest-small",
    location="data/ml-latest-small",
    users=610,
    items=9742,
    rated_items=9724,
    ratings=100836,
    tags=3683,
    density=100836 / (610 * 9742),
    scale=(0.5, 5.0),
    histogram={0.5: 1370, 3.0: 20047, 3.5: 13136, 4.0: 26818},
    mean_rating=3.5016,
    ratings_per_user={"min": 20, "25%": 35, "50%": 70.5, "75%": 168, "max": 2698},
    ratings_per_item={"min": 1, "25%": 1, "50%": 3, "75%": 9, "max": 329},
    concentration_of_users={"gini": 0.604, "top 1%": 0.117, "top 10%": 0.477},
    concentration_of_items={"gini": 0.716, "top 1%": 0.157, "top 10%": 0.6},
    share_of_half_steps=0.301,
    taggers=58,
    first_day="1996-03-29",
    last_day="2018-09-24",
    genres={"Drama": 4361, "Comedy": 3756},
    share_with_tags=0.16,
    share_with_year=0.999,
    share_with_genres=0.997,
    licence="research use",
    citation="Harper and Konstan 2015",
    caution="a development set",
    verified=True,
    sha256={"ratings.csv": "aa", "movies.csv": "5a"},
)
EMPTY = replace(
    SUMMARY,
    users=0,
    items=0,
    rated_items=0,
    ratings=0,
    tags=0,
    density=0.0,
    histogram={},
    mean_rating=None,
    ratings_per_user={},
    ratings_per_item={},
    concentration_of_users={},
    concentration_of_items={},
    share_of_half_steps=0.0,
    taggers=0,
    first_day=None,
    last_day=None,
    genres={},
    verified=None,
    sha256={},
)


def printed(summary: DatasetSummary, width: int = 80) -> str:
    file = io.StringIO()
    render_summary(summary, Console(file=file, width=width))
    return file.getvalue()


def test_the_summary_says_the_counts_and_the_terms():
    text = printed(SUMMARY)
    for said in (
        "Caution: a development set",
        "9,742 films, of which 9,724 rated",
        "100,836, from 0.5 to 5, mean 3.50",
        "98.30% of the user-item pairs are unrated",
        "20 to 2,698, median 70.5, middle half 35 to 168",
        "1% hold 16% of them, 10% hold 60%; Gini 0.72",
        "30% lie between two whole numbers",
        "3,683 by 58 of the users",
        "1996-03-29 to 2018-09-24",
        "research use",
        "Harper and Konstan 2015",
        "2, equal to the published files",
    ):
        assert said in text, said


def test_bars_are_as_long_as_their_counts():
    bars = {line.split()[0]: line.count("█") for line in printed(SUMMARY).splitlines() if "█" in line}
    assert bars == {"0.5": 2, "3": 22, "3.5": 15, "4": 30, "Drama": 30, "Comedy": 26}


@pytest.mark.parametrize(
    ("verified", "said"), [(False, "NOT the published files"), (None, "no published sha256")]
)
def test_files_that_are_not_the_published_ones_are_told(verified: bool | None, said: str):
    assert said in printed(replace(SUMMARY, verified=verified))


def test_an_empty_dataset_is_shown_as_empty(tmp_path: Path):
    text = printed(EMPTY)
    assert "no times" in text
    assert "█" not in text
    draw_summary(EMPTY, tmp_path / "empty.png")
    assert (tmp_path / "empty.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_console(width: int):
    assert max(map(len, printed(SUMMARY, width).splitlines())) <= width


def test_hostile_text_is_inert(tmp_path: Path):
    nasty = replace(
        SUMMARY, name=HOSTILE, caution=HOSTILE, licence=HOSTILE, location=HOSTILE, genres={HOSTILE: 1, "B": 0}
    )
    text = printed(nasty, width=200)
    assert "[bold]" in text
    assert "\x1b" not in text
    draw_summary(nasty, tmp_path / "nasty.png")
    assert (tmp_path / "nasty.png").exists()


def test_the_picture_is_drawn_in_full_size(tmp_path: Path):
    draw_summary(SUMMARY, tmp_path / "summary.png")
    assert imread(tmp_path / "summary.png").shape[:2] == (735, 1950)
    assert [path.name for path in tmp_path.iterdir()] == ["summary.png"]


@pytest.mark.real_data
def test_the_real_data_has_the_published_counts(ml_latest_small_dir: Path):
    from cineblend.data.describe import describe
    from cineblend.data.movielens import read_movielens

    text = printed(describe(read_movielens(ml_latest_small_dir, "ml-latest-small")))
    assert "100,836, from 0.5 to 5" in text
    assert "9,742 films, of which 9,724 rated" in text
