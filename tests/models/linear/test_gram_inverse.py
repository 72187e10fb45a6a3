"""Gram inverse: both solvers agree with numpy, and a matrix that does not fit is refused."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from cineblend.errors import NotAvailableError
from cineblend.models.linear import design_matrix as input_rows
from cineblend.models.linear import gram_inverse as gram
from cineblend.models.linear.design_matrix import Rows
from cineblend.models.linear.gram_inverse import Solver, invert, needed_bytes

GIB = 2**30 / 1e6


def some_rows(n_people: int, n_text: int, n_items: int) -> Rows:
    rng = np.random.default_rng(0)
    sparse = rng.random((n_people, n_items)) * (rng.random((n_people, n_items)) < 0.3)
    return Rows(sp.csr_array(sparse), rng.normal(size=(n_items, n_text)).astype(np.float32), 1.5)


@pytest.mark.parametrize("shape", [(5, 0, 12), (5, 3, 12), (20, 0, 12), (20, 3, 12), (0, 4, 12), (3, 0, 0)])
@pytest.mark.parametrize("solver", ["primal", "dual", "auto"])
@pytest.mark.parametrize("room", [0, 1000])
def test_equals_the_explicit_inverse(
    shape: tuple[int, int, int], solver: Solver, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gram, "_MOST_HALVES", room)
    monkeypatch.setattr(input_rows, "BLOCK", 5)  # several blocks, the last one short
    rows = some_rows(*shape)
    x = np.concatenate([rows.sparse.toarray(), rows.dense])
    expected = np.linalg.inv(x.T @ x + 0.7 * np.eye(shape[2]))
    inverse = invert(rows, 0.7, solver)
    asked = sp.csr_array(np.eye(shape[2])[::2])
    np.testing.assert_allclose(inverse.times(asked), expected[::2], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(inverse.diagonal, np.diag(expected), rtol=1e-9)
    np.testing.assert_allclose(inverse.times(asked.toarray()), expected[::2], rtol=1e-9, atol=1e-12)
    rng = np.random.default_rng(0)
    chosen = rng.permuted(np.tile(np.arange(shape[2]), (len(expected[::2]), 1)), axis=1)[:, :4]
    at = np.take_along_axis(expected[::2], chosen, axis=1)
    np.testing.assert_allclose(inverse.times_at(asked, chosen), at, rtol=1e-9, atol=1e-12)
    some = np.arange(shape[2])[1::3]
    np.testing.assert_allclose(
        inverse.at(some, some[:2]), expected[np.ix_(some, some[:2])], rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(("shape", "way"), [((5, 3, 12), "DualInverse"), ((9, 3, 12), "PrimalInverse")])
def test_the_smaller_matrix_is_inverted(shape: tuple[int, int, int], way: str) -> None:
    assert type(invert(some_rows(*shape), 1.0)).__name__ == way


def test_a_matrix_that_does_not_fit_is_refused_with_its_size_and_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gram, "free_mb", lambda: 4 * GIB)
    wide = Rows(sp.csr_array((10, 30_000)), np.empty((30_000, 0), np.float32))
    with pytest.raises(NotAvailableError, match=r"30000 x 30000 items does not fit: 4\.3 GB") as refused:
        invert(wide, 1.0, "primal")
    assert refused.value.expected == "about 8.2 GB"
    assert "'auto'" in refused.value.remedy
    invert(wide, 1.0, "dual")
    huge = Rows(sp.csr_array((30_000, 30_000)), np.empty((30_000, 0), np.float32))
    with pytest.raises(NotAvailableError) as refused:
        invert(huge, 1.0)
    assert "als" in refused.value.remedy


def test_the_peak_of_memory_is_as_predicted() -> None:
    """Measured by numpy's allocations, which tracemalloc sees."""
    import tracemalloc

    for shape, solver in (((20, 0, 1200), "primal"), ((600, 200, 2000), "dual")):
        rows = some_rows(*shape)
        assert rows.dense.shape == shape[1:]  # computed on first use: X itself is not counted
        size, width = (shape[2], 0) if solver == "primal" else (shape[0] + shape[1], shape[2])
        tracemalloc.start()
        invert(rows, 1.0, solver)  # type: ignore[arg-type] (a plain string)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert 8 * size**2 <= peak <= 1.1 * needed_bytes(size, width), (shape, solver)
