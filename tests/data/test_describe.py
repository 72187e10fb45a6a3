from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from cineblend.data.dataset import Dataset
from cineblend.data.describe import describe
from cineblend.data.movielens import read_movielens
from cineblend.data.tables import read_tables
from small_data import datasets, write_csv_release


def test_a_small_dataset_is_told_whole(tmp_path: Path):
    summary = describe(read_movielens(write_csv_release(tmp_path), "ml-latest-small"))
    assert (summary.users, summary.items, summary.rated_items) == (2, 3, 2)
    assert (summary.ratings, summary.tags) == (3, 2)
    assert summary.density == 0.5
    assert summary.sparsity == 0.5
    assert summary.histogram == {0.5: 1, 4.0: 1, 5.0: 1}
    assert summary.mean_rating == pytest.approx(9.5 / 3)
    assert summary.ratings_per_user == {"min": 1, "25%": 1.25, "50%": 1.5, "75%": 1.75, "max": 2}
    assert (summary.first_day, summary.last_day) == ("1970-01-01", "1970-01-01")
    assert summary.genres == {"Animation": 1, "Drama": 1, "War": 1}
    assert summary.share_with_tags == pytest.approx(2 / 3)
    assert summary.share_with_year == pytest.approx(2 / 3)
    assert summary.share_with_genres == pytest.approx(2 / 3)
    assert "development" in summary.caution
    assert summary.verified is False


def test_the_long_tail_is_told_in_figures(tmp_path: Path):
    rows = [
        f"{user},{item},{3.5 if user == 1 else 3}" for user in range(1, 11) for item in range(1, user + 1)
    ]
    (tmp_path / "ratings.csv").write_text("user,item,rating\n" + "\n".join(rows) + "\n")
    summary = describe(read_tables(tmp_path))
    held = summary.concentration_of_users
    assert held == pytest.approx({"gini": 0.3, "top 1%": 10 / 55, "top 10%": 10 / 55})
    assert summary.concentration_of_items == pytest.approx(held)
    assert summary.share_of_half_steps == pytest.approx(1 / 55)
    assert summary.taggers == 0


@given(datasets())
def test_the_counts_add_up_and_json_takes_them(dataset: Dataset):
    summary = describe(dataset)
    assert sum(summary.histogram.values()) == summary.ratings
    assert summary.rated_items <= summary.items
    assert summary.ratings_per_item["max"] == dataset.ratings.item_counts.max()
    again = json.loads(json.dumps(summary.as_dict(), allow_nan=False))
    assert again == summary.as_dict()


def test_without_times_there_are_no_days(tmp_path: Path):
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,2,3.7\n")
    summary = describe(read_tables(tmp_path))
    assert (summary.first_day, summary.last_day) == (None, None)
    assert summary.histogram == {3.7: 1}


def test_times_in_milliseconds_do_not_crash(tmp_path: Path):
    (tmp_path / "ratings.csv").write_text("user,item,rating,timestamp\n1,2,3,1700000000000\n")
    assert describe(read_tables(tmp_path)).first_day is not None


@given(datasets())
def test_no_ratings_are_described_too(dataset: Dataset):
    nothing = dataset.ratings.take(np.zeros(0, np.intp))
    summary = describe(dataset.with_ratings(nothing, held_out=nothing))
    assert (summary.ratings, summary.mean_rating, summary.ratings_per_user) == (0, None, {})
    json.dumps(summary.as_dict(), allow_nan=False)


@pytest.mark.real_data
def test_the_real_ml_latest_small_is_told(ml_latest_small_dir: Path):
    summary = describe(read_movielens(ml_latest_small_dir, "ml-latest-small"))
    assert (summary.first_day, summary.last_day) == ("1996-03-29", "2018-09-24")
    assert summary.ratings_per_user["min"] == 20
    assert next(iter(summary.genres)) == "Drama"
    assert summary.density == pytest.approx(100_836 / (610 * 9_742))
