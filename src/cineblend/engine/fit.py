"""Fitting with Spark: from ratings in a cluster to a model that is saved and served like any other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import data_card, film_facts
from cineblend.comparison.strategies import STRATEGIES, Strategy, reseeded
from cineblend.engine.arrow import from_spark
from cineblend.engine.factors import fit_factors
from cineblend.engine.ratings import SparkRatings
from cineblend.environment import environment
from cineblend.errors import UserError
from cineblend.models.factors.als import ALSConfig
from cineblend.models.factors.als_wr import WeightedALSConfig
from cineblend.progress import bar

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = (
    "fitted as als-wr: Spark's ALS multiplies the regularization by the number of ratings behind a vector, "
    "which als does not"
)


def spark_strategy(strategy: Strategy) -> tuple[Strategy, tuple[str, ...]]:
    """The strategy that Spark fits in place of one, and the notes for its reader.

    Raises:
        UserError: Spark cannot fit it.
    """
    if isinstance(strategy.model, WeightedALSConfig):
        return strategy, ()
    if strategy.name == "als" and isinstance(strategy.model, ALSConfig):
        return reseeded(STRATEGIES["als-wr"], strategy.model.seed), (NOTE,)
    able = [row.name for row in STRATEGIES.values() if isinstance(row.model, WeightedALSConfig)]
    raise UserError(
        f"Spark cannot fit {strategy.name}",
        expected="one of " + ", ".join(["als", *able]),
        remedy=f"choose one of these, or leave --engine out to fit {strategy.name} on one machine",
    )


def fit(ratings: SparkRatings, strategy: Strategy) -> Fitted:
    """Fit a strategy on every rating and gather the facts about each film.

    The result is in this process and no longer needs Spark: ``bundle.write`` saves it.

    Args:
        ratings: the training data; still cached afterwards.
        strategy: a strategy that ``spark_strategy`` supports.

    Raises:
        UserError: Spark cannot fit the strategy.
        CineblendError: its factors are not finite.
    """
    row, notes = spark_strategy(strategy)
    config = row.model
    assert isinstance(config, WeightedALSConfig)  # noqa: S101 (spark_strategy guarantees it)
    start = time.perf_counter()
    with bar(f"fitting {row.name} on {ratings.n_ratings} ratings with Spark", None):
        model = fit_factors(ratings, config)
    seconds = time.perf_counter() - start
    return Fitted(
        strategy=row.name,
        title=row.title,
        config=config,
        model=model,
        catalog=ratings.catalog,
        films=film_facts(*_sums(ratings)),
        scale=ratings.scale,
        made_from={
            "data": _card(ratings),
            "seed": config.seed,
            "seconds": {"fit": round(seconds, 3)},
            "notes": list(notes),
            "environment": environment(),
        },
    )


def _sums(ratings: SparkRatings) -> tuple[np.ndarray, np.ndarray]:
    """(n_items,) number of ratings per item, and their sum."""
    from pyspark.sql import functions as sf

    grouped = ratings.frame.groupBy("item_num").agg(
        sf.count(sf.lit(1)).alias("count"), sf.sum("value").alias("total")
    )
    found = from_spark(grouped)
    count, total = np.zeros(len(ratings.catalog), np.int64), np.zeros(len(ratings.catalog))
    count[found["item_num"]], total[found["item_num"]] = found["count"], found["total"]
    return count, total


def _card(ratings: SparkRatings) -> Mapping[str, Any]:
    return data_card(
        ratings.source,
        users=ratings.n_users,
        items=len(ratings.catalog),
        ratings=ratings.n_ratings,
        tags=0,
    ) | {"ratings_xxhash64": ratings.digest}
