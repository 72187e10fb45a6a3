"""Predicted: a person's stars for a film before they have rated it, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from cineblend.bundle.fitted import Fitted
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.stars import Values

Sure = Literal["quite sure", "fairly sure", "a guess"]

WITHIN = 1.0
"""A prediction is right if the rating is at most this many stars away."""
LEVELS: tuple[tuple[float, Sure], ...] = ((0.85, "quite sure"), (0.75, "fairly sure"), (0.65, "a guess"))
"""How likely a prediction must be right to be called so; below the last, nothing is said."""


@dataclass(frozen=True)
class PredictedStars:
    """The rating that a person would probably give.

    Attributes:
        stars: on the model's scale, to a half.
        within: how likely their rating is at most one star away.
        sure: the same in words.
    """

    stars: float
    within: float
    sure: Sure


class Predictor:
    """Predicts ratings; without a fitted ``Stars`` it says nothing.

    Args:
        fitted: the model with the facts about its films.
    """

    def __init__(self, fitted: Fitted) -> None:
        self._stars, self._catalog = fitted.stars, fitted.catalog

    @cached_property
    def _facts(self) -> Values:
        return np.empty((0, 0)) if self._stars is None else self._stars.facts(self._catalog)

    def of(self, users: UserBatch, item_num: Nums) -> list[tuple[PredictedStars | None, ...]]:
        """For each film, what each person would give it; None where that is too unsure.

        Empty tuples if the model predicts no stars.
        """
        if self._stars is None or not len(item_num):
            return [()] * len(item_num)
        people = [self._of_one(users.slice(at, at + 1), item_num) for at in range(len(users))]
        return list(zip(*people, strict=True))

    def _of_one(self, person: UserBatch, item_num: Nums) -> list[PredictedStars | None]:
        stars = self._stars
        if stars is None or not len(person.item_num):
            return [None] * len(item_num)
        value, deviation = stars.of_unseen(person, self._facts, item_num)
        within = stars.within(value, deviation, WITHIN)
        said: list[Sure | None] = [
            next((name for least, name in LEVELS if chance >= least), None) for chance in within.tolist()
        ]
        return [
            None if sure is None else PredictedStars(half, round(chance, 3), sure)
            for half, chance, sure in zip(
                (np.round(value * 2) / 2).tolist(), within.tolist(), said, strict=True
            )
        ]
