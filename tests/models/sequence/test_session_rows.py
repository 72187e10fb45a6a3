"""Session rows: X'X summed pair by pair, also if some of the rated items have no column."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.data.users import UserBatch
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.sequence.session_rows import graded_rows_of
from cineblend.models.shared.grading import inputs
from cineblend.models.shared.item_columns import Columns
from worlds import checkerboard


@pytest.mark.parametrize("n_columns", [0, 10, 1000])
@pytest.mark.parametrize(("run", "whole"), [(0, 0.3), (1, 0.0), (4, 0.3), (50, 1.0)])
def test_two_ratings_weigh_by_their_distance(n_columns: int, run: int, whole: float) -> None:
    world = checkerboard()
    ratings = world.ratings
    columns = Columns.most_rated(ratings.item_counts, n_columns)
    grade = inputs(UserBatch.known(ratings), "graded", 5.0).toarray()
    gram = np.zeros((world.n_items, world.n_items))
    for person in range(world.n_users):
        own = np.flatnonzero(ratings.user_num == person)
        order = ratings.item_num[own[np.argsort(ratings.timestamp[own], kind="stable")]]
        apart = np.abs(np.subtract.outer(np.arange(len(order)), np.arange(len(order))))
        near = np.maximum(0, 1 - apart / run) if run else 0
        weight = whole + (1 - whole) * near if run else np.ones(apart.shape)
        gram[np.ix_(order, order)] += weight * np.outer(grade[person, order], grade[person, order])
    rows = graded_rows_of(ratings, EaseConfig(run=run, whole=whole), 5.0, columns)
    found = (rows.T @ rows).toarray()
    np.testing.assert_allclose(found, gram[np.ix_(columns.items, columns.items)], atol=1e-12)
