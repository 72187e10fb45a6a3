"""How lists behave: known answers of the measures, and the benchmark on a made world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import behaviour
from behaviours.lists import of_their_series, shared, shifted
from behaviours.tastes import TASTES, series_of
from cineblend.comparison.strategies import rows
from cineblend.data.load import load
from cineblend.data.simulate import simulate
from cineblend.data.world import WorldConfig


def test_lists_share_what_is_among_the_first_of_both() -> None:
    assert shared([1, 2, 3, 4], [4, 3, 9, 1], 3) == 1
    assert shared([1, 2, 3, 4], [4, 3, 9, 1], 4) == 3
    assert shared([1], [], 5) == 0


def test_times_move_by_years_and_not_before_1970() -> None:
    assert shifted({7: 1_000_000_000}, 1) == {7: 1_031_556_952}
    assert shifted({7: 1_000_000_000}, -50) == {7: 1}


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Friday the 13th Part VIII: Jason Takes Manhattan (1989)", {"Friday the 13th"}),
        ("Screamers (1995)", set()),
        ("Star Wars: Episode II - Attack of the Clones (2002)", {"Star Wars"}),
        ("Casino (1995)", set()),
        ("Casino Royale (2006)", {"Bond"}),
        ("Tokyo Godfathers (2003)", set()),
        ("Toy Story 2 (1999)", {"Toy Story"}),
        ("Shaun of the Dead (2004)", {"Living Dead"}),
        ("Avengers, The (1998)", set()),
        ("Avengers: Age of Ultron (2015)", {"Avengers"}),
    ],
)
def test_a_film_is_of_the_series_its_title_tells(title: str, series: set[str]) -> None:
    assert series_of(title) == series


def test_films_of_a_hated_series_are_found() -> None:
    listed = ["Toy Story 3 (2010)", "Heat (1995)", "Halloween II (1981)"]
    assert of_their_series(listed, ["Toy Story (1995)", "Up (2009)"]) == ["Toy Story 3 (2010)"]
    assert of_their_series(listed, ["Heat (1995)"]) == []


def test_the_made_people_are_twenty_with_five_to_nine_films_each() -> None:
    assert len(TASTES) == 20
    assert all(5 <= len(set(films)) == len(films) <= 9 for films in TASTES.values())


@pytest.mark.real_data
def test_every_film_of_the_made_people_is_well_known(ml_latest_small_dir: Path) -> None:
    dataset = load(str(ml_latest_small_dir))
    for films in TASTES.values():
        counts = dataset.ratings.item_counts[dataset.catalog.items.nums(np.array(films))]
        assert counts.min() >= 5


def test_the_behaviours_of_a_row_are_measured_and_printed() -> None:
    world = simulate(WorldConfig(n_users=200, n_items=120, n_ratings=8_000, min_ratings=21))
    [row] = rows(["popularity"])
    found = behaviour.measure(world, row)
    assert set(found["first"]) == {1, 2, 3, 5, 10, 20}
    users = [one["users"] for one in found["first"].values()]
    assert users == sorted(users, reverse=True)  # a longer history leaves fewer with a liked film to find
    # Popularity reads no times: nothing may move.
    assert set(found["date_shift"].values()) == {15.0}
    assert found["polarity"] is None
    assert "first 20: AUC" in behaviour.table({"popularity": found})
