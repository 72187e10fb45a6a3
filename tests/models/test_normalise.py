"""Normalisers: onto one scale, person by person."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cineblend.models.normalise import minmax

scores = arrays(np.float32, (3, 6), elements=st.floats(-1e3, 1e3, width=32))


@given(scores)
def test_minmax_of_its_own_population_lies_in_0_to_1_and_keeps_the_order(values: np.ndarray) -> None:
    scaled = minmax(values, values)
    assert ((scaled >= 0) & (scaled <= 1)).all()
    for before, after in zip(values, scaled, strict=True):
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= 0).all()


def test_minmax_carries_on_outside_its_population() -> None:
    reference = np.array([[np.nan, 1, 3]], np.float32)
    values = np.array([[5, 1, 3, np.nan]], np.float32)
    np.testing.assert_array_equal(minmax(reference, values), [[2, 0, 1, np.nan]])


def test_a_constant_or_empty_population_keeps_what_order_there_is() -> None:
    reference = np.array([[2, 2, np.nan], [np.nan] * 3], np.float32)
    values = np.array([[2, 5, 1], [2, 5, 1]], np.float32)
    np.testing.assert_array_equal(minmax(reference, values), [[0, 3, -1], [2, 5, 1]])
