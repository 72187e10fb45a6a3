"""Arrow: lists of numbers as rows, whatever the chunks they come in."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.engine.arrow import rows_of

pa = pytest.importorskip("pyarrow", reason="the Spark engine is not installed")


@pytest.mark.parametrize("cuts", [[5], [2, 3], [0, 1, 4], [1] * 5])
def test_rows_of_a_chunked_column(cuts: list[int]) -> None:
    rows = np.arange(15, dtype=np.float32).reshape(5, 3)
    parts = np.split(rows, np.cumsum(cuts)[:-1])
    kind = pa.list_(pa.float32())
    column = pa.chunked_array([pa.array(part.tolist(), kind) for part in parts], kind)
    np.testing.assert_array_equal(rows_of(column), rows)


def test_no_rows() -> None:
    assert rows_of(pa.chunked_array([], pa.list_(pa.float32()))).size == 0
