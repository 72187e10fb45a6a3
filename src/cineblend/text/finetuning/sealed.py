"""Sealed folders: a manifest, written last, lists every file's sha256 and reveals incomplete folders."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cineblend.files import sha256_file, sync, write_text

MANIFEST = "manifest.json"


def seal(folder: Path, about: Mapping[str, Any]) -> None:
    """Flush every file of ``folder`` to disk, then write the manifest that lists them.

    Args:
        folder: a finished folder.
        about: further plain values for the manifest.
    """
    for directory, _, names in os.walk(folder):
        for name in names:
            sync(Path(directory) / name)
        sync(Path(directory))
    files = {path.relative_to(folder).as_posix(): sha256_file(path) for path in _files(folder)}
    write_text(folder / MANIFEST, json.dumps({**about, "files": files}, indent=2) + "\n")


def is_whole(folder: Path) -> bool:
    """Whether ``folder`` is sealed and its files have not changed since."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
        return files == {path.relative_to(folder).as_posix(): sha256_file(path) for path in _files(folder)}
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
