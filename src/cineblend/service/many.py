"""Lists for many people at once, as a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl

from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ranking.rank import recommend

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame


def recommend_many(fitted: Fitted, people: Dataset | Mapping[Any, Any] | IntoFrame, k: int) -> pl.DataFrame:
    """The k best items for each person: columns user, rank (from 1), item, title and score.

    Args:
        fitted: the model.
        people: their interactions as a dataset or a frame, or a map from person to (item id to rating).
        k: length of the lists.

    Raises:
        UserError: there is no interaction with a known item, or a rating is off the model's scale.
    """
    dataset = _dataset(people)
    num = fitted.catalog.items.nums(_like(fitted, dataset))[dataset.ratings.item_num]
    known = num >= 0
    ratings, scale = dataset.ratings, fitted.scale
    if not known.any():
        raise UserError("nobody has an item that the model knows", expected="ids of the model's items")
    value = ratings.value[known]
    if value.min() < scale.low or value.max() > scale.high:
        raise UserError(
            f"the ratings go from {value.min():g} to {value.max():g}",
            expected=f"the scale that the model was fitted on, {scale.low:g} to {scale.high:g}",
            remedy="convert the ratings, or fit a model on them",
        )
    kept = Ratings(
        ratings.user_num[known],
        num[known],
        value,
        ratings.timestamp[known],
        ratings.n_users,
        len(fitted.catalog),
    )
    who = np.flatnonzero(kept.user_counts).astype(np.int32)
    listed = recommend(fitted.model, UserBatch.known(kept, who).as_unseen(), k=k)
    row, slot = np.nonzero(listed.item_num >= 0)
    item_num = listed.item_num[row, slot]
    return pl.DataFrame(
        {
            "user": dataset.users.ids[who[row]],
            "rank": (slot + 1).astype(np.int32),
            "item": fitted.catalog.items.ids[item_num],
            "title": [fitted.catalog.title[one] for one in item_num.tolist()],
            "score": listed.score[row, slot],
        }
    )


def _dataset(people: Any) -> Dataset:
    if isinstance(people, Dataset):
        return people
    if not isinstance(people, Mapping):
        return load(people)
    given = cast("Mapping[Any, Mapping[Any, float]]", people)
    rows = [(user, item, value) for user, rated in given.items() for item, value in rated.items()]
    if not rows:
        raise UserError("nobody has a rating", expected="a map from person to (item id to rating)")
    users, items, values = zip(*rows, strict=True)
    return load(pl.DataFrame({"user": users, "item": items, "rating": values}))


def _like(fitted: Fitted, dataset: Dataset) -> Any:
    """The items' ids of a dataset, with the type that the model's have."""
    ids, known = dataset.catalog.items.ids, fitted.catalog.items.ids
    if ids.dtype.kind == known.dtype.kind:
        return ids
    raise UserError(
        f"the item ids are {'text' if ids.dtype.kind == 'U' else 'whole numbers'}",
        expected=f"ids such as the model's {known[0].item()!r}",
        remedy="convert them",
    )
