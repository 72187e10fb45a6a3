"""Conditional: GET as HTTP has it for every route: HEAD, and 304 to a caller who has the answer already."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GONE = ("Content-Length", "Content-Type", "Content-Encoding")


class Conditional:
    """Drops the body of an answer that is not asked for.

    The condition is judged last: a film that does not exist is 404, and an invalid query 422, whatever tag
    the caller holds.

    Args:
        app: the app whose answers these are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; HEAD as GET."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_bare = scope["method"] == "HEAD"
        held = ",".join(Headers(scope=scope).getlist("if-none-match"))

        async def sending(message: Message) -> None:
            nonlocal is_bare
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 200 and _has(held, headers.get("etag")):
                    is_bare = True
                    message["status"] = 304
                    for name in _GONE:
                        del headers[name]
            elif is_bare:
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, sending)
        finally:
            # The log names the route.
            scope["route"] = asked.get("route")


def _has(held: str, etag: str | None) -> bool:
    """Whether ``If-None-Match`` names the answer."""
    tags = [tag.strip().removeprefix("W/") for tag in held.split(",")]
    return "*" in tags or (etag is not None and etag.removeprefix("W/") in tags)
