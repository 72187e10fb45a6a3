"""Selection: a part without information is left out and named; parts that are needed stay."""

from __future__ import annotations

import numpy as np
import pytest

from cineblend.models.learned_blend.config import Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.learned_blend.selection import select_parts, without_parts
from cineblend.models.learned_blend.training_set import TrainingRows
from cineblend.models.popularity import PopularityConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig

NAMES = ("first", "good", "noise", "twin", "popularity", "history")
CONFIG = RankerConfig(
    (
        Part("first", AdjacentConfig(), 1.0),
        Part("good", PopularityConfig()),
        Part("noise", PopularityConfig()),
        Part("twin", PopularityConfig()),
    ),
    regularization=0.01,
)


def rows(n_users: int = 400, seed: int = 0) -> TrainingRows:
    """Ten rows a user: "good" and its copy "twin" tell what is liked, "noise" and "first" tell nothing."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(10 * n_users, len(NAMES)))
    table[:, 3] = table[:, 1]
    liked = rng.random(len(table)) < 1 / (1 + np.exp(-2 * table[:, 1]))
    nothing = np.zeros(len(table), bool)
    return TrainingRows(table.astype(np.float32), liked, nothing, np.full(n_users, 10), NAMES)


def test_noise_and_one_of_two_copies_are_left_out_and_named() -> None:
    kept, reasons = select_parts({"around": rows(), "short": rows(seed=1)}, CONFIG)
    assert kept in ((0, 1), (0, 3))
    assert len(reasons) == 2
    assert any("the part noise is left out" in reason for reason in reasons)
    assert all("(around)" in reason and "(short)" in reason for reason in reasons)


def test_a_part_that_helps_one_kind_of_list_stays() -> None:
    other = rows(seed=1)
    swapped = other.rows[:, [0, 2, 1, 3, 4, 5]].copy()
    swapped[:, 3] = 0
    kept, _ = select_parts(
        {"around": rows(), "short": TrainingRows(swapped, other.liked, other.disliked, other.group, NAMES)},
        CONFIG,
    )
    assert 2 in kept


def test_few_likes_are_no_evidence() -> None:
    assert select_parts({"around": rows(n_users=20)}, CONFIG) == ((0, 1, 2, 3), ())


@pytest.mark.parametrize("kept", [(0, 1), (0, 2, 3)])
def test_the_features_that_belong_to_no_part_stay(kept: tuple[int, ...]) -> None:
    found = without_parts(rows(), 4, kept)
    assert found.names == (*(NAMES[at] for at in kept), "popularity", "history")
    assert found.rows.shape[1] == len(found.names)
