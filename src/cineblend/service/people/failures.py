"""Failures: what may go wrong with a database of people, without the database's own library."""

from __future__ import annotations

from cineblend.errors import CineblendError


class StorageError(CineblendError):
    """The database could not do what it was asked; nothing of it was stored."""


class StorageFullError(StorageError):
    """The disk under the database is full."""


class StorageBusyError(StorageError):
    """Another process kept the database for longer than we wait."""
