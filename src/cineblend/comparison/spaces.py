"""Spaces: which numbers of which config may vary and between what; a config with other numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.trials import Value
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.bias import BiasConfig
from cineblend.models.blend import BlendConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.factors.als_wr import WeightedALSConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_prior import EasePriorConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.neighbours.item_knn import ItemKNNConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.new_items.model import ColdConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.models.shared.grading import GRADINGS
from cineblend.models.shared.normalise import NORMALISERS
from cineblend.models.walk import walk_paths

T = TypeVar("T")


@dataclass(frozen=True)
class Number:
    """Any number from ``low`` to ``high``.

    Attributes:
        low: the least.
        high: the greatest.
        log: whether a tenth of it is as far away as ten times it.
        whole: whether it counts something.
        step: distance between two of them; 0 for any.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    step: float = 0.0

    def check(self, value: object) -> bool:
        """Whether that is one of them."""
        right = isinstance(value, int) if self.whole else isinstance(value, int | float)
        if not right or isinstance(value, bool):
            return False
        return self.low <= float(value) <= self.high  # pyright: ignore[reportArgumentType] (a number)

    def __str__(self) -> str:
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Choice:
    """One of a few words.

    Attributes:
        words: all of them.
    """

    words: tuple[str, ...]

    def check(self, value: object) -> bool:
        """Whether that is one of them."""
        return value in self.words

    def __str__(self) -> str:
        return "one of " + ", ".join(self.words)


Space = Number | Choice

SHARE = Number(0, 1, step=0.01)
NORMALISER = Choice(tuple(NORMALISERS))
_GRADING = Choice(tuple(GRADINGS))
_STRENGTH = Number(1, 5000, log=True)
_DAMPING = Number(0.1, 2000, log=True)
_COUNT = Number(5, 500, log=True, whole=True)
_SHRINKAGE = Number(0, 100)

SPACES: Mapping[type, Mapping[str, Space]] = MappingProxyType(
    {
        EaseConfig: {
            "regularization": _STRENGTH,
            "grading": _GRADING,
            "text_weight": Number(0.1, 30, log=True),
            "run": Number(2, 100, log=True, whole=True),
            "whole": SHARE,
        },
        DatedAdjacentConfig: {
            "window": Number(1, 30, whole=True),
            "decay": Number(1, 50, log=True),
            "years": Number(0.25, 30, log=True),
            "timeless": SHARE,
            "grading": _GRADING,
        },
        EasePriorConfig: {
            "regularization": _STRENGTH,
            "prior_weight": Number(0.1, 5000, log=True),
            "text_regularization": Number(0.1, 1000, log=True),
            "grading": _GRADING,
        },
        ALSConfig: {
            "n_factors": Number(8, 256, log=True, whole=True),
            "regularization": Number(0.01, 500, log=True),
            "confidence": Number(0.1, 100, log=True),
            "epochs": Number(5, 40, whole=True),
            "grading": _GRADING,
        },
        WeightedALSConfig: {
            "n_factors": Number(8, 256, log=True, whole=True),
            "regularization": Number(0.001, 10, log=True),
            "confidence": Number(0.1, 100, log=True),
            "epochs": Number(5, 40, whole=True),
            "grading": _GRADING,
        },
        MultVAEConfig: {
            "n_factors": Number(8, 512, log=True, whole=True),
            "noise": Number(0, 2),
            "kl_weight": Number(0, 2),
            "dropout": Number(0, 0.9),
            "learning_rate": Number(1e-4, 0.03, log=True),
            "epochs": Number(5, 200, log=True, whole=True),
            "grading": _GRADING,
        },
        ItemKNNConfig: {"n_neighbours": _COUNT, "shrinkage": _SHRINKAGE, "grading": _GRADING},
        UserKNNConfig: {"n_neighbours": _COUNT, "shrinkage": _SHRINKAGE, "grading": _GRADING},
        BiasConfig: {"item_damping": _DAMPING, "user_damping": _DAMPING},
        TextRidgeConfig: {"regularization": Number(0.1, 1000, log=True), "grading": _GRADING},
        PMFConfig: {
            "n_factors": Number(8, 256, log=True, whole=True),
            "epochs": Number(20, 400, log=True, whole=True),
            "learning_rate": Number(1e-4, 0.05, log=True),
            "regularization": Number(1e-5, 1, log=True),
        },
        CarriedConfig: {"ridge": Number(0.1, 1000, log=True)},
        ColdConfig: {"ridges.0": Number(0.1, 1000, log=True), "ridges.1": Number(0.1, 1000, log=True)},
    }
)
"""Config to path within it to space. A blend's weights and normalisers come from its parts instead."""
_NEEDS: Mapping[str, str] = MappingProxyType({"text_weight": "text", "run": "run", "whole": "run"})
"""Numbers that mean something only where another of their config does."""


