"""Everybody's lists on one machine; ``lists.py`` makes them on many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.bundle.fitted import Fitted
from cineblend.bundle.lists import recommend_in_processes
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.files import atomic_path
from cineblend.ids import Ids
from cineblend.progress import bar
from cineblend.ranking.rank import Ranked


def write_everyone(dataset: Dataset, fitted: Fitted, folder: Path, out: Path, k: int, workers: int) -> int:
    """Write the k best items of every user who rated a known item, about a thousand users at a time.

    Args:
        dataset: the users' histories.
        fitted: a model, possibly of another catalogue.
        folder: the model's bundle.
        out: a file of user, rank (from 1), item and score, CSV if its name ends so, else Parquet; replaced as
            a whole.
        k: length of the lists.
        workers: number of processes.

    Returns:
        The number of ratings that are ignored, since the model does not know their items.

    Raises:
        UserError: all ratings are ignored, or one is off the model's scale.
    """
    require_scale(dataset.ratings.value.min(initial=np.inf), dataset.ratings.value.max(initial=0.0), fitted)
    ratings, n_skipped = _over(dataset, fitted)
    people_num = np.flatnonzero(ratings.user_counts).astype(np.int32)
    if not len(people_num):
        raise UserError(
            "no user in the data rated an item that the model knows",
            expected="ratings of the items that the model was fitted on",
        )
    people = UserBatch.known(ratings, people_num).as_unseen()
    user_ids, item_ids = dataset.users.ids[people_num], fitted.catalog.items.ids
    frames: list[pl.DataFrame] = []
    at = 0
    with bar("listing", len(people)) as advance:
        for listed in recommend_in_processes(folder, people, k=k, workers=workers):
            frames.append(pl.DataFrame(columns_of(listed, user_ids[at : at + len(listed)], item_ids)))
            at += len(listed)
            advance(len(listed))
    with atomic_path(out) as path:
        lists = pl.concat(frames)
        if out.suffix.lower() == ".csv":
            lists.write_csv(path)
        else:
            lists.write_parquet(path)
    return n_skipped


def require_scale(low: float, high: float, fitted: Fitted) -> None:
    """Refuse ratings from ``low`` to ``high`` if they exceed the model's scale.

    Raises:
        UserError: one of the two is outside the scale.
    """
    scale = fitted.scale
    if low < scale.low or high > scale.high:
        raise UserError(
            f"the ratings go from {low:g} to {high:g}",
            expected=f"the scale that the model was fitted on, {scale.low:g} to {scale.high:g}",
            remedy="convert the ratings, or fit a model on them",
        )


def columns_of(listed: Ranked, users: npt.NDArray[Any], item_ids: Ids) -> dict[str, npt.NDArray[Any]]:
    """Lists as columns user, rank, item, score; one row per listed item."""
    row, slot = np.nonzero(listed.item_num >= 0)
    return {
        "user": users[row],
        "rank": (slot + 1).astype(np.int32),
        "item": item_ids[listed.item_num[row, slot]],
        "score": listed.score[row, slot],
    }


def _over(dataset: Dataset, fitted: Fitted) -> tuple[Ratings, int]:
    """The ratings with item numbers of the model's catalogue, and the number of ratings of unknown items."""
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
