"""Reload: the recommender in use, exchanged for a new bundle's without a failed request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from cineblend.bundle.added import change
from cineblend.bundle.fitted import Fitted
from cineblend.errors import CineblendError
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import Wanted
from cineblend.web.logs import log_event

Load = Callable[[Path], Recommender]


class Current:
    """The recommender that new requests get; one that has begun keeps the one it was given.

    Args:
        path: the bundle.
        load: reads it.

    Raises:
        CineblendError: it cannot be read.
    """

    def __init__(self, path: Path, load: Load) -> None:
        self._path = path
        self._load = load
        self._loading = threading.Lock()
        self._seen = self._mark()
        self.recommender = _warm(load(path))

    @property
    def path(self) -> Path:
        """The bundle's folder."""
        return self._path

    def reload(self) -> Recommender:
        """Read the bundle again and use it from now on.

        Raises:
            CineblendError: it cannot be read; the old one stays in use.
        """
        with self._loading:
            return self._read_again()

    def _read_again(self) -> Recommender:
        mark = self._mark()
        fresh = _warm(self._load(self._path))
        self._seen = mark
        if fresh.model_version != self.recommender.model_version:
            log_event("model changed", old=self.recommender.model_version, new=fresh.model_version)
        self.recommender = fresh
        return fresh

    def change(self, how: Callable[[Fitted], Fitted]) -> tuple[Fitted, Recommender]:
        """Change the bundle on disk and use it from now on.

        Raises:
            CineblendError: ``how`` raises it, or the bundle cannot be read or written; it stays as it was.
        """
        return change(self._path, how), self.reload()

    def look(self) -> None:
        """Reload if the bundle's manifest is another than before; a broken one is logged once and left."""
        mark = self._mark()
        if mark is None or mark == self._seen:
            return
        with self._loading:
            mark = self._mark()
            if mark is None or mark == self._seen:
                return  # another look read it meanwhile
            try:
                self._read_again()
            except (CineblendError, OSError) as error:
                self._seen = mark
                log_event("new model refused", warning=True, problem=str(error))

    async def watch(self, seconds: float) -> None:
        """Look at the manifest every so often, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.look)

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            stat = (self._path / "manifest.json").stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _warm(recommender: Recommender) -> Recommender:
    """Make what is made on first use, so that no request waits for it."""
    recommender.warm()
    recommender.listing(Wanted(ratings={}))
    return recommender
