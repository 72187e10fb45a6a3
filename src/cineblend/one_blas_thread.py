"""Limit BLAS to one thread while any caller in this process needs it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from threadpoolctl import threadpool_limits

_lock = Lock()
_holders = 0
_limits: threadpool_limits | None = None


@contextmanager
def one_blas_thread() -> Generator[None]:
    """Limit BLAS to one thread until the last concurrent caller leaves the context.

    The limit applies to the whole process. Without a count of callers, two overlapping contexts could
    restore each other's limit and leave it in place.
    """
    global _holders, _limits  # noqa: PLW0603 (the limit applies to the whole process)
    with _lock:
        if not _holders:
            _limits = threadpool_limits(1, "blas")
        _holders += 1
    try:
        yield
    finally:
        with _lock:
            _holders -= 1
            if not _holders and _limits is not None:
                _limits.restore_original_limits()
                _limits = None
