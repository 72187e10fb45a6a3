"""Real posters from TMDB, with the user's key: fetched by the service, never by the page, and cached."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from cineblend.files import write_bytes
from cineblend.web.logs import log_event

TIMEOUT_SECONDS = 5
LARGEST = 2 * 2**20
"""Largest poster in bytes."""
PAUSE_SECONDS = 60
"""Seconds without requests to TMDB after it failed to answer."""
_KEPT_NONE_SECONDS = 7 * 24 * 3600
_JPEG = b"\xff\xd8\xff"


class RealPosters:
    """Posters by TMDB number.

    Args:
        key: a key for TMDB's API, version 3 or 4.
        folder: the cache of posters; an empty file means that TMDB has none.
        api: address of TMDB's API.
        images: address of its pictures.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        key: SecretStr,
        folder: Path,
        *,
        api: str = "https://api.themoviedb.org/3",
        images: str = "https://image.tmdb.org/t/p/w342",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key, self._folder, self._api, self._images = key, folder, api, images
        self._clock, self._paused_until = clock, 0.0

    def get(self, tmdb_id: int) -> bytes | None:
        """A film's poster as JPEG; None if TMDB has none or does not answer."""
        path = self._folder / f"{tmdb_id}.jpg"
        kept = self._kept(path)
        if kept is not None:
            return kept or None
        if self._clock() < self._paused_until:
            return None
        try:
            found = self._fetch(tmdb_id)
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Errors of requests are OSErrors whose text holds the key, so only their type is logged.
            log_event("no answer from TMDB", warning=True, error=type(error).__name__)
            self._paused_until = self._clock() + PAUSE_SECONDS
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        write_bytes(path, found)
        return found or None

    def _kept(self, path: Path) -> bytes | None:
        try:
            content = path.read_bytes()
            is_old = not content and self._clock() - path.stat().st_mtime > _KEPT_NONE_SECONDS
        except FileNotFoundError:
            return None
        return None if is_old else content

    def _fetch(self, tmdb_id: int) -> bytes:
        """The poster; empty if there is none."""
        import requests

        key = self._key.get_secret_value()
        # Version 4 keys are tokens with dots and go into a header.
        shown: dict[str, Any] = (
            {"headers": {"Authorization": f"Bearer {key}"}} if "." in key else {"params": {"api_key": key}}
        )
        film = requests.get(f"{self._api}/movie/{tmdb_id}", timeout=TIMEOUT_SECONDS, **shown)
        if film.status_code == 404:
            return b""
        film.raise_for_status()
        name = film.json()["poster_path"]
        if not name:
            return b""
        picture = requests.get(self._images + name, timeout=TIMEOUT_SECONDS, stream=True)
        with picture:
            picture.raise_for_status()
            content = picture.raw.read(LARGEST + 1, decode_content=True)
        if len(content) > LARGEST or not content.startswith(_JPEG):
            raise ValueError("not a JPEG of reasonable size")
        return content
