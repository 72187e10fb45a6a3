"""GenrePopularity: a person's genres lead; without a history everybody's do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from conformance import Conformance

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.base import Recommender
from cineblend.models.genre_popularity import GenrePopularityConfig
from worlds import checkerboard


class TestGenrePopularity(Conformance):
    config = GenrePopularityConfig()

    def test_items_without_ratings_are_scored_by_text_or_nan(
        self, model: Recommender, world: Dataset
    ) -> None:
        # Its scores are of facts, not of words, and every item has them.
        assert np.isfinite(model.score(UserBatch.known(world.ratings))).all()


def test_the_liked_genres_of_a_person_and_else_of_everybody_come_first() -> None:
    world = checkerboard(8, 4)
    genres = (("War",), ("Comedy",), ("War", "Comedy"), ())
    made = replace(world, catalog=replace(world.catalog, genres=genres))
    model = GenrePopularityConfig(damping=1.0).build(FakeBench()).fit(made)
    laughs, hates = model.score(UserBatch.unseen([{1: 5.0}, {1: 1.0}], 4))
    assert laughs[1] > laughs[2] > laughs[0] > laughs[3] == 0
    np.testing.assert_allclose(hates, model.score(UserBatch.unseen([{}], 4))[0])
