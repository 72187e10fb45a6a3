"""Real posters from TMDB, for whoever has a key: fetched by the service, never by the page, and kept."""

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
"""Bytes of a poster."""
PAUSE_SECONDS = 60
"""How long TMDB is left alone after it failed to answer."""
_KEPT_NONE_SECONDS = 7 * 24 * 3600
_JPEG = b"\xff\xd8\xff"


class RealPosters:
    """Posters by TMDB's number.

    Args:
        key: a key of TMDB's API, of version 3 or 4.
        folder: where posters are kept; an empty file says that TMDB has none.
        api: TMDB's interface.
        images: where its pictures are.
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
        """A film's poster as JPEG; None where TMDB has none or does not answer."""
        path = self._folder / f"{tmdb_id}.jpg"
        kept = self._kept(path)
        if kept is not None:
            return kept or None
        if self._clock() < self._paused_until:
            return None
        try:
            found = self._fetch(tmdb_id)
        except (OSError, ValueError, KeyError, TypeError) as error:
            # requests' errors are OSErrors and hold the address with the key: only their kind is logged.
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
        """The poster, empty where there is none."""
        import requests

        key = self._key.get_secret_value()
        # Keys of version 4 are tokens with dots and go into a header.
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
