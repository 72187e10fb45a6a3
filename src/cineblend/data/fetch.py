"""Fetching a published dataset: downloaded, verified, unpacked, and moved into place only when whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from cineblend.data.download import Patience, download
from cineblend.data.formats import RELEASES, Release
from cineblend.data.locate import fetched_root
from cineblend.data.unpack import unpack
from cineblend.errors import NotAvailableError, UnknownNameError, UserError
from cineblend.files import sha256_file, sync, writable_directory

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
    """Fetch a release and return its folder; one that is already there is not fetched again.

    A download that was cut goes on where it stopped, also in a later call. Two processes that fetch
    the same wait for each other.

    Args:
        name: a MovieLens release.
        base_url: the address that ``<name>.zip`` is under.
        destination: the folder that gets ``<name>/``; the cache's data folder by default.
        releases: what there is, with digests and limits.
        patience: how long to keep trying.

    Raises:
        UnknownNameError: no such release.
        NotAvailableError: it cannot be downloaded, or is not GroupLens's; says how to put it there by hand.
        UserError: what came is not the published archive; it is removed.
        UserError: the destination cannot be written, or holds something else under that name.
    """
    from filelock import FileLock, Timeout

    if name not in releases:
        raise UnknownNameError("dataset", name, releases)
    root = destination or fetched_root()
    if _is_there(root / name, releases[name]):
        return root / name
    if releases[name].home:
        raise NotAvailableError(f"{name} is not fetched", remedy=_by_hand(releases[name], root))
    writable_directory(root)
    try:
        with FileLock(root / f".{name}.lock", timeout=_LOCK_WAIT_S):
            if not _is_there(root / name, releases[name]):
                _fetch(releases[name], f"{base_url.rstrip('/')}/{name}.zip", root, patience or Patience())
    except Timeout as error:
        raise UserError(
            f"another process has been fetching {name} for over {_LOCK_WAIT_S} s", remedy="end it, or wait"
        ) from error
    except OSError as error:
        raise UserError(
            f"cannot write {name} to {root}: {error.strerror or error}",
            expected=f"up to {releases[name].archive_limit + releases[name].unpacked_limit:,} bytes of room",
            remedy="make room or name another destination",
        ) from error
    return root / name


def _by_hand(release: Release, root: Path) -> str:
    return f"put {' and '.join(release.form.files)} from {release.home} into {root / release.name}"


def _is_there(folder: Path, release: Release) -> bool:
    if not folder.exists():
        return False
    lacking = _lacking(folder, release)
    if lacking:
        raise UserError(
            f"{folder} is there but lacks {', '.join(lacking)}",
            expected=f"the files of {release.name}, or nothing",
            remedy=f"remove {folder} and fetch again",
        )
    return True


def _lacking(folder: Path, release: Release) -> list[str]:
    return [file for file in release.form.files if not (folder / file).is_file()]


def _fetch(release: Release, url: str, root: Path, patience: Patience) -> None:
    part = root / f".{release.name}.zip.part"
    instead = (
        f"try again (what has arrived is kept), or download {url} by hand and unzip it into {root}, "
        f"so that {root / release.name / release.form.ratings} is there"
    )
    download(url, part, limit=release.archive_limit, patience=patience, remedy=instead)
    digest = sha256_file(part)
    if digest != release.archive_sha256:
        part.unlink()
        raise UserError(
            f"{url} is not the published archive: its sha256 is {digest}",
            expected=f"sha256 {release.archive_sha256}",
            remedy="it was removed; fetch again, and if it stays so, do not trust this address",
        )
    try:
        _unpack_into_place(release, part, root)
    except UserError:
        part.unlink()
        raise
    part.unlink()


def _unpack_into_place(release: Release, archive: Path, root: Path) -> None:
    fresh = root / f".{release.name}.unpacking"
    # one that a killed run left behind; the lock is ours, so nobody is at work in it
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        unpack(archive, release.name, fresh, limit=release.unpacked_limit)
        lacking = _lacking(fresh, release)
        if lacking:
            raise UserError(f"{archive} lacks {', '.join(lacking)}", expected="the published archive")
        os.replace(fresh, root / release.name)
        sync(root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
