"""Similar: films of a kind by every measure, and an answer from a bundle that has no similarity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.errors import UserError
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.similarity.item_similarity import ItemSimilarityConfig
from cineblend.service.recommender import Recommender
from cineblend.service.similar import BY
from cineblend.service.wanted import By
from fitted_worlds import fit


@pytest.fixture(scope="module")
def informed(world: Dataset) -> Recommender:
    made = fit(world, EaseConfig(5.0))
    return Recommender(replace(made, similarity=ItemSimilarityConfig().build(FakeBench()).fit(world)))


@pytest.mark.parametrize("by", BY)
def test_films_are_of_one_kind_the_most_alike_first(informed: Recommender, by: By) -> None:
    listed = informed.similar(300, 5, by)
    assert len(listed) == 5
    assert all(isinstance(one.item.item_id, int) and one.item.item_id % 200 == 100 for one in listed)
    scores = [one.score for one in listed]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("by", BY)
def test_the_film_itself_is_never_listed(informed: Recommender, by: By) -> None:
    listed = informed.similar(300, 100, by)
    assert 300 not in {one.item.item_id for one in listed}


def test_a_film_nobody_rated_is_known_by_text_alone(informed: Recommender) -> None:
    with pytest.raises(UserError, match="has no ratings"):
        informed.similar(3000, by="people")
    for by in ("both", "text"):
        assert informed.similar(3000, 3, by)[0].item.item_id in range(200, 3000, 200)


def test_without_a_similarity_the_recommender_is_asked(world: Dataset, informed: Recommender) -> None:
    old = Recommender(replace(informed.fitted, similarity=None))
    for by in BY:
        listed = old.similar(300, 5, by)
        assert [one.by for one in listed] == [by] * len(listed)
        assert np.all([0 < one.score <= 1 for one in listed])
