"""Popularity features: neighbours by title."""

from __future__ import annotations

import numpy as np

from cineblend.models.new_items.item_facts import ItemFacts
from cineblend.models.new_items.popularity_features import TitleNeighbours, plain_title


def films(*titles: str) -> ItemFacts:
    n = len(titles)
    unknown = np.full((n, 2), np.nan)
    return ItemFacts(titles, np.full(n, np.nan), np.zeros((n, 0)), (np.ones((n, 2), np.float32),), unknown)


RATED = films("Casablanca (1942)", "Alien (1979)", "The Third Man (1949)")


def test_the_nearest_title_is_of_the_same_series() -> None:
    near = TitleNeighbours.find(films("Alien Resurrection (1997)", "Xyzzy (1979)"), RATED)
    assert near.row[0] == 1
    assert near.likeness[0] > 0.5
    assert near.likeness[1] == 0  # a shared year does not count


def test_a_rated_item_is_not_its_own_neighbour() -> None:
    near = TitleNeighbours.find(RATED, RATED, np.arange(3, dtype=np.int32))
    np.testing.assert_array_equal(near.likeness, 0)


def test_titles_without_words_have_no_neighbours() -> None:
    near = TitleNeighbours.find(films("!!"), films("?", ""))
    np.testing.assert_array_equal(near.likeness, [0])


def test_the_year_at_the_end_is_cut() -> None:
    assert plain_title("Matrix, The (1999)") == "Matrix, The"
    assert plain_title("(500) Days of Summer (2009)") == "(500) Days of Summer"
