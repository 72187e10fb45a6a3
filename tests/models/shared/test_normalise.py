"""Normalisers: scores on one scale, for each user."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from cineblend.models.shared.normalise import (
    NORMALISERS,
    Normalise,
    minmax,
    rank,
    reciprocal_rank,
    zscore,
)

number = st.integers(-8000, 8000).map(lambda eighths: eighths / 8)  # differences that float32 can represent
scores = arrays(np.float32, (3, 6), elements=number)
gappy = arrays(np.float32, (3, 6), elements=st.one_of(number, st.just(np.nan)))
every = pytest.mark.parametrize("normalise", NORMALISERS.values(), ids=NORMALISERS)


@every
@given(reference=gappy, values=gappy)
def test_nan_stays_nan_and_no_other_value_becomes_nan(
    normalise: Normalise, reference: np.ndarray, values: np.ndarray
) -> None:
    before = reference.copy(), values.copy()
    scaled = normalise(reference, values)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(scaled), np.isnan(values))
    assert not np.isinf(scaled).any()
    np.testing.assert_array_equal(reference, before[0])
    np.testing.assert_array_equal(values, before[1])


@every
@given(reference=gappy, values=scores)
def test_the_order_is_kept(normalise: Normalise, reference: np.ndarray, values: np.ndarray) -> None:
    for before, after in zip(values, normalise(reference, values), strict=True):
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= 0).all()


@every
@given(reference=gappy, values=gappy)
def test_each_user_is_scaled_separately(
    normalise: Normalise, reference: np.ndarray, values: np.ndarray
) -> None:
    whole = normalise(reference, values)
    alone = np.concatenate([normalise(reference[i : i + 1], values[i : i + 1]) for i in range(3)])
    np.testing.assert_array_equal(whole, alone)


@every
def test_an_empty_population_changes_nothing(normalise: Normalise) -> None:
    values = np.array([[2, 5, 1]], np.float32)
    np.testing.assert_array_equal(normalise(np.full((1, 4), np.nan, np.float32), values), values)


@given(scores)
def test_minmax_of_its_own_population_is_from_0_to_1(values: np.ndarray) -> None:
    scaled = minmax(values, values)
    assert ((scaled >= 0) & (scaled <= 1)).all()


def test_minmax_extrapolates_outside_its_population() -> None:
    reference = np.array([[np.nan, 1, 3]], np.float32)
    values = np.array([[5, 1, 3, np.nan]], np.float32)
    np.testing.assert_array_equal(minmax(reference, values), [[2, 0, 1, np.nan]])


@pytest.mark.parametrize("normalise", [minmax, zscore])
def test_a_constant_population_only_shifts(normalise: Normalise) -> None:
    reference = np.array([[2, 2, np.nan], [0.1, 0.1, 0.1]], np.float32)
    values = np.array([[2, 5, 1], [0.1, 1.1, 0.1]], np.float32)
    np.testing.assert_allclose(normalise(reference, values), [[0, 3, -1], [0, 1, 0]], atol=1e-7)


def test_zscore_of_its_own_population_has_mean_0_and_deviation_1() -> None:
    values = np.random.default_rng(0).normal(40, 7, (4, 500)).astype(np.float32)
    scaled = zscore(values, values)
    np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=1), 1, rtol=1e-5)


def test_rank_is_scipys_middle_rank_of_its_own_population() -> None:
    values = np.array([[3, 1, 1, 9, 4, 4, 4]], np.float32)
    np.testing.assert_allclose(rank(values, values), (rankdata(values, axis=1) - 0.5) / 7, rtol=1e-6)


def test_ranks_are_taken_in_the_population() -> None:
    reference = np.array([[np.nan, 10, 20]], np.float32)
    values = np.array([[5, 10, 15, 30, np.nan]], np.float32)
    np.testing.assert_allclose(rank(reference, values), [[0, 0.25, 0.5, 1, np.nan]])
    np.testing.assert_allclose(
        reciprocal_rank(reference, values), [[1 / 63, 1 / 62, 1 / 62, 1 / 61, np.nan]], rtol=1e-6
    )
