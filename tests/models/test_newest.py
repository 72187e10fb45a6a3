"""Newest: the newest item of the catalogue leads every list, rated or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.catalog import Links
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.base import Recommender
from cineblend.models.newest import NewestConfig
from worlds import checkerboard


class TestNewest(Conformance):
    config = NewestConfig()
    personal = False

    def test_items_without_ratings_are_scored_by_text_or_nan(
        self, model: Recommender, world: Dataset
    ) -> None:
        # Its scores are of facts, not of words, and every item has them.
        assert np.isfinite(model.score(UserBatch.known(world.ratings))).all()


def test_years_come_first_and_then_the_numbers_at_imdb() -> None:
    world = checkerboard(6, 4)
    year = np.array([2013, 2012, 2013, 0], np.int32)
    links = Links(np.array([5, 99, 7, 3]), np.zeros(4, np.int64))
    dated = replace(world, catalog=replace(world.catalog, year=year, links=links))
    scores = NewestConfig().build(FakeBench()).fit(dated).score(UserBatch.unseen([{}], 4))[0]
    np.testing.assert_array_equal(np.argsort(-scores), [2, 0, 1, 3])
