"""Fetch a published dataset: download, verify and unpack it, and move it into place when it is complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from cineblend.data.download import Patience, download, require_published
from cineblend.data.formats import RELEASES, Release
from cineblend.data.locate import fetched_root
from cineblend.data.unpack import unpack
from cineblend.errors import NotAvailableError, UnknownNameError, UserError
from cineblend.files import sync, writable_directory

GROUPLENS = "https://files.grouplens.org/datasets/movielens"
_LOCK_WAIT_S = 3600


def fetch(
    name: str,
    *,
    base_url: str = GROUPLENS,
    destination: Path | None = None,
    releases: Mapping[str, Release] = RELEASES,
    patience: Patience | None = None,
) -> Path:
    """Fetch a release and return its folder; an existing complete folder is returned as it is.

    An interrupted download is resumed, also by a later call. Two processes that fetch the same release
    wait for each other.

    Args:
        name: a MovieLens release.
        base_url: the address of the folder that holds ``<name>.zip``.
        destination: the folder that gets ``<name>/``; the cache's data folder by default.
        releases: the known releases, with digests and limits.
        patience: how long to keep trying.

    Raises:
        UnknownNameError: there is no such release.
        NotAvailableError: it cannot be downloaded; the error says how to install it by hand.
        UserError: the download is not the published archive, and was removed.
        UserError: the destination cannot be written, or holds something else under that name.
    """
    from filelock import FileLock, Timeout

    if name not in releases:
        raise UnknownNameError("dataset", name, releases)
    root = destination or fetched_root()
    if _is_there(root / name, releases[name]):
        return root / name
    if releases[name].home:
        raise NotAvailableError(
            f"{name} cannot be fetched by cineblend",
            expected=f"its files in {root / name}",
            remedy=_by_hand(releases[name], root),
        )
    writable_directory(root)
    try:
        with FileLock(root / f".{name}.lock", timeout=_LOCK_WAIT_S):
            if not _is_there(root / name, releases[name]):
                _fetch(releases[name], f"{base_url.rstrip('/')}/{name}.zip", root, patience or Patience())
    except Timeout as error:
        raise UserError(
            f"another process has been fetching {name} for over {_LOCK_WAIT_S} s",
            expected="one process at a time",
            remedy="wait until it is done, or end it and try again",
        ) from error
    except OSError as error:
        raise UserError(
            f"cannot write {name} to {root}: {error.strerror or error}",
            expected=f"up to {releases[name].archive_limit + releases[name].unpacked_limit:,} bytes free",
            remedy="free disk space, or name another destination",
        ) from error
    return root / name


def _by_hand(release: Release, root: Path) -> str:
    files = " and ".join(release.form.files)
    return f"download {files} from {release.home} and put them into {root / release.name}"


def _is_there(folder: Path, release: Release) -> bool:
    if not folder.exists():
        return False
    lacking = _lacking(folder, release)
    if lacking:
        raise UserError(
            f"{folder} exists but lacks {', '.join(lacking)}",
            expected=f"all files of {release.name}, or no such folder",
            remedy=f"remove {folder} and fetch again",
        )
    return True


def _lacking(folder: Path, release: Release) -> list[str]:
    return [file for file in release.form.files if not (folder / file).is_file()]


def _fetch(release: Release, url: str, root: Path, patience: Patience) -> None:
    part = root / f".{release.name}.zip.part"
    instead = (
        f"try again (the partial download is kept), or download {url} by hand and unzip it into {root}, "
        f"so that {root / release.name / release.form.ratings} exists"
    )
    download(url, part, limit=release.archive_limit, patience=patience, remedy=instead)
    require_published(part, url, release.archive_sha256, "archive")
    try:
        _unpack_into_place(release, part, root)
    except UserError:
        part.unlink()
        raise
    part.unlink()


def _unpack_into_place(release: Release, archive: Path, root: Path) -> None:
    fresh = root / f".{release.name}.unpacking"
    # A killed run may have left this folder behind. We hold the lock, so no other process uses it.
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        unpack(archive, release.name, fresh, limit=release.unpacked_limit)
        lacking = _lacking(fresh, release)
        if lacking:
            raise UserError(
                f"{archive} lacks {', '.join(lacking)}",
                expected="the published archive",
                remedy="fetch it again; if the files are missing again, do not trust this address",
            )
        os.replace(fresh, root / release.name)
        sync(root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
