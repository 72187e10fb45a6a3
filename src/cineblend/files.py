"""Write files atomically, so that a reader sees the old or the new content; and hash files."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cineblend.errors import UserError


@contextmanager
def atomic_path(target: Path) -> Generator[Path]:
    """Yield a temporary path beside ``target``; on success fsync it and rename it over ``target``.

    On an exception the temporary file is removed and ``target`` is untouched.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp{target.suffix}")
    try:
        # Not mkstemp: an interrupt inside it would leave a file with an unknown name.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary
        sync(temporary)
        temporary.chmod(0o644)
        os.replace(temporary, target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target`` atomically."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)


def write_text(target: Path, content: str) -> None:
    """Write ``content`` to ``target`` atomically, as UTF-8."""
    write_bytes(target, content.encode())


def sync(path: Path) -> None:
    """Flush a file or a directory to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_file(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def writable_directory(path: Path) -> Path:
    """Create ``path`` if it does not exist, and check that files can be written there.

    Raises:
        UserError: the directory cannot be created or written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise UserError(
            f"cannot write to {path}: {error.strerror}",
            expected="a directory that can be created and written",
            remedy="name another directory, or change its permissions",
        ) from error
    return path
