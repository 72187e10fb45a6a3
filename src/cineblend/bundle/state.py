"""A model's state as files: the tree as JSON, arrays and decision trees under names of their own digests."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from cineblend.bundle import configs
from cineblend.bundle.manifest import FileRecord
from cineblend.errors import UserError
from cineblend.files import sync
from cineblend.models.state import Record, Trees

Json = Any
_KINDS_OF_NUMBER = "biuf"
"""numpy kinds that an array may have: bool, integer and floating-point numbers, never objects."""


_SMALLER = {
    "i": ("u1", "i1", "u2", "i2", "u4", "i4"),
    "u": ("u1", "u2", "u4"),
    "f": ("f2", "f4"),
}
"""Types to try in place of an array's own, by its kind of number, smallest first."""
_WORTH_NARROWING = 1 << 16
"""Size in bytes from which an array is written in a smaller type, if one holds its values."""


class Shelf:
    """Writes files into a folder and records them; equal content is written once.

    Args:
        folder: empty, and read by nobody before it is finished.

    Attributes:
        files: relative name to its record.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, FileRecord] = {}

    def put(self, name: str, *content: bytes | memoryview) -> None:
        """Write a file and sync it to disk."""
        digest = hashlib.sha256()
        for part in content:
            digest.update(part)
        target = self.folder / name
        target.parent.mkdir(exist_ok=True)
        with target.open("xb") as file:
            for part in content:
                file.write(part)
        sync(target)
        self.files[name] = FileRecord(digest.hexdigest(), sum(len(part) for part in content))

    def put_once(self, folder: str, ending: str, *content: bytes | memoryview) -> str:
        """Write a file under the digest of its content, unless it exists; return the digest."""
        digest = hashlib.sha256()
        for part in content:
            digest.update(part)
        name = f"{folder}/{digest.hexdigest()}{ending}"
        if name not in self.files:
            self.put(name, *content)
        return digest.hexdigest()


def write_plain(value: Any, shelf: Shelf) -> Json:  # noqa: PLR0911 (a line per kind of value)
    """Plain data (see ``models.state.plain``) as JSON; its arrays and decision trees go to the shelf.

    Raises:
        UserError: an array of objects, or a config that is not in the table.
    """
    if isinstance(value, np.ndarray):
        return _write_array(value, shelf)
    if isinstance(value, np.generic):
        return {"scalar": [value.dtype.str, write_plain(value.item(), shelf)]}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple):
        return [write_plain(part, shelf) for part in cast("tuple[Any, ...]", value)]
    if isinstance(value, Trees):
        return {"trees": shelf.put_once("trees", ".txt", value.text.encode())}
    if isinstance(value, Record):
        return {"kind": value.kind, "fields": _written(value.fields, shelf)}
    if isinstance(value, Mapping):
        return {"map": _written(cast("Mapping[str, Any]", value), shelf)}
    return {"config": configs.to_json(value)}


def read_plain(said: Json, content: Callable[[str], memoryview]) -> Any:  # noqa: PLR0911 (a line per kind of value)
    """Read what ``write_plain`` wrote; arrays are read-only views of the files.

    Args:
        said: the JSON.
        content: returns the bytes of a file.

    Raises:
        UserError, ValueError, KeyError, TypeError: ``write_plain`` did not write this.
    """
    if isinstance(said, list):
        return tuple(read_plain(part, content) for part in cast("list[Json]", said))
    if not isinstance(said, dict):
        return said
    match cast("dict[str, Json]", said):
        case {"array": str(digest), **rest}:
            return _read_array(content(f"arrays/{digest}.npy"), rest)
        case {"trees": str(digest)}:
            return Trees(str(content(f"trees/{digest}.txt"), "utf-8"))
        case {"scalar": [str(dtype), value]}:
            return np.dtype(dtype).type(read_plain(value, content))
        case {"float": str(text)}:
            return float(text)
        case {"kind": str(kind), "fields": dict() as fields}:
            return Record(kind, _read(cast("dict[str, Json]", fields), content))
        case {"map": dict() as inner}:
            return _read(cast("dict[str, Json]", inner), content)
        case {"config": config}:
            return configs.from_json(config)
        case _:
            raise ValueError(f"an object of {', '.join(sorted(cast('dict[str, Json]', said)))}")


def _written(values: Mapping[str, Any], shelf: Shelf) -> Json:
    return {name: write_plain(value, shelf) for name, value in values.items()}


def _read(said: dict[str, Json], content: Callable[[str], memoryview]) -> dict[str, Any]:
    return {name: read_plain(part, content) for name, part in said.items()}


def _write_array(array: npt.NDArray[Any], shelf: Shelf) -> Json:
    """Write an array in the smallest type that holds all its values, and record the type to restore."""
    small = _narrowed(array)
    digest = shelf.put_once("arrays", ".npy", *_npy(small))
    return {"array": digest} if small.dtype == array.dtype else {"array": digest, "dtype": array.dtype.str}


def _read_array(raw: memoryview, said: dict[str, Json]) -> npt.NDArray[Any]:
    array = _array(raw)
    if not said:
        return array
    match said:
        case {"dtype": str(name), **rest} if not rest and np.dtype(name).kind in _KINDS_OF_NUMBER:
            wide = array.astype(np.dtype(name))
            wide.setflags(write=False)
            return wide
        case _:
            raise ValueError(f"an array with {', '.join(sorted(said))}")


def _narrowed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values in a smaller type, if one holds each of them; only large arrays are worth it."""
    if array.nbytes < _WORTH_NARROWING:
        return array
    for small in map(np.dtype, _SMALLER.get(array.dtype.kind, ())):
        if small.itemsize < array.itemsize and _holds(small, array):
            return array.astype(small)
    return array


def _holds(small: np.dtype[Any], array: npt.NDArray[Any]) -> bool:
    if small.kind in "iu":
        return np.iinfo(small).min <= array.min() and array.max() <= np.iinfo(small).max
    with np.errstate(over="ignore"):
        return np.array_equal(array.astype(small).astype(array.dtype), array, equal_nan=True)


def _npy(array: npt.NDArray[Any]) -> tuple[bytes, memoryview]:
    """Header and data in numpy's own format; a Fortran array keeps its order."""
    if array.dtype.kind not in _KINDS_OF_NUMBER:
        raise UserError(f"an array of {array.dtype} cannot be written to a bundle", expected="numbers")
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        array = np.ascontiguousarray(array)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    rows = array if array.flags.c_contiguous else array.T
    return header.getvalue(), rows.reshape(-1).view(np.uint8).data


def _array(raw: memoryview) -> npt.NDArray[Any]:
    header = io.BytesIO(raw[:4096])
    if np.lib.format.read_magic(header) != (1, 0):
        raise ValueError("an array of another format than 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(header)
    if dtype.kind not in _KINDS_OF_NUMBER:
        raise ValueError(f"an array of {dtype}")
    if len(raw) != header.tell() + math.prod(shape) * dtype.itemsize:
        raise ValueError(f"an array {shape} of {dtype} in {len(raw)} bytes")
    return np.ndarray(shape, dtype, buffer=raw[header.tell() :], order="F" if fortran else "C")
