"""Spaces: which numbers of which config may vary and between what; a config with other numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.trials import Value
from cineblend.models.blend import BlendConfig
from cineblend.models.registry import space_of
from cineblend.models.search_space import SHARE, Choice, Number, Space
from cineblend.models.shared.normalise import NORMALISERS
from cineblend.models.walk import walk_paths

T = TypeVar("T")


NORMALISER = Choice(tuple(NORMALISERS))


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
        for name, space in space_of(config).items():
            if not isinstance(space, Number) or not space.needs or getattr(config, space.needs):
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
