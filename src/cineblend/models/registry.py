"""Registry: what the rest of the package needs to know of a model, said beside the model's config."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeVar

from cineblend import models
from cineblend.data.shape import Shape
from cineblend.models.costs import MOVES_A_RATING, Matrices, Speed
from cineblend.models.search_space import Space

C = TypeVar("C")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Registered:
    """One model.

    Attributes:
        name: its short name.
        config: the class of its hyper-parameters.
        title: what people read where the model is a row of the comparison, under ``name``; empty for no row.
        settings: the row's hyper-parameters where they are not the defaults.
        space: field, or path below it, to the values that a search may try.
        memory: bytes of its matrices on data of a shape; None where memory grows with the ratings alone.
        seconds: of one fit; None where it goes with the ratings.
        needs_stars: whether a config learns how high a rating is, so that interactions teach it nothing.
    """

    name: str
    config: type[Any]
    title: str
    settings: Mapping[str, Any]
    space: Mapping[str, Space]
    memory: Callable[[Any, Shape], Matrices] | None
    seconds: Callable[[Any, Shape, Speed], float] | None
    needs_stars: Callable[[Any], bool]


_BY_CLASS: dict[type[Any], Registered] = {}


def register(
    name: str,
    *,
    title: str = "",
    settings: Mapping[str, Any] = _NOTHING,
    space: Mapping[str, Space] = _NOTHING,
    memory: Callable[[Any, Shape], Matrices] | None = None,
    seconds: Callable[[Any, Shape, Speed], float] | None = None,
    needs_stars: Callable[[Any], bool] = lambda _: False,
) -> Callable[[type[C]], type[C]]:
    """Class decorator of a model's config; see ``Registered`` for the arguments.

    Raises:
        ValueError: another model has the name, or its config has the class name, which bundles write.
    """

    def keep(config: type[C]) -> type[C]:
        for other in _BY_CLASS.values():
            if other.name == name or other.config.__name__ == config.__name__:
                raise ValueError(f"{config.__name__} is registered as {name!r}, and so is {other.config}")
        _BY_CLASS[config] = Registered(name, config, title, settings, space, memory, seconds, needs_stars)
        return config

    return keep


def registered() -> tuple[Registered, ...]:
    """Every model, by name; imports all of ``cineblend.models``."""
    _import_all()
    return tuple(sorted(_BY_CLASS.values(), key=lambda model: model.name))


@cache
def _import_all() -> None:
    for module in pkgutil.walk_packages(models.__path__, models.__name__ + "."):
        import_module(module.name)


def needs_stars(config: Any) -> bool:
    """Whether the config's own model learns nothing from interactions without ratings."""
    known = _BY_CLASS.get(type(config))
    return known is not None and known.needs_stars(config)


def space_of(config: Any) -> Mapping[str, Space]:
    """The search space of the config's own fields; empty where it has none."""
    known = _BY_CLASS.get(type(config))
    return known.space if known else _NOTHING


def matrices_of(config: Any, shape: Shape) -> Matrices:
    """Bytes of the config's own matrices, without its parts'."""
    known = _BY_CLASS.get(type(config))
    return known.memory(config, shape) if known and known.memory else Matrices(0)


def seconds_of(config: Any, shape: Shape, speed: Speed) -> float:
    """About how long one fit takes."""
    known = _BY_CLASS.get(type(config))
    if known and known.seconds:
        return known.seconds(config, shape, speed)
    return MOVES_A_RATING * shape.n_ratings / speed.moves
