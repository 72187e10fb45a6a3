"""One BLAS thread: for as long as anyone in this process asks for it."""

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
    """BLAS computes with one thread until the last of those who asked is done.

    The limit is the whole process's. Two that set and restore it by themselves, crosswise, would leave it
    behind for good: the later one restores what the earlier one had set.
    """
    global _holders, _limits  # noqa: PLW0603 (the limit is the process's, and so is what is known of it)
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
