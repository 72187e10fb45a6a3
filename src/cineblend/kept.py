"""Register the classes that a bundle can store as plain data, with their names and attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from cineblend.errors import CineblendError

T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """A class whose instances are stored as their attributes.

    Attributes:
        name: the class's name in files; changing it breaks existing files.
        of: the class.
        attributes: names of the stored attributes.
        make: name of the class method that builds an instance from them; empty to set them directly.
        dropped: attributes in older files that are no longer used.
    """

    name: str
    of: type[Any]
    attributes: tuple[str, ...]
    make: str = ""
    dropped: tuple[str, ...] = ()

    def rebuilt(self, values: dict[str, Any]) -> Any:
        """The instance with these attributes."""
        if self.make:
            return getattr(self.of, self.make)(**values)
        instance = object.__new__(self.of)
        for name, value in values.items():
            object.__setattr__(instance, name, value)
        return instance


_BY_NAME: dict[str, Kind] = {}
_BY_CLASS: dict[type[Any], Kind] = {}


def kept(
    name: str, *attributes: str, make: str = "", dropped: tuple[str, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Class decorator: instances can be stored under ``name``.

    Args:
        name: a unique name, which must not change while files with it are in use.
        attributes: names of the stored attributes; by default the fields of a dataclass.
        make: see ``Kind``.
        dropped: see ``Kind``.
    """

    def register(of: type[T]) -> type[T]:
        if name in _BY_NAME:
            raise ValueError(f"two classes are registered as {name!r}")
        named = attributes or tuple(field.name for field in fields(of))  # pyright: ignore[reportArgumentType]
        _BY_NAME[name] = _BY_CLASS[of] = Kind(name, of, named, make, dropped)
        return of

    return register


def kind_of(value: object) -> Kind | None:
    """The registered kind of a value; None if its class is not registered."""
    return _BY_CLASS.get(type(value))


def kind_named(name: str) -> Kind:
    """The registered kind of that name.

    Raises:
        CineblendError: no loaded module registers that name.
    """
    if name not in _BY_NAME:
        raise CineblendError(
            f"the model file contains {name!r}, which this version of cineblend does not know",
            expected="a model written by this version",
            remedy="fit the model again, or use the version that wrote it",
        )
    return _BY_NAME[name]
