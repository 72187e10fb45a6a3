"""Popularity prior: shares of lower numbers, by known values and properties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cineblend.data.catalog import Catalog, Links
from cineblend.ids import Vocabulary
from cineblend.models.shared.popularity_prior import PopularityReference, bumps, dated_columns

Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def catalog(tmdb_id: list[int], year: list[int]) -> Catalog:
    n = len(tmdb_id)
    links = Links(np.zeros(n, np.int64), np.array(tmdb_id, np.int64))
    return Catalog(Vocabulary(np.arange(n)), ("",) * n, np.array(year, np.int32), ((),) * n, links)


def shares(films: Catalog, familiarity: list[list[float]] | None = None) -> Matrix:
    unasked = [[np.nan, np.nan]] * len(films)
    asked = np.array(familiarity or unasked, np.float32)
    return PopularityReference.of(films, asked, np.ones(len(films), bool)).shares(films, asked)


def test_items_that_are_not_in_the_reference_change_no_share() -> None:
    films = catalog([10, 40, 20, 5], [2000, 2000, 2000, 2000])
    unasked = np.full((4, 2), np.nan, np.float32)
    reference = PopularityReference.of(films, unasked, np.array([True, True, True, False]))
    np.testing.assert_allclose(reference.shares(films, unasked)[:, 0], [0, 2 / 3, 1 / 3, 0])


def test_shares_of_lower_numbers_among_items_of_the_same_time_and_among_all() -> None:
    found = shares(catalog([10, 40, 20, 30, 0], [1999, 2000, 2000, 1950, 2000]))
    expected = [[0, 0], [2 / 3, 3 / 4], [1 / 3, 1 / 4], [0, 2 / 4], [np.nan, np.nan]]
    np.testing.assert_allclose(found[:, :2], expected)
    assert np.isnan(found[:, 2:]).all()


def test_shares_of_less_familiar_titles_and_years_among_items_of_the_same_time() -> None:
    films = catalog([0, 0, 0, 7], [1999, 2000, 2000, 1950])
    found = shares(films, [[-5, -1], [-4, -3], [-6, -2], [-9, -9]])
    np.testing.assert_allclose(found[:, 2:], [[1 / 3, 2 / 3], [2 / 3, 0], [0, 1 / 3], [0, 0]])
    np.testing.assert_array_equal(np.isfinite(found[:, 0]), [False, False, False, True])


def test_without_numbers_all_shares_are_unknown() -> None:
    found = shares(catalog([0, 0], [1999, 2000]))
    assert np.isnan(found).all()
    np.testing.assert_array_equal(bumps(found), 0)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1990, 1994)), min_size=1, max_size=20))
def test_only_the_order_of_the_numbers_matters(films: list[tuple[int, int]]) -> None:
    number, year = map(list, zip(*films, strict=True))
    found = shares(catalog(number, year))
    np.testing.assert_array_equal(found, shares(catalog([n * 1000 for n in number], year)))
    known = np.array(number) > 0
    by_number = found[:, :2]
    assert np.isfinite(by_number[known]).all()
    assert np.isnan(by_number[~known]).all()
    assert (by_number[known] >= 0).all()
    assert (by_number[known] < 1).all()


def test_bumps_of_near_shares_are_more_similar_than_of_far_shares() -> None:
    found = bumps(np.array([[0.0, 0.0], [0.05, 0.0], [1.0, 0.0]]))
    apart = np.linalg.norm(found - found[0], axis=1)
    assert 0 < apart[1] < apart[2]
    np.testing.assert_allclose(found[0, 0], 1)


def test_an_equal_share_in_two_eras_gives_different_columns() -> None:
    share, year = np.array([0, 0.5, 0, 0.5, np.nan]), np.array([2018, 2018, 1970, 1970, 2018])
    found = dated_columns(share, year, 2018)
    assert not np.allclose(found[0], found[2])
    np.testing.assert_array_equal(found[4], 0)
    undated = dated_columns(share[:2], np.zeros(2, np.int32), 0)
    assert np.isfinite(undated).all()
    assert not np.allclose(undated[0], undated[1])
