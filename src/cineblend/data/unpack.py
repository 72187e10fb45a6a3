"""Unpack an untrusted zip: accept only plain files in one folder, within a size limit."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NoReturn

from cineblend.errors import UserError
from cineblend.files import sync

_ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar"}
_MAX_RATIO = 100  # zip compresses text about fivefold
_MAX_MEMBERS = 1000
_CHUNK = 1 << 20


def unpack(archive: Path, top: str | None, into: Path, *, limit: int) -> None:
    """Unpack the files under ``top/`` of a zip into the existing, empty folder ``into``.

    Args:
        archive: the zip.
        top: the one folder that must contain all members, and is left out of their paths; None for no such.
        into: the target for that folder's content.
        limit: maximum size of the unpacked content in bytes.

    Raises:
        UserError: the zip is damaged or encrypted, or a member is not a plain file inside ``top/``, is
            an archive itself, or is too large. ``into`` may then hold some files: delete it.
    """
    with _damage_told(archive), zipfile.ZipFile(archive) as opened:
        members = [_checked(archive, member, top) for member in opened.infolist()]
        _require_modest(archive, members, limit)
        left = limit
        for member in members:
            path = PurePosixPath(member.filename)
            left -= _extract(opened, member, into / (path if top is None else path.relative_to(top)), left)


def contents(archive: bytes, name: str, *, limit: int, most: int = _MAX_MEMBERS) -> dict[str, bytes]:
    """The files of a zip that is in memory, by their paths in it.

    Args:
        archive: the zip.
        name: what errors call it.
        limit: maximum size of the unpacked content in bytes.
        most: maximum number of files.

    Raises:
        UserError: as ``unpack``.
    """
    with _damage_told(name), zipfile.ZipFile(BytesIO(archive)) as opened:
        members = [_checked(name, member, None, written=False) for member in opened.infolist()]
        _require_modest(name, members, limit, most)
        # zipfile reads no more of a member than its stated size.
        return {member.filename: opened.read(member) for member in members if not member.is_dir()}


@contextmanager
def _damage_told(archive: Path | str) -> Generator[None]:
    try:
        yield
    # Each is one that zipfile raises for a damaged archive; the message keeps what it said.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        _refuse(archive, f"the archive is damaged: {error}")


def _checked(
    archive: Path | str, member: zipfile.ZipInfo, top: str | None, *, written: bool = True
) -> zipfile.ZipInfo:
    # orig_filename, because zipfile converts backslashes and cuts at NUL in filename
    name = member.orig_filename
    path = PurePosixPath(name)
    # A colon is a drive where files are written, and part of a film's folder where they stay in memory.
    if "\\" in name or "\0" in name or (written and ":" in name) or path.is_absolute() or ".." in path.parts:
        _refuse(archive, f"member {name!r} has an unsafe path")
    if top is not None and (path.parts[:1] != (top,) or (path == PurePosixPath(top) and not member.is_dir())):
        _refuse(archive, f"member {name!r} is not inside {top}/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(archive, f"member {name!r} is a link or a device")
    if path.suffix.lower() in _ARCHIVES:
        _refuse(archive, f"member {name!r} is an archive itself")
    if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse(archive, f"member {name!r} is encrypted or uses an unsupported compression")
    return member


def _require_modest(
    archive: Path | str, members: list[zipfile.ZipInfo], limit: int, most: int = _MAX_MEMBERS
) -> None:
    names = [member.filename.casefold().rstrip("/") for member in members]
    if len(set(names)) < len(names) or len(names) > most:
        _refuse(archive, f"the archive has over {most} members, or two of the same name")
    size = sum(member.file_size for member in members)
    if size > limit:
        _refuse(archive, f"the archive would unpack to {size:,} bytes, over the limit of {limit:,}")
    for member in members:
        if member.file_size > _MAX_RATIO * max(member.compress_size, _CHUNK // _MAX_RATIO):
            _refuse(archive, f"member {member.filename!r} expands more than {_MAX_RATIO}-fold")


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> int:
    """Write one member and return its size in bytes."""
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > min(limit, member.file_size):
                _refuse(
                    Path(opened.filename or ""), f"member {member.filename!r} is larger than its stated size"
                )
            file.write(chunk)
    sync(target)
    return size


def _refuse(archive: Path | str, problem: str) -> NoReturn:
    raise UserError(
        f"{archive}: {problem}",
        expected="a whole zip archive of plain files, as it was published or saved",
        remedy="get it again; if that does not help, do not trust its source",
    )
