"""Manifest: the contents of a bundle in one JSON file, which also reveals damage to itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cineblend.data.noun import FILM, Noun
from cineblend.errors import CineblendError, InputError

FORMAT = 6
"""Increased whenever an older version of cineblend would misread a bundle."""
READABLE = (4, 5, FORMAT)
"""Formats that this version reads: 4 has no array in a smaller type."""
MANIFEST = "manifest.json"
FOLDER = re.compile(r"files-[0-9a-f]{16}")
"""Name of the folder with a bundle's files: a new one for each write, so that none is ever overwritten."""
REMEDY = "write it again with cineblend fit"

_FILE = re.compile(
    r"state\.json|catalog\.parquet|content\.parquet|figures\.json"
    r"|arrays/[0-9a-f]{64}\.npy|trees/[0-9a-f]{64}\.txt"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEYS = ("format", "strategy", "title", "config", "scale", "made_from", "folder", "files", "sha256")
_LARGEST = 16 * 2**20


@dataclass(frozen=True)
class FileRecord:
    """A file as it was written: hex sha256 and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The contents of manifest.json.

    Attributes:
        strategy: name of the strategy.
        title: its title for people.
        config: its hyper-parameters, as written by ``configs``.
        scale: lowest and highest rating.
        made_from: data, seed, versions, time and notes.
        folder: name of the folder with the files, beside the manifest.
        files: relative name to its record; no other file belongs to the bundle.
        noun: what an item is called; not written where it is a film.
        format: version of the bundle format.
    """

    strategy: str
    title: str
    config: Mapping[str, Any]
    scale: tuple[float, float]
    made_from: Mapping[str, Any]
    folder: str
    files: Mapping[str, FileRecord]
    noun: Noun = FILM
    format: int = FORMAT

    @property
    def version(self) -> str:
        """First 16 hex digits of the digest over everything above, for the exact bytes of a model."""
        return _digest(self._content())[:16]

    @property
    def n_bytes(self) -> int:
        """Total size of all files in bytes."""
        return sum(file.size for file in self.files.values())

    def render(self) -> bytes:
        """The contents of the file."""
        content = self._content()
        return _rendered({**content, "sha256": _digest(content)})

    def _content(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "strategy": self.strategy,
            "title": self.title,
            "config": self.config,
            "scale": list(self.scale),
            "made_from": self.made_from,
            "folder": self.folder,
            **({} if self.noun == FILM else {"noun": [self.noun.one, self.noun.many]}),
            "files": {name: [file.sha256, file.size] for name, file in sorted(self.files.items())},
        }


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a bundle.

    Raises:
        InputError: there is none, it is damaged, or its format is not one that this version reads.
    """
    path = folder / MANIFEST
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            raise InputError(path, "is a link, or too large to be a manifest", remedy=REMEDY)
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            folder,
            "is not a model: it has no manifest.json",
            expected="a folder that cineblend fit finished writing",
            remedy=f"cineblend fit --out {folder}",
        ) from error
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from error
    try:
        said: Any = json.loads(raw)
    except ValueError as error:
        raise InputError(path, f"is damaged: {error}", remedy=REMEDY) from error
    if not isinstance(said, dict):
        raise InputError(path, "is damaged: it is not a JSON object", remedy=REMEDY)
    return _checked(path, cast("dict[str, Any]", said), raw)


def _checked(path: Path, said: dict[str, Any], raw: bytes) -> Manifest:
    found = said.get("format")
    if type(found) is not int or found not in READABLE:
        raise InputError(
            path,
            f"is of format {found!r}",
            expected=f"format {' or '.join(map(str, READABLE))}, which this version of cineblend reads",
            remedy="use the version that wrote it, or " + REMEDY,
        )
    content = {key: value for key, value in said.items() if key != "sha256"}
    # Rendering again must give the same bytes, so that any changed byte changes the digest or this.
    if said.get("sha256") != _digest(content) or raw != _rendered(said):
        raise InputError(path, "is damaged: its own sha256 differs", remedy=REMEDY)
    try:
        return _built(said)
    except (CineblendError, ValueError, TypeError, KeyError, AttributeError) as error:
        why = error.problem if isinstance(error, CineblendError) else error
        raise InputError(path, f"is not the manifest of a model: {why}", remedy=REMEDY) from error


def _built(said: dict[str, Any]) -> Manifest:
    if set(said) - {"noun"} != set(_KEYS):
        raise ValueError(f"keys {', '.join(sorted(set(said) ^ set(_KEYS)))}")
    if not FOLDER.fullmatch(said["folder"]):
        raise ValueError(f"the folder is called {said['folder']!r}")
    files: dict[str, FileRecord] = {}
    for name, (sha256, size) in said["files"].items():
        if not (_FILE.fullmatch(name) and _SHA256.fullmatch(sha256) and type(size) is int):
            raise ValueError(f"not a file of a bundle: {name!r}")
        files[name] = FileRecord(sha256, size)
    low, high = said["scale"]
    one, many = said.get("noun", (FILM.one, FILM.many))
    strategy, title = str(said["strategy"]), str(said["title"])
    return Manifest(
        strategy,
        title,
        dict(said["config"]),
        (float(low), float(high)),
        dict(said["made_from"]),
        said["folder"],
        files,
        Noun(str(one), str(many)),
        said["format"],
    )


def _rendered(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_rendered(content)).hexdigest()
