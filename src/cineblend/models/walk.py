"""A config and every config nested in it: found one by one, or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any


def walk(config: Any) -> Iterator[Any]:
    """The config and every config in its fields and tuples, at any depth, the outer one first."""
    return (found for _, found in walk_paths(config))


def walk_paths(config: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """``walk`` with the path to each config, such as ``parts.0.model.``; the first one's is ``at``."""
    if isinstance(config, tuple):
        for number, part in enumerate(config):
            yield from walk_paths(part, f"{at}{number}.")
    elif is_dataclass(config) and not isinstance(config, type):
        yield at, config
        for field in fields(config):
            yield from walk_paths(getattr(config, field.name), f"{at}{field.name}.")


def with_field(config: Any, name: str, change: Callable[[Any], Any]) -> Any:
    """The config with ``change`` applied to every field of that name, at any depth."""
    if isinstance(config, tuple):
        return tuple(with_field(part, name, change) for part in config)
    if not is_dataclass(config) or isinstance(config, type):
        return config
    old = {field.name: getattr(config, field.name) for field in fields(config)}
    return replace(
        config,
        **{
            key: change(value) if key == name else with_field(value, name, change)
            for key, value in old.items()
        },
    )
