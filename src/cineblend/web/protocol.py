"""Protocol: HTTP on a connection; the target may name the host, and slow senders are dropped."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SECONDS, LEAST_BYTES = 10.0, 1000
"""A request that is not whole after so many seconds must have brought so many bytes, again and again."""
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, stricter in two ways.

    A target such as ``http://other/path`` names the host in place of the header (RFC 9112, 3.2.2). A client
    that sends its request too slowly is dropped, so that its connection does not stay open for ever.
    """

    _look: asyncio.TimerHandle | None = None
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] (as uvicorn's own)
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a request that is not whole."""
        self._received += len(data)
        if self._look is None:
            self._watch()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Take the host from a full address in the target."""
        if self.url[:1] not in (b"/", b"*"):
            host = urlsplit(self.url).netloc
            self.headers[:] = [(b"host", host), *(one for one in self.headers if one[0] != b"host")]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        super().on_message_complete()
        self._unwatch()

    def _watch(self) -> None:
        self._received = 0
        self._look = self.loop.call_later(SECONDS, self._check)

    def _unwatch(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _check(self) -> None:
        # The service itself stops reading while it works through what has come.
        if self._received >= LEAST_BYTES or self.flow.read_paused:
            self._watch()
            return
        # Before its first request a connection has no cycle, whatever the type says.
        if not self.cycle or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_TOO_SLOW)
        self.transport.close()
