"""Writing a bundle: its files go to a new folder, then the manifest that names it replaces the old one."""

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
"""Locked while a bundle is written. The file stays, empty, since removing it would break another's lock."""


class ReplacedError(CineblendError):
    """A bundle was replaced while a change of it was made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"the model in {folder} was replaced meanwhile", remedy="try again")


def write(fitted: Fitted, folder: Path | str, *, replacing: str | None = None) -> Fitted:
    """Write a bundle, replacing the one in the folder, if any.

    The files go into a folder with a new name inside ``folder``. Renaming the manifest over the old one makes
    them the bundle: a kill before that leaves the old bundle, a kill after it the new one. The next write
    removes what a killed one left.

    Args:
        fitted: the recommender to save.
        folder: created if missing; it must hold a bundle, or nothing.
        replacing: version of the bundle that ``fitted`` was made from; None replaces any.

    Returns:
        ``fitted`` with its ``version``.

    Raises:
        UserError: the folder cannot be written or holds something else, or the model holds a value that a
            bundle cannot hold.
        CineblendError: the disk is full or failing; the old bundle is unchanged.
        ReplacedError: the folder holds another version than ``replacing``.
    """
    folder = Path(folder)
    require_place(folder)
    writable_directory(folder)
    try:
        with FileLock(folder / LOCK):
            sync(folder.absolute().parent)
            if replacing is not None and read_manifest(folder).version != replacing:
                raise ReplacedError(folder)
            _clean(folder, _current(folder))
            with _new_folder(folder) as made:
                manifest = _fill(made, fitted)
                write_bytes(folder / MANIFEST, manifest.render())
            _clean(folder, manifest.folder)
    except OSError as error:
        raise CineblendError(
            f"the model cannot be written to {folder}: {error.strerror or error}",
            expected="room for it beside the old one",
            remedy="free some space, or choose another folder; the old model is unchanged",
        ) from error
    return replace(fitted, version=manifest.version)


def require_place(folder: Path) -> None:
    """Check, before a long fit, that ``folder`` may become a bundle.

    Raises:
        UserError: it is a file, or holds a file that is not part of a bundle.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", expected="a folder, or the name of a new one")
    other = [path.name for path in sorted(folder.glob("*")) if not belongs(path.name)]
    if other:
        raise UserError(
            f"{folder} holds {other[0]}, which is not part of a model",
            expected="a folder with a model, an empty one, or the name of a new one",
            remedy="choose another folder",
        )


def belongs(name: str) -> bool:
    """Whether a bundle's folder may hold that name: a part of it, or a remnant of a killed write."""
    return name in (MANIFEST, LOCK) or name.startswith(f".{MANIFEST}.") or bool(FOLDER.fullmatch(name))


def _fill(made: Path, fitted: Fitted) -> Manifest:
    """Write every file but the manifest, each synced to disk."""
    shelf = Shelf(made)
    state = {
        "model": write_plain(fitted.model.state(), shelf),
        "text": write_plain(plain(fitted.text), shelf),
        "similarity": write_plain(plain(fitted.similarity), shelf),
        "meaning": write_plain(plain(fitted.meaning), shelf),
    }
    if fitted.stars is not None:
        state["stars"] = write_plain(plain(fitted.stars), shelf)
    shelf.put("state.json", _json(state))
    shelf.put("catalog.parquet", films.to_parquet(fitted.catalog, fitted.films))
    if fitted.catalog.content:
        shelf.put("content.parquet", films.content_to_parquet(fitted.catalog.content))
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
        noun=fitted.noun,
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n").encode()


@contextmanager
def _new_folder(folder: Path) -> Generator[Path]:
    """A folder with an unused name; removed again if writing fails before a manifest names it."""
    made = folder / f"files-{secrets.token_hex(8)}"
    made.mkdir()
    try:
        yield made
    except BaseException:
        if _current(folder) != made.name:
            shutil.rmtree(made, ignore_errors=True)
        raise


def _current(folder: Path) -> str | None:
    """The folder that the manifest names; None without a whole manifest."""
    try:
        return read_manifest(folder).folder
    except InputError:
        return None


def _clean(folder: Path, keep: str | None) -> None:
    """Remove remnants of earlier writes, except for the folder that a manifest names."""
    if keep is None and (folder / MANIFEST).exists():
        return  # damaged, or of another version: it goes when the new one is written
    for path in folder.iterdir():
        if FOLDER.fullmatch(path.name) and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f".{MANIFEST}."):
            path.unlink(missing_ok=True)
