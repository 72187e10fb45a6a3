"""Failures: errors of the people database, free of the database library."""

from __future__ import annotations

from cineblend.errors import CineblendError


class StorageError(CineblendError):
    """The database failed; nothing of the request was stored."""


class StorageFullError(StorageError):
    """The disk under the database is full."""


class StorageBusyError(StorageError):
    """Another process locked the database for longer than the time limit."""
