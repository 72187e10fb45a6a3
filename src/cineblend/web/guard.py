"""Guard: who may call, from where and with what; security headers on each answer; a log line per request."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cineblend.web.logs import log_crash, log_request
from cineblend.web.problems import problem
from cineblend.web.settings import Settings

OPEN = ("/static/", "/posters/", "/health/")
"""Paths that never need a key: they hold nobody's data."""
ADMIN = "/api/v1/admin/"
_UPLOAD, _BATCH = "/import", "/batch"
_SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """The outermost layer: it refuses a request before anything is read or computed.

    Args:
        app: the app to guard.
        settings: hosts, key and limits.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        from limits import parse
        from limits.aio.storage import MemoryStorage
        from limits.aio.strategies import SlidingWindowCounterRateLimiter

        self._app = app
        self._settings = settings
        self._hosts = settings.hosts
        self._key = _digest(settings.api_key.get_secret_value()) if settings.api_key else None
        self._rate = parse(settings.rates)
        self._run, self._numbers = secrets.token_hex(4), itertools.count(1)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, request_id, status = time.perf_counter(), f"{self._run}-{next(self._numbers)}", 0
        is_asset = scope["path"].startswith("/static/")

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache" if is_asset else "no-store")
                headers["X-Request-ID"] = request_id
            await send(message)

        try:
            refusal = await self._refusal(scope)
            await (refusal or self._app)(scope, _counted(receive, self._most(scope["path"])), sending)
        except Exception as error:
            log_crash(request_id, scope, error)
            if status:
                raise
            detail = f"this is a bug in cineblend; the log has details under {request_id}"
            await problem(500, detail)(scope, receive, sending)
        finally:
            log_request(request_id, scope, status, time.perf_counter() - begun)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if _host_name(headers) not in self._hosts:
            return problem(
                400,
                "this service does not answer to that host name",
                kind="unknown-host",
                remedy="use the address it prints, or add the host to CINEBLEND_ALLOWED_HOSTS",
            )
        client = scope["client"][0] if scope.get("client") else "local"
        if not await self._limiter.hit(self._rate, client):
            return problem(
                429,
                f"more than {self._rate} requests from one address",
                kind="too-many",
                headers={"Retry-After": "1"},
            )
        if method not in _SAFE and (refusal := self._unsafe(headers, path)):
            return refusal
        return self._locked(headers, path)

    def _unsafe(self, headers: Headers, path: str) -> Response | None:
        if _crosses(headers):
            return problem(403, "a page of another origin may not do this", kind="cross-origin")
        length, most = headers.get("content-length", "0"), self._most(path)
        if not re.fullmatch("[0-9]{1,18}", length) or int(length) > most:
            return problem(413, _too_large(most))
        has_body = length != "0" or "transfer-encoding" in headers
        wanted = "multipart/form-data" if path.endswith(_UPLOAD) else "application/json"
        given = headers.get("content-type", "").partition(";")[0].strip().lower()
        if has_body and given != wanted:
            return problem(415, f"the body must be {wanted}", headers={"Accept": wanted})
        return None

    def _most(self, path: str) -> int:
        return self._settings.max_upload if path.endswith((_UPLOAD, _BATCH)) else self._settings.max_body

    def _locked(self, headers: Headers, path: str) -> Response | None:
        if path in ("/", "/favicon.ico") or path.startswith(OPEN):
            return None
        if self._key is None:
            if path.startswith(ADMIN):
                return problem(
                    403, "this service has no key", remedy="start the service with CINEBLEND_API_KEY set"
                )
            return None
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        if hmac.compare_digest(_digest(given), self._key):
            return None
        return problem(
            401,
            "this needs the service's key",
            kind="key-needed",
            remedy="send it as Authorization: Bearer KEY",
            headers={"WWW-Authenticate": "Bearer"},
        )


def _counted(receive: Receive, most: int) -> Receive:
    """``receive``, until more than ``most`` bytes have come; the stated length of a body may be wrong."""
    total = 0

    async def receiving() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise HTTPException(413, _too_large(most))
        return message

    return receiving


def _too_large(most: int) -> str:
    return f"the request has more than {most} bytes"


def _digest(key: str) -> bytes:
    # Both digests have the same length, so the comparison reveals nothing about the key's length.
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _host_name(headers: Headers) -> str:
    """The host that a request names, in lower case; "" for none, for two, and for anything but a name."""
    given = headers.getlist("host")
    named = _HOST.fullmatch(given[0]) if len(given) == 1 else None
    return named[1].strip("[]").lower() if named else ""


def _crosses(headers: Headers) -> bool:
    """Whether a browser marks the request as coming from another origin's page."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    own = headers["host"].lower()
    return any(origin.partition("://")[2].lower() != own for origin in headers.getlist("origin"))
