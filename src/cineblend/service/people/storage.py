"""The SQLite file behind people: opening, migration, and the meaning of its errors."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from cineblend.errors import UserError
from cineblend.service.people.failures import StorageBusyError, StorageError, StorageFullError

BUSY_SECONDS = 60
"""Seconds that a write waits for another process."""
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC")


class Storage:
    """An open database: WAL, every commit synced before it returns, one writer at a time.

    Args:
        path: the file, already migrated; see ``open_storage``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        # Writers of this process queue here, which is fair and has no timeout. BEGIN IMMEDIATE with a busy
        # timeout orders writers of different processes.
        self._writing = threading.Lock()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection that sees one state of the database.

        Raises:
            StorageError: it cannot be read.
        """
        with _translated(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that is on disk when the block ends, and is rolled back if the block raises.

        Raises:
            StorageError: it could not be stored.
        """
        with (
            self._writing,
            _translated(self.path),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def truncate_log(self) -> None:
        """Move the log's pages into the file and empty the log, so that deleted data is in neither."""
        with self._writing, _translated(self.path), self._engine.connect() as connection:
            raw = connection.connection.cursor()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            raw.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_storage(path: Path) -> Storage:
    """Open the database at ``path`` with every migration applied; create it if missing.

    Raises:
        UserError: it cannot be created or opened, is not a database, or was written by a newer cineblend.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Ratings are private. SQLite gives its -wal and -shm files the database's permissions.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UserError(
            f"cannot open the database {path}: {error.strerror}",
            expected="a file that can be created and written",
            remedy="choose another with --database",
        ) from error
    storage = Storage(path)
    try:
        with storage.reading() as connection:
            mode = connection.connection.cursor().execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise UserError(
                f"the database {path} is on a file system without write-ahead logging",
                expected="a local disk",
                remedy="choose another place with --database",
            )
        _migrate(storage)
    except StorageError as error:
        storage.close()
        raise UserError(
            error.problem,
            expected="a cineblend database, or no file",
            remedy=error.remedy or "choose another with --database",
        ) from error
    except BaseException:
        storage.close()
        raise
    return storage


def _migrate(storage: Storage) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "cineblend.service.people:migrations")
    config.set_main_option("path_separator", "os")
    with storage.writing() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UserError(
                f"the database {storage.path} was written by another version of cineblend: {error}",
                expected=f"version {ScriptDirectory.from_config(config).get_current_head()} or older",
                remedy="upgrade cineblend, or choose another with --database",
            ) from error


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=56,
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: sqlite3.Connection, _: Any) -> None:
        # The driver's automatic transactions are off; "begin" below decides.
        raw.isolation_level = None
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads before it writes fails at once on a conflict, whatever the timeout.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        name = str(getattr(error.orig, "sqlite_errorname", ""))
        if name.startswith("SQLITE_CONSTRAINT"):
            raise
        raise _meaning(path, name, str(error.orig)) from error
    except sqlite3.Error as error:
        raise _meaning(path, str(getattr(error, "sqlite_errorname", "")), str(error)) from error


def _meaning(path: Path, name: str, said: str) -> StorageError:
    if name.startswith(_FULL):
        return StorageFullError(
            f"the disk under the database {path} is full; nothing was stored",
            remedy="free some space and try again",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageBusyError(
            f"another program held the database {path} for more than {BUSY_SECONDS} seconds",
            remedy="try again, or stop the other program",
        )
    return StorageError(
        f"the database {path} cannot be used: {said}", remedy="restore it, or choose another with --database"
    )
