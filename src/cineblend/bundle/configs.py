"""Configs as JSON and back, by the names of the registered models' configs."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from cineblend.errors import UnknownNameError, UserError
from cineblend.models.base import ModelConfig
from cineblend.models.registry import registered

_IS = "is"


def to_json(value: Any) -> Any:
    """A config as JSON objects that say what they are; tuples become lists.

    Raises:
        UserError: it holds a class that is not in the table.
    """
    if isinstance(value, tuple):
        return [to_json(one) for one in cast("tuple[Any, ...]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    name, known = type(value).__name__, kinds()
    if known.get(name) is not type(value):
        raise UserError(
            f"a {name} cannot be written to a bundle", expected="one of " + ", ".join(sorted(known))
        )
    return {_IS: name} | {field.name: to_json(getattr(value, field.name)) for field in fields(value)}


def from_json(said: Any) -> Any:
    """What ``to_json`` was given.

    Raises:
        UnknownNameError: it names a class that is not in the table.
        UserError: a field is missing, unknown, or of another type.
    """
    if isinstance(said, list):
        return tuple(from_json(one) for one in cast("list[Any]", said))
    if not isinstance(said, dict):
        return said
    given = {name: from_json(one) for name, one in cast("dict[str, Any]", said).items() if name != _IS}
    name = str(cast("dict[str, Any]", said).get(_IS))
    if name not in (known := kinds()):
        raise UnknownNameError("config", name, known)
    kind = known[name]
    hints = _hints(kind)
    # A file of an earlier version lacks the fields that came after it; they have defaults.
    optional = {field.name for field in fields(kind) if field.default is not MISSING}
    if other := (set(given) ^ set(hints)) - (optional - set(given)):
        raise UserError(
            f"{name} with other fields: {', '.join(sorted(other))}",
            expected=", ".join(hints),
        )
    for field, value in given.items():
        if not _fits(value, hints[field]):
            raise UserError(f"{name}.{field} is {value!r}", expected=f"{hints[field]}")
    return kind(**given)


def kinds() -> Mapping[str, type[Any]]:
    """Every class that a file may name: the registered configs, and the classes that their fields hold."""
    return _reachable(tuple(model.config for model in registered()))


@cache
def _reachable(configs: tuple[type[Any], ...]) -> Mapping[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    waiting: list[Any] = list(configs)
    while waiting:
        hint = waiting.pop()
        waiting += get_args(hint)
        if isinstance(hint, type) and is_dataclass(hint) and hint.__name__ not in found:
            found[hint.__name__] = hint
            waiting += _hints(hint).values()
    return found


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the type that a field states."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inner
    if origin in (Union, types.UnionType):
        return any(_fits(value, one) for one in inner)
    if origin is tuple:
        many = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else None
        if many is None:
            return False
        each = inner[:1] * len(many) if inner[1:] == (Ellipsis,) else inner
        return len(many) == len(each) and all(map(_fits, many, each))
    if hint is ModelConfig:
        return is_dataclass(value) and hasattr(value, "build")
    # a whole number will do where any number is asked for; True is neither
    return type(value) is hint or (hint is float and type(value) is int)
