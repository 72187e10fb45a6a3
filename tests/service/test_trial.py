"""Trial: the liked films that lists made without them would have had."""

from __future__ import annotations

import pytest

from cineblend.errors import UserError
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId

SPACE: dict[ItemId, float] = {100 * n: 5.0 if n % 2 else 1.0 for n in range(1, 15)}
"""Seven space films that are liked, seven love films that are not."""


def test_each_liked_film_is_hidden_once_and_has_its_place(recommender: Recommender) -> None:
    tried = recommender.trial(SPACE)
    assert {one.item.item_id for one in tried.hidden} == {n for n, value in SPACE.items() if value == 5}
    assert [one.rank for one in tried.hidden] == sorted(one.rank for one in tried.hidden)
    assert tried.found == 7
    # Fifteen of the thirty films are about space, and the rest of their ratings say so.
    assert max(one.rank for one in tried.hidden) <= 15
    assert tried == recommender.trial(SPACE)


@pytest.mark.parametrize("ratings", [{}, dict(list(SPACE.items())[:9]), dict.fromkeys(SPACE, 1.0)])
def test_too_few_ratings_are_said(recommender: Recommender, ratings: dict[ItemId, float]) -> None:
    with pytest.raises(UserError, match="liked films"):
        recommender.trial(ratings)
