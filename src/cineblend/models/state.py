"""State: what a fitted recommender learned, as plain data that a file can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol, Self, cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.errors import CineblendError, NotFittedError
from cineblend.kept import kind_named, kind_of
from cineblend.models.shared.boosting import lightgbm

if TYPE_CHECKING:
    from lightgbm import Booster

State = Mapping[str, Any]
"""Name to plain value: None, bool, int, float, text, array, ``Trees``, ``Record``, a config, or tuples
and mappings of these."""


@dataclass(frozen=True, eq=False)
class Record:
    """A value of a kept class (see ``kept``), a sparse matrix or a recommender.

    Attributes:
        kind: the class's name.
        fields: its attributes, plain.
    """

    kind: str
    fields: State


@dataclass(frozen=True)
class Trees:
    """Boosted trees, in place of the LightGBM model they were written down from.

    Attributes:
        text: LightGBM's own text format.
    """

    text: str

    def model_to_string(self) -> str:
        """The text."""
        return self.text

    def predict(self, rows: npt.NDArray[np.floating], **settings: Any) -> npt.NDArray[np.float64]:
        """What LightGBM says of (m, features) rows; it is imported when it is first asked."""
        return np.asarray(self._booster.predict(rows, **settings), np.float64)

    @cached_property
    def _booster(self) -> Booster:
        return lightgbm().Booster(model_str=self.text)


class Keeps:
    """Something fitted that can be written down and read back, score for score.

    Attributes:
        kept: names of the attributes that fitting sets and scoring reads; the first is None, or empty,
            before.
        kept_since: those of them that earlier versions did not keep; restoring leaves them as they are.
    """

    kept: ClassVar[tuple[str, ...]] = ()
    kept_since: ClassVar[tuple[str, ...]] = ()

    def state(self) -> State:
        """What fitting learned; arrays are not copied.

        Raises:
            NotFittedError: before ``fit``.
        """
        first = getattr(self, self.kept[0])
        if first is None or (isinstance(first, tuple) and not first):
            raise NotFittedError(self)
        return {name: plain(getattr(self, name)) for name in self.kept}

    def restore(self, state: State) -> Self:
        """Take over what an equal config's ``state`` gave; arrays may be read only.

        Raises:
            CineblendError: it is the state of something else.
        """
        expected = tuple(name for name in self.kept if name in state or name not in self.kept_since)
        _require_names(type(self).__name__, state, expected)
        for name, value in state.items():
            setattr(self, name, revive(value))
        return self


def plain(value: Any) -> Any:  # noqa: PLR0911 (a line a kind of value)
    """A value as plain data, at any depth.

    Raises:
        TypeError: it is of a class that is not kept.
    """
    if value is None or isinstance(value, bool | int | float | str | np.ndarray | np.generic):
        return value
    if isinstance(value, tuple | list):
        return tuple(plain(one) for one in cast("tuple[Any, ...]", value))
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, sp.csr_array):
        shape = tuple(int(length) for length in value.shape or ())
        return Record(
            "csr", {"data": value.data, "indices": value.indices, "indptr": value.indptr, "shape": shape}
        )
    if isinstance(value, Keeps):
        return Record("model", {"config": getattr(value, "config"), "state": value.state()})  # noqa: B009
    if hasattr(value, "model_to_string"):
        return Trees(value.model_to_string())
    kind = kind_of(value)
    if kind is not None:
        return Record(kind.name, {name: plain(getattr(value, name)) for name in kind.attributes})
    if hasattr(type(value), "__dataclass_fields__"):
        return value  # a config: the table of configs says which there are
    raise TypeError(f"a {type(value).__name__} cannot be written down")


def revive(value: Any) -> Any:
    """The value that ``plain`` was given.

    Raises:
        CineblendError: a kind is unknown, or its fields are others.
    """
    if isinstance(value, tuple):
        return tuple(revive(one) for one in cast("tuple[Any, ...]", value))
    if isinstance(value, Mapping):
        return {name: revive(one) for name, one in cast("State", value).items()}
    if not isinstance(value, Record):
        return value
    if value.kind == "csr":
        _require_names("csr", value.fields, ("data", "indices", "indptr", "shape"))
        parts = tuple(value.fields[name] for name in ("data", "indices", "indptr"))
        return sp.csr_array(parts, shape=value.fields["shape"])
    if value.kind == "model":
        _require_names("model", value.fields, ("config", "state"))
        return rebuild(value.fields["config"], value.fields["state"])
    kind = kind_named(value.kind)
    fields = {name: one for name, one in value.fields.items() if name not in kind.dropped}
    # A file of an earlier version lacks the attributes that came after it; they have defaults.
    expected = tuple(name for name in kind.attributes if name in fields or not hasattr(kind.of, name))
    _require_names(value.kind, fields, expected)
    return kind.rebuilt({name: revive(one) for name, one in fields.items()})


class Builds(Protocol):
    """A model's hyper-parameters, of which only the building matters here."""

    def build(self, workbench: Any) -> Keeps:
        """A fresh, unfitted model."""
        ...


def rebuild(config: Builds, state: State) -> Any:
    """The recommender of ``config`` with that state.

    Raises:
        CineblendError: it is the state of something else.
    """
    return config.build(Closed()).restore(state)


class Closed:
    """The workbench of a restored model, which learns no more."""

    def features(self, *_: object) -> NoReturn:
        """Refuse to learn."""
        raise CineblendError("a model that was kept cannot learn more", remedy="fit a new one")

    familiarity = note = fit = features


def _require_names(what: str, found: State, expected: tuple[str, ...]) -> None:
    if set(found) != set(expected):
        raise CineblendError(
            f"what was kept of {what} has other parts: {', '.join(sorted(found))}",
            expected=", ".join(sorted(expected)),
            remedy="fit the model anew, or use the version that wrote it",
        )
