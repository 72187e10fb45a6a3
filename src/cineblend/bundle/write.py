"""Writing a bundle: its files into a new folder, then the manifest that names it, in one step."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from cineblend.bundle import configs, films
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.manifest import FOLDER, MANIFEST, Manifest, read_manifest
from cineblend.bundle.state import Shelf, write_plain
from cineblend.errors import CineblendError, InputError, UserError
from cineblend.files import sync, writable_directory, write_bytes
from cineblend.models.state import plain

LOCK = ".lock"
"""Held while a bundle is written; it stays, empty, as removing it would undo another's lock."""


def write(fitted: Fitted, folder: Path) -> Fitted:
    """Write a bundle, in place of the one that is there, if any.

    The files go into a folder of a new name inside ``folder``. Only the renaming of the manifest over
    the old one makes them the bundle: a kill before it leaves the old bundle, a kill after it the new
    one. What a killed writing left is removed by the next.

    Args:
        fitted: what to keep.
        folder: created if need be; what it holds must be a bundle, or nothing.

    Returns:
        The same with its ``version``.

    Raises:
        UserError: the folder cannot be written or holds something else, or the model holds what no
            bundle can.
        CineblendError: the disk is full or failing; the old bundle is as it was.
    """
    require_place(folder)
    writable_directory(folder)
    try:
        with FileLock(folder / LOCK):
            sync(folder.absolute().parent)
            _clean(folder, _current(folder))
            with _new_folder(folder) as made:
                manifest = _fill(made, fitted)
                write_bytes(folder / MANIFEST, manifest.render())
            _clean(folder, manifest.folder)
    except OSError as error:
        raise CineblendError(
            f"the model cannot be written to {folder}: {error.strerror or error}",
            expected="room for it beside the one that is there",
            remedy="make room, or name another place; what was there before is as it was",
        ) from error
    return replace(fitted, version=manifest.version)


def require_place(folder: Path) -> None:
    """Prove before a long fit that ``folder`` may become a bundle.

    Raises:
        UserError: it is a file, or holds what no bundle holds.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", expected="a folder, or a name for a new one")
    other = [path.name for path in sorted(folder.glob("*")) if not belongs(path.name)]
    if other:
        raise UserError(
            f"{folder} holds {other[0]}, which is no part of a model",
            expected="a folder that a model was written to, an empty one, or a name for a new one",
            remedy="name another folder",
        )


def belongs(name: str) -> bool:
    """Whether a bundle's folder may hold that name: a part of it, or what a killed writing left."""
    return name in (MANIFEST, LOCK) or name.startswith(f".{MANIFEST}.") or bool(FOLDER.fullmatch(name))


def _fill(made: Path, fitted: Fitted) -> Manifest:
    """Write every file but the manifest, each flushed to disk."""
    shelf = Shelf(made)
    state = {
        "model": write_plain(fitted.model.state(), shelf),
        "text": write_plain(plain(fitted.text), shelf),
        "similarity": write_plain(plain(fitted.similarity), shelf),
    }
    shelf.put("state.json", _json(state))
    shelf.put("catalog.parquet", films.to_parquet(fitted.catalog, fitted.films))
    if fitted.figures is not None:
        shelf.put("figures.json", _json(fitted.figures))
    for folder in (*(path for path in made.iterdir() if path.is_dir()), made, made.parent):
        sync(folder)
    return Manifest(
        strategy=fitted.strategy,
        title=fitted.title,
        config=configs.to_json(fitted.config),
        scale=(fitted.scale.low, fitted.scale.high),
        made_from=fitted.made_from,
        folder=made.name,
        files=shelf.files,
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n").encode()


@contextmanager
def _new_folder(folder: Path) -> Generator[Path]:
    """A folder of a name not used before; removed again where writing fails before a manifest names it."""
    made = folder / f"files-{secrets.token_hex(8)}"
    made.mkdir()
    try:
        yield made
    except BaseException:
        if _current(folder) != made.name:
            shutil.rmtree(made, ignore_errors=True)
        raise


def _current(folder: Path) -> str | None:
    """The folder that the manifest names; None where there is no whole manifest."""
    try:
        return read_manifest(folder).folder
    except InputError:
        return None


def _clean(folder: Path, keep: str | None) -> None:
    """Remove what earlier writings left, but for the folder that a manifest names."""
    if keep is None and (folder / MANIFEST).exists():
        return  # damaged, or of another version: it goes when the new one stands
    for path in folder.iterdir():
        if FOLDER.fullmatch(path.name) and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f".{MANIFEST}."):
            path.unlink(missing_ok=True)
