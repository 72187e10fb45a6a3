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
"""Of pyarrow.RecordBatch, which comes without types."""


@contextmanager
def no_word_of_pandas() -> Generator[None]:
    """Spark asks for pandas, warns of a newer one, and then needs none of it for record batches."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def map_batches(frame: DataFrame, function: Callable[[Batches], Batches], schema: str) -> DataFrame:
    """``frame.mapInArrow(function, schema)``: record batches in and out, a partition at a time."""
    with no_word_of_pandas():
        return frame.mapInArrow(function, schema)  # pyright: ignore[reportArgumentType]


def to_spark(spark: SparkSession, columns: Mapping[str, npt.NDArray[Any]]) -> DataFrame:
    """Columns of equal length as a frame."""
    import pyarrow as pa

    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    return spark.createDataFrame(table)


def from_spark(frame: DataFrame) -> dict[str, npt.NDArray[Any]]:
    """A frame's columns, fetched to this process; no column may hold nulls or lists."""
    table = frame.toArrow()
    return {name: table.column(name).to_numpy() for name in table.column_names}


def rows_of(column: Any) -> npt.NDArray[Any]:
    """(n, d) of a chunked column of lists of d numbers; a chunk at a time, as one list holds 2^31 numbers."""
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
