"""Everybody's lists on one machine: what ``lists.py`` does on many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.files import atomic_path
from cineblend.ids import Ids
from cineblend.progress import bar
from cineblend.rank import Ranked, recommend_blocks


def write_everyone(dataset: Dataset, fitted: Fitted, out: Path, k: int) -> int:
    """Write the k best items of everybody who rated something the model knows, block by block.

    Args:
        dataset: the histories.
        fitted: a model; of another catalogue, maybe.
        out: a Parquet file of user, rank (from 1), item and score; replaced whole.
        k: length of a list.

    Returns:
        How many ratings are of items that the model does not know, and so count for nothing.

    Raises:
        UserError: all of them are.
    """
    ratings, n_skipped = _over(dataset, fitted)
    people_num = np.flatnonzero(ratings.user_counts).astype(np.int32)
    if not len(people_num):
        raise UserError(
            "nobody in the data rated anything that the model knows",
            expected="ratings of the items that the model was fitted on",
        )
    people = UserBatch.known(ratings, people_num).as_unseen()
    user_ids, item_ids = dataset.users.ids[people_num], fitted.catalog.items.ids
    frames: list[pl.DataFrame] = []
    at = 0
    with bar("listing", len(people)) as advance:
        for listed in recommend_blocks(fitted.model, people, k=k):
            frames.append(pl.DataFrame(columns_of(listed, user_ids[at : at + len(listed)], item_ids)))
            at += len(listed)
            advance(len(listed))
    with atomic_path(out) as path:
        pl.concat(frames).write_parquet(path)
    return n_skipped


def columns_of(listed: Ranked, users: npt.NDArray[Any], item_ids: Ids) -> dict[str, npt.NDArray[Any]]:
    """Lists as columns user, rank, item, score, a row a listed item."""
    row, slot = np.nonzero(listed.item_num >= 0)
    return {
        "user": users[row],
        "rank": (slot + 1).astype(np.int32),
        "item": item_ids[listed.item_num[row, slot]],
        "score": listed.score[row, slot],
    }


def _over(dataset: Dataset, fitted: Fitted) -> tuple[Ratings, int]:
    """The ratings with item numbers of the model's catalogue, and how many it does not know."""
    ratings = dataset.ratings
    num = fitted.catalog.items.nums(dataset.catalog.items.ids)[ratings.item_num]
    known = num >= 0
    kept = Ratings(
        ratings.user_num[known],
        num[known],
        ratings.value[known],
        ratings.timestamp[known],
        ratings.n_users,
        len(fitted.catalog),
    )
    return kept, int((~known).sum())
