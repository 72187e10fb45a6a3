"""Kept: which classes may be written down as plain data, by which name and which attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from cineblend.errors import CineblendError

T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """A class whose values are their attributes and nothing else.

    Attributes:
        name: what a file calls it; changing it breaks every file that has it.
        of: the class.
        attributes: what is written down.
        make: name of the class method that makes a value of them; empty to set them as they are.
        dropped: attributes that older files have and that nothing reads any more.
    """

    name: str
    of: type[Any]
    attributes: tuple[str, ...]
    make: str = ""
    dropped: tuple[str, ...] = ()

    def rebuilt(self, values: dict[str, Any]) -> Any:
        """The value that had these attributes."""
        if self.make:
            return getattr(self.of, self.make)(**values)
        value = object.__new__(self.of)
        for name, one in values.items():
            object.__setattr__(value, name, one)
        return value


_BY_NAME: dict[str, Kind] = {}
_BY_CLASS: dict[type[Any], Kind] = {}


def kept(
    name: str, *attributes: str, make: str = "", dropped: tuple[str, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Class decorator: its values may be written down under ``name``.

    Args:
        name: unique, and the same for as long as files are to be read.
        attributes: what makes up a value; the fields of a dataclass where none is named.
        make: see ``Kind``.
        dropped: see ``Kind``.
    """

    def register(of: type[T]) -> type[T]:
        if name in _BY_NAME:
            raise ValueError(f"two classes are kept as {name!r}")
        named = attributes or tuple(field.name for field in fields(of))  # pyright: ignore[reportArgumentType]
        _BY_NAME[name] = _BY_CLASS[of] = Kind(name, of, named, make, dropped)
        return of

    return register


def kind_of(value: object) -> Kind | None:
    """How a value is written down; None where its class is not kept."""
    return _BY_CLASS.get(type(value))


def kind_named(name: str) -> Kind:
    """The kind of that name.

    Raises:
        CineblendError: there is none in the modules that are loaded.
    """
    if name not in _BY_NAME:
        raise CineblendError(
            f"this version of cineblend knows no {name!r}",
            remedy="fit the model anew, or use the version that wrote it",
        )
    return _BY_NAME[name]
