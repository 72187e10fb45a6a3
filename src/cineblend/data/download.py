"""Download one file over an unreliable network; a partial download is kept and resumed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

from cineblend import progress
from cineblend.errors import NotAvailableError, UserError
from cineblend.files import sha256_file

_CHUNK = 1 << 14  # small, because a cut connection loses the unfinished chunk


@dataclass(frozen=True)
class Patience:
    """How long to keep trying.

    Attributes:
        attempts: maximum number of requests.
        backoff_s: seconds before the second attempt; doubles for every further one.
        connect_s: seconds to wait for a connection.
        read_s: seconds to wait for the next bytes.
        unreachable: maximum number of requests while no server has answered: mostly, there is no network.
    """

    attempts: int = 5
    backoff_s: float = 1.0
    connect_s: float = 10.0
    read_s: float = 60.0
    unreachable: int = 2


class _TryAgainError(Exception):
    """The request failed, and may succeed when repeated."""


class _UnreachableError(Exception):
    """No server answered."""


def download(url: str, part: Path, *, limit: int, patience: Patience, remedy: str) -> None:
    """Download ``url`` into ``part``, and resume a partial download.

    Args:
        url: the address.
        part: the file to fill; kept when the download fails, so that a later call resumes it.
        limit: maximum size in bytes.
        patience: attempts and waits.
        remedy: the remedy to show when the download fails.

    Raises:
        NotAvailableError: there is no network, the file is missing, or every attempt failed.
        UserError: the server sends more than ``limit`` bytes; ``part`` is removed.
    """
    problem, attempt, attempts = "", 0, patience.unreachable
    while attempt < attempts:
        if attempt:
            time.sleep(patience.backoff_s * 2 ** (attempt - 1))
        attempt += 1
        try:
            _attempt(url, part, limit, patience, remedy)
        except _UnreachableError as error:
            problem = str(error)
        except (requests.RequestException, _TryAgainError) as error:
            problem, attempts = str(error), patience.attempts
        else:
            return
    raise NotAvailableError(f"{url} could not be downloaded in {attempts} attempts: {problem}", remedy=remedy)


def _attempt(url: str, part: Path, limit: int, patience: Patience, remedy: str) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    timeout = (patience.connect_s, patience.read_s)
    try:
        answer = requests.get(url, headers=headers, stream=True, timeout=timeout)
    except requests.ConnectionError as error:
        raise _UnreachableError(str(error)) from error
    with answer as response:
        content_range = response.headers.get("Content-Range", "")
        status = response.status_code
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            if content_range == f"bytes */{have}":
                return
            part.unlink()
            raise _TryAgainError("the server's file is shorter than the part already downloaded")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _TryAgainError(f"the server answered {status} {response.reason}")
        if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise NotAvailableError(
                f"{url} could not be downloaded: {status} {response.reason}", remedy=remedy
            )
        if status == HTTPStatus.PARTIAL_CONTENT and not content_range.startswith(f"bytes {have}-"):
            part.unlink(missing_ok=True)
            raise _TryAgainError(f"the server sent a range that was not requested: {content_range!r}")
        _store(response, part, have if status == HTTPStatus.PARTIAL_CONTENT else 0, limit)


def _store(response: requests.Response, part: Path, have: int, limit: int) -> None:
    """Write the body to ``part`` after its first ``have`` bytes (0 after a 200 response)."""
    length = response.headers.get("Content-Length", "")
    total = have + int(length) if length.isdecimal() else None
    with part.open("ab" if have else "wb") as file, progress.bar("downloading", total) as advance:
        advance(have)
        for chunk in response.iter_content(_CHUNK):
            have += len(chunk)
            if have > limit:
                break
            file.write(chunk)
            advance(len(chunk))
    if have > limit:
        part.unlink()
        raise UserError(
            f"{response.url} sends more than {limit:,} bytes",
            expected=f"the published archive, of at most {limit:,} bytes",
            remedy="check the address",
        )
    if total is not None and have < total:
        raise _TryAgainError(f"the connection was cut after {have:,} of {total:,} bytes")


def require_published(part: Path, url: str, sha256: str, what: str) -> None:
    """Remove a download that is not the published one.

    Args:
        part: the download.
        url: where it is from.
        sha256: the published digest, in hex.
        what: "archive" or "file", for the error.

    Raises:
        UserError: its digest is another.
    """
    digest = sha256_file(part)
    if digest == sha256:
        return
    part.unlink()
    raise UserError(
        f"{url} is not the published {what}: its sha256 is {digest}",
        expected=f"sha256 {sha256}",
        remedy="fetch it again (the download was removed); if the sha256 is wrong again, do not trust "
        "this address",
    )
