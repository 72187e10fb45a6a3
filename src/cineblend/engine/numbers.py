"""Row numbers of users whose ids Spark's ALS cannot use directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cineblend.engine.arrow import from_spark, to_spark
from cineblend.errors import UserError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_INT32 = 2**31 - 1


def with_user_num(
    known: DataFrame, counted: dict[str, Any], ids: str
) -> tuple[DataFrame, tuple[DataFrame, ...]]:
    """The ratings with their users' numbers, and the frames cached for it."""
    from pyspark.sql import functions as sf

    if ids == "int" and counted["first"] >= 0 and counted["last"] <= _INT32:
        numbered, parts = known.withColumn("user_num", sf.col("user").cast("int")), ()
    else:
        numbers, held = _numbers_of(known.select("user").distinct())
        numbered, parts = known.join(numbers, on="user"), (held,)
    return numbered.select("user", "user_num", "item_num", "value", "timestamp"), parts


def _numbers_of(users: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Row numbers by ascending id, without collecting all users in one place: by range, then within it."""
    from pyspark.sql import Window
    from pyspark.sql import functions as sf

    parts = users.repartitionByRange("user").withColumn("part", sf.spark_partition_id()).persist()
    sizes = from_spark(parts.groupBy("part").count().orderBy("part"))
    before = np.cumsum(sizes["count"]) - sizes["count"]
    total = int(sizes["count"].sum())
    if total > _INT32:
        parts.unpersist()
        raise UserError(f"{total} users are more than Spark's ALS can number", expected=f"at most {_INT32}")
    offsets = to_spark(users.sparkSession, {"part": sizes["part"].astype(np.int32), "before": before})
    within = sf.row_number().over(Window.partitionBy("part").orderBy("user")) - 1
    placed = parts.withColumn("within", within).join(sf.broadcast(offsets), on="part")
    return placed.select("user", (sf.col("before") + sf.col("within")).cast("int").alias("user_num")), parts
