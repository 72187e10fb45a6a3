"""SparkRatings: any number of ratings in a Spark frame, typed, checked, and with row numbers for ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np

from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.engine.arrow import from_spark, to_spark
from cineblend.engine.numbers import with_user_num
from cineblend.engine.typed import expected_of, id_column, rating_column, seconds_column
from cineblend.errors import InputError, UserError
from cineblend.ids import Ids, Vocabulary

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

Unknown = Literal["refuse", "skip"]

_SMALL = 1_000_000
"""A catalogue of up to so many items is sent to every worker whole; a larger one is joined by shuffling."""
_FRAME = Source("ratings in Spark", "a Spark frame")


@dataclass(frozen=True, eq=False)
class SparkRatings:
    """Ratings in Spark.

    Attributes:
        frame: user (the outside id), user_num, item_num (int), value (float), timestamp (bigint, 0 where
            there is none); cached, until ``close``. A user's number is the id itself where ids are whole
            numbers that fit, else a row number by rising id; an item's is its row in ``catalog``.
        source: where they came from.
        catalog: the items.
        scale: lowest and highest rating.
        n_ratings: how many there are.
        n_users: of how many people.
        n_skipped: ratings of items that the catalogue lacks, which were left out.
        digest: of all of them, in whatever order.
        cached: frames that Spark keeps for these.
    """

    frame: DataFrame
    source: Source
    catalog: Catalog
    scale: RatingScale
    n_ratings: int
    n_users: int
    n_skipped: int
    digest: str
    cached: tuple[DataFrame, ...]

    def close(self) -> None:
        """Let go of what is cached."""
        _let_go(self.cached)


def _let_go(cached: tuple[DataFrame, ...]) -> None:
    for frame in cached:
        frame.unpersist()


def number_ratings(
    frame: DataFrame,
    *,
    user: str = "user",
    item: str = "item",
    rating: str = "rating",
    timestamp: str | None = None,
    catalog: Catalog | None = None,
    scale: tuple[float | None, float | None] = (None, None),
    ids: Literal["int", "text"] = "int",
    unknown: Unknown = "refuse",
    source: Source = _FRAME,
    path: Path | None = None,
) -> SparkRatings:
    """Type, check and number a frame of ratings; one pass over it, and a shuffle that looks for duplicates.

    Args:
        frame: a row a rating.
        user: the column of the people's ids.
        item: of the items' ids.
        rating: of the ratings.
        timestamp: of the times; None where there are none, and then all are 0.
        catalog: the items; None for the rated ones by rising id, with their ids as titles.
        scale: lowest and highest rating; None takes the one there is.
        ids: whether ids are whole numbers or text.
        unknown: "refuse" items that the catalogue lacks, or "skip" their ratings.
        source: where they came from.
        path: named in errors.

    Raises:
        InputError: no ratings, values that are missing or wrong (NaN, beyond the scale, no whole number),
            unknown items, or a user who rated an item twice; says how many rows, and shows one.
        UserError: the ids are of another type than ``ids`` says, or there are too many people.
    """
    where = path or Path(source.location)
    columns = {
        "user": id_column(frame, user, ids),
        "item": id_column(frame, item, ids),
        "value": rating_column(rating, *scale),
        "timestamp": seconds_column(frame, timestamp),
    }
    typed = frame.select(*(column.alias(role) for role, column in columns.items()))
    if catalog is None:
        catalog = _catalog_of_rated(typed, ids)
    _require_kind(catalog, ids)
    joined = _with_item_num(typed, catalog).persist()
    try:
        counted = _counted(joined)
        for role, expected in expected_of(*scale).items():
            if counted[role]:
                bad = frame.where(columns[role].isNull())
                _refuse(where, bad, f"{role} is missing or wrong", counted[role], expected)
        _require_known(where, joined, counted, unknown)
        known = joined.where("item_num is not null").drop("item")
        numbered, parts = with_user_num(known, counted, ids)
        cached = (numbered.persist(), *parts)
        n_users = _count_users(where, numbered, cached, catalog)
    finally:
        joined.unpersist()
    return SparkRatings(
        frame=numbered,
        source=source,
        catalog=catalog,
        scale=RatingScale(*_ends(counted, scale)),
        n_ratings=counted["rows"] - counted["unknown"],
        n_users=n_users,
        n_skipped=counted["unknown"],
        digest=f"{counted['digest'] & (2**64 - 1):016x}",
        cached=cached,
    )


def ratings_of(spark: SparkSession, dataset: Dataset, *, catalog: Catalog | None = None) -> SparkRatings:
    """The ratings of a dataset that is in memory.

    Args:
        spark: the session.
        dataset: its ratings, catalogue and scale.
        catalog: a model's in place of the dataset's own; ratings of items that it lacks are skipped.
    """
    ratings = dataset.ratings
    columns = {
        "user": dataset.users.ids[ratings.user_num],
        "item": dataset.catalog.items.ids[ratings.item_num],
        "rating": ratings.value,
        "timestamp": ratings.timestamp,
    }
    return number_ratings(
        to_spark(spark, columns),
        timestamp="timestamp",
        catalog=dataset.catalog if catalog is None else catalog,
        unknown="refuse" if catalog is None else "skip",
        scale=(dataset.scale.low, dataset.scale.high),
        ids="text" if dataset.users.ids.dtype.kind == "U" else "int",
        source=dataset.source,
    )


def _catalog_of_rated(typed: DataFrame, ids: str) -> Catalog:
    found = from_spark(typed.where("item is not null").select("item").distinct().orderBy("item"))["item"]
    items: Ids = found.astype(np.str_) if ids == "text" else found.astype(np.int64)
    names = tuple(str(one) for one in items.tolist())
    return Catalog(Vocabulary(items), names, np.zeros(len(items), np.int32), ((),) * len(items))


def _require_kind(catalog: Catalog, ids: str) -> None:
    if len(catalog) and (catalog.items.ids.dtype.kind == "U") != (ids == "text"):
        raise UserError(
            f"the ratings' ids are read as {ids}, and the catalogue's are of the other kind",
            expected="int and int, or text and text",
            remedy="say --ids text, or leave it out (in Python: ids=...)",
        )


def _with_item_num(typed: DataFrame, catalog: Catalog) -> DataFrame:
    from pyspark.sql import functions as sf

    num = np.arange(len(catalog), dtype=np.int32)
    items = to_spark(typed.sparkSession, {"item": catalog.items.ids, "item_num": num})
    return typed.join(sf.broadcast(items) if len(catalog) <= _SMALL else items, on="item", how="left")


def _counted(joined: DataFrame) -> dict[str, Any]:
    """Everything that one pass can tell."""
    from pyspark.sql import functions as sf

    def rows(condition: str) -> Column:
        return sf.count_if(sf.expr(condition))

    return joined.agg(
        sf.count(sf.lit(1)).alias("rows"),
        rows("user is null").alias("user"),
        rows("item is null").alias("item"),
        rows("value is null").alias("value"),
        rows("timestamp is null").alias("timestamp"),
        rows("item is not null and item_num is null").alias("unknown"),
        sf.min("user").alias("first"),
        sf.max("user").alias("last"),
        sf.min("value").alias("low"),
        sf.max("value").alias("high"),
        sf.bit_xor(sf.xxhash64("user", "item", "value", "timestamp")).alias("digest"),
    ).collect()[0].asDict()  # fmt: skip


def _refuse(path: Path, bad: DataFrame, problem: str, count: int, expected: str) -> NoReturn:
    """Say how many rows are wrong, and show one of them as it was given."""
    row = bad.limit(1).collect()[0].asDict()
    given = ", ".join(f"{name} {value!r}" for name, value in row.items())
    raise InputError(
        path,
        f"in {count} rows the {problem}; one of them has {given}",
        expected=expected,
        remedy="correct or remove those rows",
    )


def _require_known(path: Path, joined: DataFrame, counted: Mapping[str, Any], unknown: Unknown) -> None:
    """Check that there are ratings, and of known items."""
    if not counted["rows"]:
        raise InputError(path, "has no ratings", expected="a rating in each row")
    if unknown == "refuse" and counted["unknown"]:
        bad = joined.where("item_num is null").drop("item_num")
        _refuse(path, bad, "item is not in the catalogue", counted["unknown"], "every rated item in it")
    if counted["unknown"] == counted["rows"]:
        raise InputError(path, "rates none of the catalogue's items", expected="ratings of items in it")


def _ends(counted: Mapping[str, Any], scale: tuple[float | None, float | None]) -> tuple[float, float]:
    """The scale's ends: as given, else the lowest and highest rating there is."""
    low, high = (
        float(str(np.float32(counted[name]))) if end is None else end
        for name, end in zip(("low", "high"), scale, strict=True)
    )
    return low, high


def _count_users(path: Path, numbered: DataFrame, cached: tuple[DataFrame, ...], catalog: Catalog) -> int:
    """How many people there are; lets go of what is cached where one of them rates an item twice."""
    try:
        _require_once(path, numbered, catalog)
        return numbered.select("user").distinct().count()
    except BaseException:
        _let_go(cached)
        raise


def _require_once(path: Path, numbered: DataFrame, catalog: Catalog) -> None:
    twice = numbered.groupBy("user", "item_num").count().where("count > 1").limit(1).collect()
    if twice:
        user, item_num, count = twice[0]
        item = catalog.items.ids[[item_num]].tolist()[0]
        raise InputError(
            path,
            f"user {user!r} rates item {item!r} {count} times",
            expected="each user rates an item once",
            remedy="keep one of the rows (in Spark: dropDuplicates)",
        )
