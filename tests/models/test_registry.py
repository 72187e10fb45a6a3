"""Registry: a model says once what the rest of the package needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pytest

from cineblend.data.shape import Shape
from cineblend.models.costs import Matrices, Speed
from cineblend.models.popularity import PopularityConfig
from cineblend.models.registry import matrices_of, register, registered, seconds_of, space_of

SHAPE, SPEED = Shape(100, 200, 5000, 300), Speed(1e9, 1e6)


def test_models_have_names_of_their_own_and_come_in_their_order() -> None:
    names = [model.name for model in registered()]
    assert {"ease", "learned-blend", "popularity"} < set(names)
    assert names == sorted(set(names))


@pytest.mark.parametrize("model", registered(), ids=lambda model: model.name)
def test_what_may_vary_is_a_field_of_the_config(model) -> None:
    known = {field.name for field in fields(model.config)}
    assert {path.split(".")[0] for path in model.space} <= known
    assert {needed for space in model.space.values() if (needed := getattr(space, "needs", ""))} <= known


@pytest.mark.parametrize("model", [one for one in registered() if one.title], ids=lambda model: model.name)
def test_a_models_row_can_be_planned(model) -> None:
    config = model.config(**model.settings)
    assert matrices_of(config, SHAPE).kept >= 0
    assert seconds_of(config, SHAPE, SPEED) >= 0


@pytest.mark.parametrize(("name", "kind"), [("popularity", "Other"), ("other", "PopularityConfig")])
def test_neither_a_name_nor_a_class_name_is_taken_twice(name: str, kind: str) -> None:
    with pytest.raises(ValueError, match="PopularityConfig"):
        register(name)(type(kind, (), {}))


def test_what_is_not_registered_varies_nowhere_and_costs_what_the_ratings_do() -> None:
    @dataclass(frozen=True)
    class Unknown:
        n: int = 1

    assert space_of(Unknown()) == {}
    assert matrices_of(Unknown(), SHAPE) == Matrices(0)
    assert seconds_of(Unknown(), SHAPE, SPEED) == seconds_of(PopularityConfig(), SHAPE, SPEED) == 1.0
