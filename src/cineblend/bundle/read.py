"""Reading a bundle: every byte is verified, arrays stay in the files, nothing is run."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from cineblend.bundle import films
from cineblend.bundle.configs import from_json
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.manifest import REMEDY, FileRecord, Manifest, read_manifest
from cineblend.bundle.state import read_plain
from cineblend.bundle.write import belongs
from cineblend.data.dataset import RatingScale
from cineblend.errors import CineblendError, InputError
from cineblend.models.base import ModelConfig
from cineblend.models.state import rebuild, revive
from cineblend.text.encoders import deferred as _deferred  # noqa: F401  # pyright: ignore[reportUnusedImport] (a kind in bundles)
from cineblend.text.finetuning import projected as _projected  # noqa: F401  # pyright: ignore[reportUnusedImport]

_TRIES = 3
"""Attempts to read a bundle while new ones replace it."""


def read(folder: Path) -> Fitted:
    """Read the recommender in a bundle; its scores equal those at the time of writing.

    Arrays stay in the files (memory-mapped), so a bundle that replaces this one does not disturb them. A text
    encoder is opened when the first new text comes.

    Raises:
        InputError: there is no bundle; a file is missing, damaged, not listed or a link; or the format is not
            one that this version reads.
    """
    manifest, content = read_files(folder)
    try:
        state = json.loads(bytes(content["state.json"]))
        config = cast("ModelConfig", from_json(manifest.config))
        kept = {name: read_plain(said, content.__getitem__) for name, said in state.items()}
        catalog, facts = films.from_parquet(content["catalog.parquet"])
        if "content.parquet" in content:
            catalog = replace(catalog, content=films.content_from_parquet(content["content.parquet"]))
        figures = json.loads(bytes(content["figures.json"])) if "figures.json" in content else None
        return Fitted(
            strategy=manifest.strategy,
            title=manifest.title,
            config=config,
            model=rebuild(config, kept["model"]),
            catalog=catalog,
            films=facts,
            scale=RatingScale(*manifest.scale),
            text=revive(kept["text"]),
            similarity=revive(kept["similarity"]),
            stars=revive(kept.get("stars")),
            meaning=revive(kept.get("meaning")),
            made_from=manifest.made_from,
            figures=figures,
            noun=manifest.noun,
            version=manifest.version,
        )
    except (CineblendError, ValueError, TypeError, KeyError, AttributeError) as error:
        why = error.problem if isinstance(error, CineblendError) else error
        raise InputError(folder, f"holds no model that can be read: {why}", remedy=REMEDY) from error


def read_files(folder: Path) -> tuple[Manifest, Mapping[str, memoryview]]:
    """Read the manifest and the bytes of every file, all verified.

    Raises:
        InputError: see ``read``.
    """
    for _ in range(_TRIES - 1):
        manifest = read_manifest(folder)
        try:
            return manifest, _verified(folder, manifest)
        except InputError:
            if read_manifest(folder).folder == manifest.folder:
                raise
    manifest = read_manifest(folder)
    return manifest, _verified(folder, manifest)


def _verified(folder: Path, manifest: Manifest) -> Mapping[str, memoryview]:
    inside = folder / manifest.folder
    odd = [path for path in sorted(folder.iterdir()) if not belongs(path.name)]
    _refuse_unlisted(inside, manifest, odd)
    names = list(manifest.files)
    # hashing releases the GIL, so two cores share the one long step
    with ThreadPoolExecutor(2) as pool:
        mapped = pool.map(lambda name: _mapped(inside / name, manifest.files[name]), names)
        return dict(zip(names, mapped, strict=True))


def _refuse_unlisted(inside: Path, manifest: Manifest, odd: list[Path]) -> None:
    listed = {inside / name for name in manifest.files}
    folders = {path.parent for path in listed} | {inside}
    for place, directories, names in os.walk(inside):
        odd += [
            path for name in directories if (path := Path(place) / name).is_symlink() or path not in folders
        ]
        odd += [path for name in names if (path := Path(place) / name) not in listed]
    if odd:
        raise InputError(
            odd[0],
            "does not belong to the model: its manifest does not list it, or it is a link",
            expected="the files that the manifest lists",
            remedy="remove it, or " + REMEDY,
        )


def _mapped(path: Path, expected: FileRecord) -> memoryview:
    """The file's bytes, memory-mapped."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}", remedy=REMEDY) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size != expected.size:
            raise InputError(
                path, f"has {found.st_size} bytes", expected=f"a file of {expected.size}", remedy=REMEDY
            )
        content = memoryview(mmap.mmap(handle, 0, access=mmap.ACCESS_READ) if expected.size else b"")
    finally:
        os.close(handle)
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected.sha256:
        raise InputError(path, f"is damaged: its sha256 is {digest}", expected=expected.sha256, remedy=REMEDY)
    return content


def card(manifest: Manifest) -> dict[str, Any]:
    """The facts that ``cineblend info`` prints of a bundle, as plain values."""
    return {
        "version": manifest.version,
        "strategy": manifest.strategy,
        "title": manifest.title,
        "bytes": manifest.n_bytes,
        "files": len(manifest.files),
        "scale": list(manifest.scale),
        "noun": manifest.noun.one,
        "nouns": manifest.noun.many,
        **manifest.made_from,
        "config": manifest.config,
    }
