"""One line from a frame to lists, as a frame; and what the library accepts as one person's ratings."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp

from cineblend import Dataset, Recommender
from cineblend.errors import UserError
from cineblend.service.wanted import by_item, list_length

RATINGS = pl.DataFrame(
    {
        "user": ["ann", "ann", "bob", "bob", "cid"],
        "item": [1, 2, 1, 3, 1],
        "rating": [4.0, 5.0, 3.0, 4.0, 2.0],
    }
)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender.fit(Dataset.from_frames(RATINGS), strategy="popularity")


def test_many_people_get_lists_as_a_frame(recommender: Recommender):
    lists = recommender.recommend_many({"dan": {1: 4.0}, "eve": {2: 2.0, 3: 2.0}}, k=2)
    assert lists.columns == ["user", "rank", "item", "title", "score"]
    assert lists.select("user", "rank", "item").rows() == [("dan", 1, 2), ("dan", 2, 3), ("eve", 1, 1)]
    again = recommender.recommend_many(RATINGS, k=1)
    assert again["user"].to_list() == ["ann", "bob", "cid"]


@pytest.mark.parametrize(
    ("people", "problem"),
    [
        ({}, "nobody has a rating"),
        ({"dan": {9: 4.0}}, "nobody has an item that the model knows"),
        ({"dan": {"1": 4.0}}, "the item ids are text"),
        ({"dan": {1: 9.0}}, "the ratings go from 9 to 9"),
    ],
)
def test_what_no_list_can_be_made_of_is_said(recommender: Recommender, people: Any, problem: str):
    with pytest.raises(UserError, match=problem):
        recommender.recommend_many(people)


def test_a_series_and_numbers_of_numpy_are_ratings(recommender: Recommender):
    listed = recommender.recommend(pd.Series([4.5], index=[1]), k=np.int64(1))  # type: ignore[arg-type]
    assert listed == recommender.recommend({np.int64(1): np.float32(4.5)}, k=1)  # type: ignore[dict-item]


@pytest.mark.parametrize("ratings", [[1, 2], pl.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}), "1"])
def test_what_is_no_map_is_refused(ratings: Any):
    with pytest.raises(UserError, match=f"the ratings are a {type(ratings).__name__}"):
        by_item(ratings)


@pytest.mark.parametrize("value", [None, "5", True, float("nan")])
def test_a_rating_that_is_no_number_is_refused(recommender: Recommender, value: Any):
    with pytest.raises(UserError, match="the rating of item 1 is"):
        recommender.recommend({1: value})


@pytest.mark.parametrize("k", [0, 101, 3.0, True, "3"])
def test_a_length_that_is_none_is_refused(k: Any):
    with pytest.raises(UserError, match="k is"):
        list_length(k)


def test_a_recommender_is_not_pickled_and_is_its_own_copy(recommender: Recommender):
    with pytest.raises(UserError, match=r"save it with \.save"):
        pickle.dumps(recommender)
    assert copy.deepcopy(recommender) is recommender


def test_a_matrix_and_its_ids_are_a_dataset():
    matrix = sp.csr_array(np.array([[0, 3.0], [5.0, 1.0]]))
    dataset = Dataset.from_matrix(matrix, ["ann", "bob"], pl.DataFrame({"id": [7, 8], "title": ["A", "B"]}))
    assert dataset.users.ids.tolist() == ["ann", "bob"]
    assert dataset.catalog.title == ("A", "B")
    np.testing.assert_array_equal(dataset.ratings.csr().toarray(), matrix.toarray())
    assert Dataset.from_matrix(matrix != 0).feedback == "implicit"
    with pytest.raises(UserError, match="1 ids for 2 rows"):
        Dataset.from_matrix(matrix, ["ann"])


def test_a_dataset_is_short_in_print():
    assert repr(Dataset.from_frames(RATINGS)) == "<Dataset data-frame: 5 ratings of 3 items by 3 users>"
