"""Blend: weights, populations, and parts that cannot score an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pytest
from conformance import Conformance

from benches import FakeBench
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.blend import Blend, BlendConfig, BlendPart, Population
from cineblend.models.content import ContentConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:cornac.*")


class TestStudyBlend(Conformance):
    config = BlendConfig(
        (
            BlendPart(PMFConfig(n_factors=4, epochs=200), 0.85, "minmax", "train_items"),
            BlendPart(ContentConfig(TextSpec("fake")), 0.15, "minmax", "unrated_train_items"),
        )
    )
    reads_text = True


@dataclass(frozen=True)
class Constant:
    """Scores every user by one fixed row."""

    row: tuple[float, ...]

    def build(self, workbench: Workbench) -> Recommender:
        return _Constant(self.row)


class _Constant(Recommender):
    def __init__(self, row: tuple[float, ...]) -> None:
        self.row = np.array(row, np.float32)

    def fit(self, train: Dataset) -> Self:
        return self

    def score(self, users: UserBatch) -> Scores:
        return np.tile(self.row, (len(users), 1))


def blended(*parts: BlendPart) -> Scores:
    """One user who rated item 0 of a world of 3 rated items and a cold one."""
    world = checkerboard(n_users=4, n_items=4, cold=1)
    blend = Blend(BlendConfig(parts), FakeBench()).fit(world)
    return blend.score(UserBatch.unseen([{0: 5.0}], world.n_items))[0]


@pytest.mark.parametrize(
    ("population", "expected"),
    [("train_items", [1.0, 0.25, 0.0, 0.5]), ("unrated_train_items", [4.0, 1.0, 0.0, 2.0])],
)
def test_the_population_sets_the_scale(population: Population, expected: list[float]) -> None:
    scores = blended(BlendPart(Constant((9, 3, 1, 5)), 1.0, "minmax", population))
    np.testing.assert_allclose(scores, expected)


def test_a_part_that_cannot_score_counts_as_its_mean_over_the_population() -> None:
    nan = float("nan")
    scores = blended(
        BlendPart(Constant((0, 1, 3, nan)), 1.0, "minmax", "train_items"),
        BlendPart(Constant((0, 0, 1, 1)), 1.0, "minmax", "train_items"),
    )
    np.testing.assert_allclose(scores, [0, 1 / 3, 2, 4 / 9 + 1], rtol=1e-6)


def test_an_item_that_no_part_can_score_is_nan() -> None:
    nan = float("nan")
    assert np.isnan(blended(BlendPart(Constant((0, 1, 3, nan)), 1.0))[3])


def test_a_constant_part_changes_nothing() -> None:
    alone = blended(BlendPart(Constant((0, 1, 3, 2)), 1.0))
    both = blended(BlendPart(Constant((0, 1, 3, 2)), 1.0), BlendPart(Constant((7, 7, 7, 7)), 5.0))
    np.testing.assert_array_equal(alone, both)
