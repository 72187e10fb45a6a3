"""Factors: item vectors from Spark's alternating least squares, as a WeightedALS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cineblend.data.users import UserBatch
from cineblend.engine.arrow import Batches, map_batches, rows_of
from cineblend.engine.ratings import SparkRatings
from cineblend.errors import CineblendError, UserError
from cineblend.models.factors.als_wr import WeightedALS, WeightedALSConfig
from cineblend.models.factors.least_squares import Factors
from cineblend.models.shared.grading import GRADINGS, Grading

_CHECKPOINT = 4
"""Iterations between checkpoints, if the session has a checkpoint folder; else the plan grows with each."""

if TYPE_CHECKING:
    from pyspark.ml.recommendation import ALSModel
    from pyspark.sql import DataFrame


def fit_factors(ratings: SparkRatings, config: WeightedALSConfig) -> WeightedALS:
    """Fit item factors with Spark for the recommender of ``config``.

    Raises:
        UserError: the grading needs all of a user's ratings at once.
        CineblendError: the factors are not finite.
    """
    fitted = fit_als(ratings, config)
    num, items = factors_of(fitted.itemFactors)
    fitted.itemFactors.unpersist()
    fitted.userFactors.unpersist()
    if not np.isfinite(items).all():
        raise CineblendError(
            f"{int((~np.isfinite(items)).any(axis=1).sum())} of {len(items)} item vectors are not finite",
            remedy="raise the regularization",
        )
    known = np.zeros(len(ratings.catalog), bool)
    known[num] = True
    return WeightedALS.of(config, items, known, ratings.scale.high)


def fit_als(ratings: SparkRatings, config: WeightedALSConfig) -> ALSModel:
    """Spark's own model; its last half-step solved the users' factors from the item factors that it gives.

    Raises:
        UserError: the grading needs all of a user's ratings at once.
    """
    from pyspark.ml.recommendation import ALS

    implicit = config.feedback == "implicit"
    blocks = max(2, ratings.frame.sparkSession.sparkContext.defaultParallelism)
    return ALS(
        rank=config.n_factors,
        maxIter=config.epochs,
        regParam=config.regularization,
        implicitPrefs=implicit,
        alpha=config.confidence if implicit else 1.0,
        seed=config.seed,
        checkpointInterval=_CHECKPOINT,
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        userCol="user_num",
        itemCol="item_num",
        ratingCol="value",
    ).fit(_graded(ratings, config.grading) if implicit else ratings.frame)


def factors_of(frame: DataFrame) -> tuple[np.ndarray, Factors]:
    """((n,) ascending row numbers, (n, n_factors) vectors) of a frame of Spark's factors."""
    table = frame.toArrow()
    num = table.column("id").to_numpy()
    order = np.argsort(num)
    return num[order], rows_of(table.column("features"))[order].astype(np.float64)


def _graded(ratings: SparkRatings, grading: Grading) -> DataFrame:
    """User and item numbers with positive grades in place of ratings, by the rules of the fold-in."""
    if grading == "centred":
        raise UserError(
            "the grading 'centred' needs all of a user's ratings at once",
            expected="binary, liked or graded",
            remedy="choose one of these, or fit on one machine",
        )
    graded = _grader(grading, ratings.scale.high, len(ratings.catalog))
    return map_batches(
        ratings.frame.select("user_num", "item_num", "value"),
        graded,
        "user_num int, item_num int, value float",
    )


def _grader(grading: Grading, high: float, n_items: int) -> Callable[[Batches], Batches]:
    def grade(batches: Batches) -> Batches:
        import pyarrow as pa

        for batch in batches:
            value = batch.column("value").to_numpy()
            # These rules read each rating separately, so a batch may count as one user.
            together = UserBatch(
                np.full(1, -1, np.int32),
                np.array([0, len(value)], np.int64),
                batch.column("item_num").to_numpy(),
                value,
                np.zeros(len(value), np.int64),
                n_items,
            )
            found = GRADINGS[grading](together, high).astype(np.float32)
            users, items = batch.column("user_num"), batch.column("item_num")
            whole = pa.record_batch([users, items, pa.array(found)], ["user_num", "item_num", "value"])
            yield whole.filter(pa.array(found > 0))

    return grade
