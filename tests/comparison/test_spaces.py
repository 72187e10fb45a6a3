"""Spaces: every row's own numbers lie in theirs, and what is written is read back."""

from __future__ import annotations

import pytest

from cineblend.comparison.spaces import chosen_knobs, fixed_parts, knobs, values_of, with_values
from cineblend.comparison.strategies import STRATEGIES
from cineblend.errors import UnknownNameError, UserError
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.popularity import PopularityConfig

THREE = BlendConfig(
    (
        BlendPart(EaseConfig(), 1.0, "minmax"),
        BlendPart(PopularityConfig(), 0.5, "rank"),
        BlendPart(UserKNNConfig(), 0.25, "minmax"),
    )
)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_rows_own_numbers_are_in_their_spaces_and_change_nothing(name: str) -> None:
    model = STRATEGIES[name].model
    values = values_of(model, knobs(model))
    assert all(space.check(values[path]) for path, space in knobs(model).items())
    assert with_values(model, values) == model


def test_a_blend_of_two_has_one_share_and_one_normaliser() -> None:
    model = STRATEGIES["mf+tfidf"].model
    assert list(chosen_knobs(model, ())) == ["parts.0.weight", "parts.*.normaliser"]
    changed = with_values(model, {"parts.0.weight": 0.25, "parts.*.normaliser": "rank"})
    assert isinstance(changed, BlendConfig)
    assert [(part.weight, part.normaliser) for part in changed.parts] == [(0.25, "rank"), (0.75, "rank")]


def test_parts_that_differ_in_their_normaliser_and_three_weights_vary_by_themselves() -> None:
    assert list(chosen_knobs(THREE, ())) == [
        *(f"parts.{n}.weight" for n in range(3)),
        *(f"parts.{n}.normaliser" for n in range(3)),
    ]
    changed = with_values(THREE, {"parts.1.weight": 0.1, "parts.2.model.shrinkage": 3.0})
    assert isinstance(changed, BlendConfig)
    assert [part.weight for part in changed.parts] == [1.0, 0.1, 0.25]
    assert changed.parts[2].model == UserKNNConfig(shrinkage=3.0)


def test_names_choose_what_varies() -> None:
    assert list(chosen_knobs(THREE, ("shrinkage",))) == ["parts.2.model.shrinkage"]
    assert chosen_knobs(THREE, ("all",)) == knobs(THREE)
    assert list(chosen_knobs(STRATEGIES["cold"].model, ("ridges",))) == ["ridges.0", "ridges.1"]
    assert "text_weight" not in knobs(EaseConfig())
    assert "text_weight" in knobs(STRATEGIES["ease+text"].model)
    assert "run" not in knobs(EaseConfig())
    assert {"run", "whole"} <= set(knobs(STRATEGIES["ease-runs"].model))


def test_the_parts_without_a_varying_number_are_known() -> None:
    assert fixed_parts(THREE, chosen_knobs(THREE, ("weight", "shrinkage"))) == {
        EaseConfig(),
        PopularityConfig(),
    }
    assert fixed_parts(EaseConfig(), knobs(EaseConfig())) == frozenset()


@pytest.mark.parametrize(
    "value", [0.0, -1.0, 5001, float("nan"), float("inf"), True, "100", None, [100.0], {"a": 1}]
)
def test_a_value_outside_its_space_is_refused(value: object) -> None:
    with pytest.raises(UserError, match="regularization is"):
        with_values(EaseConfig(), {"regularization": value})  # type: ignore[dict-item] (wrong on purpose)


def test_a_count_is_whole_and_a_word_is_a_known_one() -> None:
    with pytest.raises(UserError, match=r"n_neighbours is 5\.5"):
        with_values(UserKNNConfig(), {"n_neighbours": 5.5})
    with pytest.raises(UserError, match="one of binary"):
        with_values(UserKNNConfig(), {"grading": "grades"})
    with pytest.raises(UnknownNameError, match="did you mean 'shrinkage'"):
        with_values(UserKNNConfig(), {"shrinkag": 1.0})
