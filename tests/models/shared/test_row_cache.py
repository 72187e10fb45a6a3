"""Remembered: products are exact whatever the cache holds, and the cache stays within its size."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse as sp

from cineblend.models.shared import row_cache as remembered
from cineblend.models.shared.row_cache import FEW, Remembered

N = 30
MATRIX = np.random.default_rng(0).normal(size=(N, N))


class Counted:
    """A product that counts its rows."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def __call__(self, x: sp.csr_array) -> np.ndarray:
        self.rows.append(len(x.toarray()))
        return x @ MATRIX


def people(*histories: dict[int, float]) -> sp.csr_array:
    x = np.zeros((len(histories), N))
    for row, history in enumerate(histories):
        x[row, list(history)] = list(history.values())
    return sp.csr_array(x)


def test_a_repeated_history_needs_no_product() -> None:
    product = Counted()
    matrix = Remembered(product, (N, N))
    x = people({at: 1.0 + at for at in range(10)})
    for _ in range(4):
        np.testing.assert_allclose(matrix.times(x), x @ MATRIX, rtol=1e-12)
    assert product.rows == [5, 5, 2]  # twice the rest and four new rows, then two rows without a rest
    one_more = people(dict.fromkeys(range(11), 1.0))
    np.testing.assert_allclose(matrix.times(one_more), one_more @ MATRIX, rtol=1e-12)
    assert product.rows == [5, 5, 2, 1]


def test_a_batch_gives_the_results_of_single_users() -> None:
    together = people({0: 1.0, 4: 0.5}, {}, {4: 2.0, 7: 1.0}, dict.fromkeys(range(N), 0.2))
    found = Remembered(Counted(), (N, N)).times(together)
    np.testing.assert_allclose(found, together @ MATRIX, rtol=1e-12)
    alone = Remembered(Counted(), (N, N))
    for row in range(4):
        np.testing.assert_allclose(alone.times(together[[row]])[0], found[row], rtol=1e-12, atol=1e-15)


def test_large_and_empty_batches_do_not_use_the_cache() -> None:
    matrix = Remembered(Counted(), (N, N))
    for n in (0, FEW + 1):
        x = sp.csr_array(np.ones((n, N)))
        np.testing.assert_allclose(matrix.times(x), x @ MATRIX, rtol=1e-12)
    assert matrix.known(np.arange(N)) == [None] * N


def test_the_least_recently_used_row_is_evicted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_BYTES", 3 * 8 * N)
    monkeypatch.setattr(remembered, "_WORTH_KEEPING", 1)
    matrix = Remembered(Counted(), (N, N))
    for at in (0, 1, 2, 0, 3):
        matrix.times(people({at: 1.0}))
    kept = [row is not None for row in matrix.known(np.arange(N))]
    assert kept == [at in (0, 2, 3) for at in range(N)]
    x = people(dict.fromkeys(range(10), 1.0))
    np.testing.assert_allclose(matrix.times(x), x @ MATRIX, rtol=1e-12)


def test_a_history_longer_than_the_cache_evicts_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_BYTES", 5 * 8 * N)
    monkeypatch.setattr(remembered, "_WORTH_KEEPING", 1)
    product = Counted()
    matrix = Remembered(product, (N, N))
    matrix.times(people({1: 1.0, 2: 1.0}))
    x = people(dict.fromkeys(range(9), 1.0))
    for _ in range(2):
        np.testing.assert_allclose(matrix.times(x), x @ MATRIX, rtol=1e-12)
    assert [at for at, row in enumerate(matrix.known(np.arange(N))) if row is not None] == [1, 2]
    assert product.rows == [2, 1, 1]


def test_a_large_batch_computes_only_a_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_WORTH_KEEPING", 1)
    monkeypatch.setattr(remembered, "_MOST_NEW", 6)
    product = Counted()
    x = people(*({at: 1.0, at + 1: 2.0} for at in range(20)))
    np.testing.assert_allclose(Remembered(product, (N, N)).times(x), x @ MATRIX, rtol=1e-12)
    assert product.rows == [26]


def test_threads_may_share_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_BYTES", 5 * 8 * N)
    monkeypatch.setattr(remembered, "_WORTH_KEEPING", 1)
    matrix, rng = Remembered(Counted(), (N, N)), np.random.default_rng(1)
    asked = [people(dict.fromkeys(rng.choice(N, 6, replace=False).tolist(), 1.0)) for _ in range(200)]
    with ThreadPoolExecutor(4) as pool:
        for x, found in zip(asked, pool.map(matrix.times, asked), strict=True):
            np.testing.assert_allclose(found, x @ MATRIX, rtol=1e-12)


def test_float32_stays_float32() -> None:
    matrix = Remembered(lambda x: (x @ MATRIX).astype(np.float32), (N, N), np.float32)
    for _ in range(2):
        assert matrix.times(people({1: 1.0})).dtype == np.float32


def test_rows_are_computed_once() -> None:
    product = Counted()
    matrix = Remembered(lambda x: product(x)[:, :7], (N, 7))
    assert matrix.rows(np.array([], np.intp)).shape == (0, 7)
    for at in ([3, 9], [9, 3, 4], [4]):
        np.testing.assert_allclose(matrix.rows(np.array(at)), MATRIX[at, :7])
    assert product.rows == [2, 1]
    x = people({4: 2.0, 3: 1.0})
    np.testing.assert_allclose(matrix.times(x), (x @ MATRIX)[:, :7])
    assert product.rows == [2, 1]


def test_a_cache_of_too_few_rows_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST_BYTES", 5 * 8 * N)
    counted = Counted()
    kept = Remembered(counted, (N, N))
    x = people({1: 2.0, 4: 1.0})
    for _ in range(2):
        np.testing.assert_allclose(kept.times(x), x @ MATRIX)
    assert counted.rows == [1, 1]
