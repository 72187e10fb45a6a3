"""Compressed data sets: a zip, or packed files in a folder, unpacked safely while they are read."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cineblend.data.unpack import unpack
from cineblend.errors import InputError

_LIMIT = 20_000_000_000
"""Bytes that may be unpacked."""
_MAX_RATIO = 100
_CHUNK = 1 << 20


@contextmanager
def unpacked(path: Path) -> Generator[Path]:
    """Yield a folder or file without compressed tables; a temporary folder where there were some.

    Raises:
        InputError: a file is damaged, or expands too much.
        UserError: a zip is damaged, or holds anything but plain files.
    """
    packed = [path] if path.is_file() else sorted(path.iterdir()) if path.is_dir() else []
    packed = [one for one in packed if one.suffix.lower() in (".gz", ".zip") and one.is_file()]
    if path.is_dir():
        packed = [one for one in packed if not (path / one.stem).exists()]
    if not packed or (path.is_dir() and _has_tables(path, packed)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="cineblend-") as name:
        place = Path(name)
        for one in sorted(path.iterdir()) if path.is_dir() else ():
            if one not in packed:
                (place / one.name).symlink_to(one.resolve())
        for one in packed:
            _unpack(one, place)
        try:
            yield _top(place)
        except InputError as error:
            where = str(error.path).replace(str(_top(place)), str(path))
            raise InputError(
                where,
                error.problem.removeprefix(str(error.path))
                .lstrip(":, ")
                .removeprefix(f"line {error.line}: "),
                line=error.line,
                expected=error.expected,
                remedy=error.remedy,
            ) from error


def _has_tables(folder: Path, packed: list[Path]) -> bool:
    """Whether a folder has plain ratings, so that an archive beside them is a copy to be left alone."""
    plain = {one.stem.lower() for one in folder.iterdir() if one.is_file() and one not in packed}
    return bool(plain & {"ratings", "interactions"}) and all(one.suffix.lower() == ".zip" for one in packed)


def _unpack(packed: Path, into: Path) -> None:
    if packed.suffix.lower() == ".zip":
        unpack(packed, None, into, limit=_LIMIT)
        return
    limit = min(_LIMIT, max(packed.stat().st_size * _MAX_RATIO, _CHUNK))
    target, size = into / packed.stem, 0
    try:
        with gzip.open(packed) as source, target.open("xb") as file:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise InputError(
                        packed,
                        f"the file expands to over {limit:,} bytes",
                        expected="a file of text",
                        remedy="unpack it by hand, if you trust its source",
                    )
                file.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            packed, f"the file is damaged: {error}", expected="a whole gzip file", remedy="copy it again"
        ) from error


def _top(place: Path) -> Path:
    """The folder that holds the files, under any folders with nothing else in them."""
    while True:
        inside = [one for one in place.iterdir() if not one.name.startswith(("__MACOSX", "."))]
        if (
            len(inside) != 1
            or not inside[0].is_dir()
            or inside[0].is_symlink()
            or inside[0].name == "training_set"
        ):
            return place
        place = inside[0]
