"""Sparse products: equal to products of whole matrices, for one user and for many."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp

from cineblend.models.shared import sparse_products as chosen
from cineblend.models.shared.sparse_products import (
    combined,
    compact,
    entries,
    mixtures,
    places,
    products,
    sums,
)

RNG = np.random.default_rng(0)


def sparse(n: int, m: int) -> sp.csr_array:
    return sp.csr_array(RNG.random((n, m)) * (RNG.random((n, m)) < 0.3))


@pytest.mark.parametrize("n", [0, 1, 2, 6])
@pytest.mark.parametrize("c", [0, 3, 12])
def test_products(n: int, c: int) -> None:
    people, items = RNG.normal(size=(n, 4)), RNG.normal(size=(12, 4))
    chosen = RNG.integers(0, 12, (n, c))
    expected = np.take_along_axis(people @ items.T, chosen, axis=1)
    np.testing.assert_allclose(products(people, items, chosen), expected)


@pytest.mark.parametrize("n", [0, 1, 2, 6])
def test_mixtures_and_sums(n: int) -> None:
    weights, rows = sparse(n, 12), sparse(12, 9)
    expected = weights.toarray() @ rows.toarray()
    np.testing.assert_allclose(mixtures(weights, rows.toarray()), expected)
    np.testing.assert_allclose(sums(weights, rows), expected)


def test_a_user_without_weights_sums_to_0() -> None:
    nothing = sp.csr_array((1, 12))
    np.testing.assert_array_equal(mixtures(nothing, np.ones((12, 3))), np.zeros((1, 3)))
    np.testing.assert_array_equal(sums(nothing, sparse(12, 9)), np.zeros((1, 9)))


def test_a_users_result_does_not_depend_on_the_batch() -> None:
    weights, rows, vectors = sparse(6, 12), sparse(12, 9), RNG.normal(size=(12, 5)).astype(np.float32)
    for person in range(6):
        alone = sp.csr_array(weights[[person]])
        np.testing.assert_array_equal(sums(alone, rows)[0], sums(weights, rows)[person])
        np.testing.assert_array_equal(mixtures(alone, vectors)[0], mixtures(weights, vectors)[person])


def test_sums_by_dense_rows_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    weights, rows = sparse(40, 12), sparse(12, 9)
    written = sums(weights, rows)
    monkeypatch.setattr(chosen, "_MOST_CELLS", 0)
    np.testing.assert_array_equal(sums(weights, rows), written)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 40])
def test_sums_of_repeated_rows_are_equal(
    monkeypatch: pytest.MonkeyPatch, n: int, kind: type[np.floating]
) -> None:
    weights, rows = sp.csr_array(sparse(n, 12), dtype=kind), compact(sparse(12, 9))
    for order in (places(weights), places(rows)):  # unsorted, as in a history
        for first, last in pairwise(order[0].tolist()):
            order[1][first:last] = RNG.permutation(order[1][first:last])
    monkeypatch.setattr(chosen, "_MOST_CELLS", 0)
    one_by_one = sums(weights, rows)
    monkeypatch.setattr(chosen, "_MUCH", -1)
    monkeypatch.setattr(chosen, "_AGAIN", -1)
    monkeypatch.setattr(chosen, "_entries_of", None)
    np.testing.assert_array_equal(sums(weights, rows), one_by_one)
    np.testing.assert_array_equal(sums(sp.csr_array((n, 12)), rows), np.zeros((n, 9)))


def test_compact_only_rounds() -> None:
    matrix = sparse(12, 9)
    small = compact(matrix)
    assert (small.data.dtype, small.indices.dtype, small.indptr.dtype) == (np.float32, np.int32, np.int32)
    np.testing.assert_array_equal(small.toarray(), matrix.toarray().astype(np.float32))


def test_entries() -> None:
    matrix = sparse(12, 9)
    for rows, columns in (([3, 0, 3], [8, 1]), ([], [2]), ([5], [])):
        r, c = np.array(rows, np.intp), np.array(columns, np.intp)
        np.testing.assert_array_equal(entries(matrix, r, c), matrix.toarray()[np.ix_(r, c)])


def test_combined_is_the_product_in_some_columns() -> None:
    rng = np.random.default_rng(3)
    weights = sp.csr_array(rng.random((5, 7)) * (rng.random((5, 7)) < 0.5))
    rows = sp.csr_array(rng.random((7, 9)) * (rng.random((7, 9)) < 0.5))
    for columns in (np.array([8, 0, 3]), np.array([], np.intp), np.arange(9)):
        expected = (weights.toarray() @ rows.toarray())[:, columns]
        np.testing.assert_allclose(combined(weights, rows, columns), expected)
