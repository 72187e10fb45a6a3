"""What is held out of a tuning: disjoint from what is learned, and scored as the definitions say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from cineblend.errors import UserError
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.finetune_config import FinetuneConfig, Validation
from cineblend.text.finetuning.validation import hold_out, recall, reciprocal_rank
from worlds import checkerboard

WORLD = checkerboard(n_users=40, n_items=80)
TEXTS = documents(WORLD)
CONFIG = FinetuneConfig()


def colours(texts: Sequence[str]) -> Embeddings:
    """Unit vectors that know which kind of film a text tells of, and little else."""
    kind = np.array([[1, 0] if "space" in text else [0, 1] for text in texts], np.float32)
    vectors = np.hstack([3 * kind, noise(texts)])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def noise(texts: Sequence[str]) -> Embeddings:
    vectors = np.random.default_rng(0).normal(size=(len(texts), 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("on", ["cold-films", "users"])
def test_vectors_that_know_taste_score_higher_than_noise(on: str) -> None:
    _, held_out = hold_out(WORLD, TEXTS, CONFIG, Validation(on=on, share=0.5))  # pyright: ignore[reportArgumentType]
    assert held_out.score(colours(held_out.texts)) > held_out.score(noise(held_out.texts))


def test_held_out_films_have_no_rating_left() -> None:
    left, held_out = hold_out(WORLD, TEXTS, CONFIG, Validation(on="cold-films", share=0.2))
    cold = WORLD.ratings.item_counts.astype(bool) & (left.ratings.item_counts == 0)
    assert cold.sum() == int(0.2 * (WORLD.ratings.item_counts > 0).sum())
    assert {TEXTS[item] for item in np.flatnonzero(cold)} <= set(held_out.texts)
    assert "people" in held_out.label


def test_held_out_people_have_no_rating_left() -> None:
    left, _ = hold_out(WORLD, TEXTS, CONFIG, Validation(on="users", share=0.25))
    assert (left.ratings.user_counts == 0).sum() == 10
    assert len(left.ratings) < len(WORLD.ratings)


def test_the_seed_decides_what_is_held_out() -> None:
    import dataclasses

    first, again, other = (
        hold_out(WORLD, TEXTS, dataclasses.replace(CONFIG, seed=seed), Validation())[1].texts
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_recall_by_hand() -> None:
    scores = np.tile(np.arange(30.0), (2, 1))
    relevant = np.zeros((2, 30), bool)
    relevant[0, [29, 0]] = True  # column 0 is 30th of 30
    relevant[1, [5]] = True  # 25th
    assert recall(scores, relevant) == pytest.approx((0.5 + 1) / 2)


def test_reciprocal_rank_by_hand() -> None:
    scores = np.array([[3.0, 1, 2], [9, 5, 1], [2, 2, 2]])
    left_out = np.zeros((3, 3), bool)
    assert reciprocal_rank(scores, left_out) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    left_out[1, 0] = True
    assert reciprocal_rank(scores, left_out) == pytest.approx((1 + 1 + 1 / 3) / 3)


def test_nobody_to_ask_is_said() -> None:
    import dataclasses

    with pytest.raises(UserError, match="there are no users"):
        hold_out(WORLD, TEXTS, dataclasses.replace(CONFIG, liked_from=1.1), Validation())


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.0}, {"every": 0}, {"patience": 0}])
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        Validation(**wrong)  # pyright: ignore[reportArgumentType]


def test_validation_on_something_else_is_refused() -> None:
    with pytest.raises(UserError, match="cold-films or users"):
        Validation(on="films")  # pyright: ignore[reportArgumentType]
