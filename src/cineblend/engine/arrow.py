"""Arrow: typed columns into Spark, out of it, and through Python functions on its workers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Batches = Iterator[Any]
"""The type of pyarrow.RecordBatch, which comes without type hints."""


@contextmanager
def no_word_of_pandas() -> Generator[None]:
    """Silence Spark's warning about a newer pandas, which record batches do not use."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def map_batches(frame: DataFrame, function: Callable[[Batches], Batches], schema: str) -> DataFrame:
    """Run ``frame.mapInArrow(function, schema)``: record batches in and out, one partition at a time."""
    with no_word_of_pandas():
        return frame.mapInArrow(function, schema)  # pyright: ignore[reportArgumentType]


def to_spark(spark: SparkSession, columns: Mapping[str, npt.NDArray[Any]]) -> DataFrame:
    """Make a frame from columns of equal length."""
    import pyarrow as pa

    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    return spark.createDataFrame(table)


def from_spark(frame: DataFrame) -> dict[str, npt.NDArray[Any]]:
    """Fetch a frame's columns to this process; no column may hold nulls or lists."""
    table = frame.toArrow()
    return {name: table.column(name).to_numpy() for name in table.column_names}


def rows_of(column: Any) -> npt.NDArray[Any]:
    """(n, d) of a chunked column of lists of d numbers, read by chunks: a list holds at most 2^31 of them."""
    chunks = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks if len(chunk)]
    if not chunks:
        return np.empty((0, 0))
    rows = np.empty((len(column), sum(map(len, chunks)) // len(column)), chunks[0].dtype)
    at = 0
    for chunk in chunks:
        part = chunk.reshape(-1, rows.shape[1])
        rows[at : at + len(part)] = part
        at += len(part)
    return rows
