"""Cells on disk: one JSON file each, whole or missing, found by a key of everything its figures depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cineblend
from cineblend.comparison.strategies import Strategy
from cineblend.data.dataset import Dataset
from cineblend.evaluate.rules import Protocol
from cineblend.files import write_text

_CODE = ("data", "evaluate", "models", "text", "plan.py", "rank*.py", "strategies.py", "workbench.py")
"""The parts of the package that a cell's figures depend on."""


def code_version() -> str:
    """Twelve hex digits of the sources that a cell's figures depend on."""
    package, suite = Path(cineblend.__file__).parent, Path(__file__).parents[1]
    paths = [path for name in _CODE for path in package.glob(name)]
    paths += [suite / "behaviours" / "held_out.py", suite / "cells" / "judge.py"]
    files = [file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])]
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.parts[-3:]):
        digest.update("/".join(file.parts[-3:]).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def data_fingerprint(dataset: Dataset) -> str:
    """Hex sha256 of the ratings, the scale, the titles and the tags."""
    digest = hashlib.sha256(dataset.ratings.fingerprint().encode())
    digest.update(repr(dataset.scale).encode())
    for text in (*dataset.catalog.title, *dataset.tags.text):
        digest.update(f"{text}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def cell_key(data: str, protocol: Protocol, row: Strategy, code: str) -> str:
    """Twenty hex digits; two cells share a key if their figures must be equal.

    Args:
        data: fingerprint of the dataset.
        protocol: the rules.
        row: the strategy with its final hyper-parameters.
        code: version of the code.
    """
    said = "\n".join([data, repr(protocol), repr(row.model), code])
    return hashlib.sha256(said.encode()).hexdigest()[:20]


class Cells:
    """The finished cells in a folder.

    Args:
        folder: created if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> dict[str, Any] | None:
        """The finished cell with that key, or None."""
        path = self._path(key)
        return json.loads(path.read_bytes()) if path.is_file() else None

    def keep(self, key: str, cell: dict[str, Any]) -> None:
        """Write a finished cell."""
        write_text(self._path(key), json.dumps(cell) + "\n")

    def all_of(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """The finished cells among these keys, in their order."""
        return [cell for key in keys if (cell := self.find(key)) is not None]

    def _path(self, key: str) -> Path:
        return self.folder / f"cell-{key}.json"
