"""Lists: everybody's best items by a saved model, one block of users at a time on Spark's workers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cineblend.bundle.fitted import Fitted
from cineblend.data.users import UserBatch
from cineblend.engine.arrow import Batches, map_batches
from cineblend.engine.here import columns_of, require_scale
from cineblend.engine.ratings import SparkRatings
from cineblend.errors import UserError
from cineblend.ids import Ids
from cineblend.models.state import rebuild
from cineblend.ranking.rank import recommend

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def list_everyone(ratings: SparkRatings, fitted: Fitted, k: int) -> DataFrame:
    """The k best items of each user by the model's fold-in of their ratings; items they rated are left out.

    The model goes to each worker once, as plain data. Blocks of users are scored against all items by the
    same code as on one machine; scores of users × items never exist at once, nor as rows of Spark.

    Args:
        ratings: the histories, numbered over the model's own catalogue.
        fitted: a model.
        k: length of the lists; a user with fewer remaining items gets fewer.

    Returns:
        One row per listed item: user, rank (from 1), item, score.

    Raises:
        UserError: the ratings are over another catalogue or scale, or k is below 1.
    """
    from pyspark.sql import functions as sf

    if ratings.catalog is not fitted.catalog and not np.array_equal(
        ratings.catalog.items.ids, fitted.catalog.items.ids
    ):
        raise UserError(
            "the ratings are not numbered over the model's catalogue",
            expected="the model's catalogue",
            remedy="read them with catalog=fitted.catalog",
        )
    require_scale(ratings.scale.low, ratings.scale.high, fitted)
    if k < 1:
        raise UserError(f"k is {k}", expected="a list length of at least 1")
    # Sorted by item number, so that a list does not depend on the order in which rows arrive.
    rated = sf.sort_array(sf.collect_list(sf.struct("item_num", "value", "timestamp"))).alias("rated")
    people = ratings.frame.groupBy("user").agg(rated)
    context = ratings.frame.sparkSession.sparkContext
    sent = context.broadcast((fitted.config, dict(fitted.model.state())))
    user = ratings.frame.schema["user"].dataType.simpleString()
    item = "string" if fitted.catalog.items.ids.dtype.kind == "U" else "bigint"
    schema = f"user {user}, rank int, item {item}, score float"
    return map_batches(people, _lister(sent, fitted.catalog.items.ids, k), schema)


def write_lists(lists: DataFrame, out: Path) -> None:
    """Write the rows of ``list_everyone`` as a folder of Parquet files, whole or not at all.

    Raises:
        UserError: the folder exists already.
    """
    if out.exists():
        raise UserError(
            f"{out} exists already", expected="the name of a new folder", remedy="choose another name"
        )
    target = out.absolute()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as made:
        lists.write.parquet(f"file://{made}/lists")
        whole = Path(made) / "lists"
        # Other readers reject the folder with Spark's checksums and success marker in it.
        for beside in [path for path in whole.iterdir() if path.suffix != ".parquet"]:
            beside.unlink()
        whole.rename(target)


def _lister(sent: Any, item_ids: Ids, k: int) -> Callable[[Batches], Batches]:
    """The worker's function for a batch of users.

    Args:
        sent: Spark's broadcast of the model's config and state.
        item_ids: (n_items,) outside ids.
        k: length of the lists.
    """

    def list_people(batches: Batches) -> Batches:
        import pyarrow as pa

        model = rebuild(*sent.value)
        for batch in batches:
            listed = recommend(model, _people(batch, len(item_ids)), k=k)
            users = batch.column("user").to_numpy(zero_copy_only=False)
            columns = columns_of(listed, users, item_ids)
            yield pa.record_batch({name: pa.array(column) for name, column in columns.items()})

    return list_people


def _people(batch: Any, n_items: int) -> UserBatch:
    """A batch of users with lists of (item_num, value, timestamp), as users that no model has seen."""
    rated = batch.column("rated")
    flat = rated.flatten()
    indptr = np.concatenate([[0], np.cumsum(rated.value_lengths().to_numpy())]).astype(np.int64)
    item_num, value, timestamp = (flat.field(name).to_numpy() for name in ("item_num", "value", "timestamp"))
    nobody = np.full(batch.num_rows, -1, np.int32)
    return UserBatch(nobody, indptr, item_num, value, timestamp, n_items)