def knobs(model: Any) -> dict[str, Space]:
    """Path to space of every number that may vary in a config, its parts' included.

    A blend of two has one weight, its first part's share; the second's is the rest. Where all parts of a
    blend have one normaliser it varies as one, at ``parts.*.normaliser``.
    """
    return dict(_knobs(model))


def chosen_knobs(model: Any, vary: tuple[str, ...]) -> dict[str, Space]:
    """The knobs whose last name is in ``vary``; "all" for every one.

    With none named: a blend's weights and normalisers, or all there are where it is no blend.

    Raises:
        UserError: there is nothing that may vary.
        UnknownNameError: a name is no knob's.
    """
    found = knobs(model)
    if not found:
        raise UserError(
            f"{type(model).__name__} has no number to tune", expected="a strategy with numbers that may vary"
        )
    if not vary and isinstance(model, BlendConfig):
        return {path: space for path, space in found.items() if _of_blend(path)}
    names = {_last(path) for path in found}
    for name in vary:
        if name not in names | {"all"}:
            raise UnknownNameError("number to vary", name, [*dict.fromkeys(map(_last, found)), "all"])
    if not vary or "all" in vary:
        return found
    return {path: space for path, space in found.items() if _last(path) in vary}


def values_of(model: Any, paths: Mapping[str, Space]) -> dict[str, Value]:
    """What a config has at each path; of a blend of two the first part's share."""
    return {path: _read(model, path.split(".")) for path in paths}


def with_values(model: T, values: Mapping[str, Value]) -> T:
    """The config with other numbers.

    Raises:
        UnknownNameError: a path is none of its knobs.
        UserError: a value is not in its space.
    """
    found = knobs(model)
    for path, value in values.items():
        if path not in found:
            raise UnknownNameError("number to vary", path, found)
        if not found[path].check(value) or (isinstance(value, float) and not math.isfinite(value)):
            raise UserError(f"{path} is {value!r}", expected=str(found[path]))
        model = _write(model, path.split("."), value)
    return model


def fixed_parts(model: Any, paths: Mapping[str, Space]) -> frozenset[Any]:
    """The models of a blend's parts in which no path leads to a number."""
    if not isinstance(model, BlendConfig):
        return frozenset()
    return frozenset(
        part.model
        for number, part in enumerate(model.parts)
        if not any(path.startswith(f"parts.{number}.model.") for path in paths)
    )


def _knobs(model: Any) -> Iterator[tuple[str, Space]]:
    for at, config in walk_paths(model):
        if isinstance(config, BlendConfig):
            yield from ((f"{at}parts.{name}", space) for name, space in _blend_knobs(config))
        for name, space in SPACES.get(type(config), {}).items():
            if name not in _NEEDS or getattr(config, _NEEDS[name]):
                yield f"{at}{name}", space


def _blend_knobs(blend: BlendConfig) -> Iterator[tuple[str, Space]]:
    n = len(blend.parts)
    for number in range(1 if n == 2 else n if n > 2 else 0):
        yield f"{number}.weight", SHARE
    one = len({part.normaliser for part in blend.parts}) == 1
    for name in ("*",) if one else map(str, range(n)):
        yield f"{name}.normaliser", NORMALISER


def _of_blend(path: str) -> bool:
    return path.startswith("parts.") and path.count(".") == 2


def _last(path: str) -> str:
    return next(name for name in reversed(path.split(".")) if not name.isdecimal())


def _read(value: Any, path: list[str]) -> Value:
    head, *rest = path
    if isinstance(value, tuple):
        if rest == ["weight"] and len(value) == 2:
            return value[0].weight / (value[0].weight + value[1].weight)
        at = value[0 if head == "*" else int(head)]
    else:
        at = getattr(value, head)
    return _read(at, rest) if rest else at


def _write(value: Any, path: list[str], new: Value) -> Any:
    if not path:
        return new
    head, *rest = path
    if not isinstance(value, tuple):
        return replace(value, **{head: _write(getattr(value, head), rest, new)})
    if rest == ["weight"] and len(value) == 2:
        return replace(value[0], weight=new), replace(value[1], weight=1 - float(new))
    return tuple(
        _write(one, rest, new) if head in ("*", str(number)) else one for number, one in enumerate(value)
    )
