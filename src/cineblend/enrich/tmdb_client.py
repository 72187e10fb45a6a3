"""TMDB's API: asked politely, answers kept on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import requests

from cineblend.errors import NotAvailableError, UserError
from cineblend.files import write_text

_APPENDED = "credits,keywords,alternative_titles"
_LONGEST_KEY = 40
"""Characters of a v3 key at most; a longer one is a token of v4."""
_LONGEST_WAIT_S = 60.0
_READ_S = 30.0


class Client:
    """Asks for films, at most ``per_second`` times a second, and never twice for what is on disk.

    Args:
        url: address of the API.
        key: the user's key, or a read access token.
        cache: folder of the answers; they hold no key.
        per_second: how often it asks at most.
        attempts: how often one question is tried.
        sleep: waits; for tests.

    Raises:
        UserError: there is no key.
    """

    def __init__(
        self,
        url: str,
        key: str,
        cache: Path,
        *,
        per_second: float = 20.0,
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not key.strip():
            raise UserError(
                "TMDB's API needs a key",
                expected="a key in $TMDB_API_KEY or --tmdb-key",
                remedy="ask for one at https://www.themoviedb.org/settings/api",
            )
        self._url, self._cache, self._key = url.rstrip("/"), cache, key.strip()
        self._gap, self._attempts, self._sleep = 1.0 / per_second, attempts, sleep
        self._next = 0.0
        self._session = requests.Session()

    def film(self, tmdb_id: int) -> dict[str, Any] | None:
        """A film's record; None where TMDB has none."""
        return self._kept(f"movie-{tmdb_id}", f"/movie/{tmdb_id}", {"append_to_response": _APPENDED})

    def by_imdb(self, imdb_id: int) -> int:
        """TMDB's number of an IMDb number; 0 where there is none."""
        found = self._kept(f"imdb-{imdb_id}", f"/find/tt{imdb_id:07d}", {"external_source": "imdb_id"})
        return _first_id((found or {}).get("movie_results"))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _kept(self, name: str, path: str, asked: dict[str, str]) -> dict[str, Any] | None:
        place = self._cache / f"{name}.json"
        if place.is_file():
            try:
                kept = json.loads(place.read_text("utf-8"))
            except ValueError:
                kept = "damaged"
            if kept is None or isinstance(kept, dict):
                return cast("dict[str, Any] | None", kept)
        answer = self._ask(path, asked)
        self._cache.mkdir(parents=True, exist_ok=True)
        write_text(place, json.dumps(answer, ensure_ascii=False))
        return answer

    def _ask(self, path: str, asked: dict[str, str]) -> dict[str, Any] | None:
        problem, wait = "", 1.0
        for attempt in range(self._attempts):
            if attempt:
                self._sleep(wait)
            self._pace()
            wait = 2.0**attempt
            try:
                answer = self._session.get(
                    self._url + path, params=self._params(asked), headers=self._headers(), timeout=_READ_S
                )
            except requests.RequestException as error:
                problem = self._secret(type(error).__name__)
                continue
            status = answer.status_code
            if status == HTTPStatus.NOT_FOUND:
                return None
            if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                raise UserError(
                    f"TMDB refuses the key ({status})",
                    expected="a valid key in $TMDB_API_KEY or --tmdb-key",
                    remedy="copy it again from https://www.themoviedb.org/settings/api",
                )
            if status == HTTPStatus.OK:
                try:
                    said: Any = answer.json()
                except ValueError:
                    said = None
                if isinstance(said, dict):
                    return cast("dict[str, Any]", said)
                problem = "the answer is not JSON"
                continue
            problem = f"the server answered {status}"
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                wait = _seconds(answer.headers.get("Retry-After", ""), wait)
        raise NotAvailableError(
            f"{self._url}{path} could not be read in {self._attempts} attempts: {problem}",
            remedy="run the same command again: the answers so far are kept",
        )

    def _pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._gap

    def _params(self, asked: dict[str, str]) -> dict[str, str]:
        return asked if self._is_token else {**asked, "api_key": self._key}

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._is_token else {}

    @property
    def _is_token(self) -> bool:
        return len(self._key) > _LONGEST_KEY

    def _secret(self, text: str) -> str:
        return text.replace(self._key, "…")


def _first_id(results: Any) -> int:
    if isinstance(results, list) and results and isinstance(results[0], dict):
        number: Any = cast("dict[str, Any]", results[0]).get("id")
        return number if isinstance(number, int) else 0
    return 0


def _seconds(text: str, otherwise: float) -> float:
    return min(float(text), _LONGEST_WAIT_S) if text.isdecimal() else otherwise
