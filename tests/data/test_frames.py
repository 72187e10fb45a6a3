"""Data frames of polars and pandas as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from cineblend.data.load import load
from cineblend.data.table_columns import TableColumns
from cineblend.errors import InputError, UserError

RATINGS = {"userId": [7, 7, 9], "movieId": [1, 3, 1], "rating": [4.0, 5.0, 2.5], "timestamp": [10, 20, 30]}
ITEMS = {"movieId": [1, 2, 3], "title": ["A (1990)", "B", "C, The (1999)"], "genres": ["X|Y", "", "Y"]}


@pytest.mark.parametrize("frame", [pl.DataFrame, pd.DataFrame])
def test_ratings_alone_and_with_items(frame: Any) -> None:
    alone = load(frame(RATINGS))
    assert (alone.n_users, alone.n_items, len(alone.ratings)) == (2, 2, 3)
    assert (alone.scale.low, alone.scale.high) == (2.5, 5.0)
    both = load(frame(RATINGS), items=frame(ITEMS))
    assert both.catalog.title == ("A (1990)", "B", "C, The (1999)")
    assert both.catalog.genres == (("X", "Y"), (), ("Y",))
    assert both.catalog.year.tolist() == [1990, 0, 1999]
    np.testing.assert_array_equal(both.ratings.timestamp, [10, 20, 30])
    assert both.source.name == "data-frame"


def test_a_dataset_as_frames_is_the_dataset() -> None:
    sample = load("sample")
    again = load(sample.to_pandas(), TableColumns(low=sample.scale.low, high=sample.scale.high))
    assert again.ratings.item_counts.sum() == sample.ratings.item_counts.sum()
    assert again.scale == sample.scale
    assert again.n_users == sample.n_users


def test_text_ids_and_own_names() -> None:
    frame = pl.DataFrame({"who": ["a", "b"], "what": ["x", "x"], "stars": [1, 3]})
    columns = TableColumns(user="who", item="what", rating="stars", ids="text", low=1, high=5)
    dataset = load(frame, columns)
    assert dataset.users.ids.tolist() == ["a", "b"]
    assert (dataset.scale.low, dataset.scale.high) == (1, 5)


def test_a_wrong_value_is_named_with_its_frame_and_row() -> None:
    with pytest.raises(InputError, match=r"the data frame ratings") as error:
        load(pl.DataFrame({**RATINGS, "rating": [4.0, None, 1.0]}))
    assert "cineblend-" not in str(error.value)
    with pytest.raises(InputError, match=r"the data frame items"):
        load(pl.DataFrame(RATINGS), items=pl.DataFrame({"name": ["x"]}))


def test_what_is_no_frame_and_items_beside_a_name_are_refused() -> None:
    with pytest.raises(UserError, match="cannot be read as a data frame"):
        load([1, 2, 3])  # type: ignore[arg-type] (no frame, on purpose)
    with pytest.raises(UserError, match="items beside 'sample'"):
        load("sample", items=pl.DataFrame(ITEMS))
