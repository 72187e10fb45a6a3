"""The protocol: a target may name the host, and a client that sends too slowly is dropped."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from cineblend.web import protocol
from cineblend.web.protocol import Protocol

PATIENCE = 0.3


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the hosts and the length of the body."""
    request = Request(scope, receive)
    length = len(await request.body())
    await PlainTextResponse(f"{request.headers.getlist('host')} {length}")(scope, receive, send)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that drops whoever sends fewer than 1,000 bytes in a moment."""
    monkeypatch.setattr(protocol, "SECONDS", PATIENCE)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(echo, http=Protocol, ws="none", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


def said(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back for bytes that are sent with pauses."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for part in parts:
            try:
                client.sendall(part)
            except OSError:  # it has hung up
                break
            time.sleep(pause)
        found = b""
        try:
            while piece := client.recv(1 << 16):
                found += piece
                if b"\r\n\r\n" in found and found[-4:] != b"\r\n\r\n":
                    break
        except ConnectionResetError:
            pass
        return found


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        (b"/x", b"['localhost']"),
        (b"http://other.example:80/x", b"['other.example:80']"),
        (b"http://user@localhost/x", b"['user@localhost']"),
        (b"HTTP://localhost:8/x?q", b"['localhost:8']"),
    ],
)
def test_the_host_of_the_target_counts(port: int, target: bytes, hosts: bytes) -> None:
    answer = said(port, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(hosts + b" 0")


@pytest.mark.parametrize("target", [b"localhost:80", b"http://", b"http://[/", b"\xff", b""])
def test_a_target_that_is_no_address_is_refused(port: int, target: bytes) -> None:
    answer = said(port, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"


@pytest.mark.parametrize("begin", [b"GET /", b"GET / HTTP/1.1\r\n", HEAD, HEAD + b"\r\nbody"])
def test_a_slow_sender_is_dropped(port: int, begin: bytes) -> None:
    begun = time.monotonic()
    answer = said(port, begin, *[b"x"] * 100, pause=PATIENCE / 10)
    assert answer.startswith(b"HTTP/1.1 408") or not answer
    assert time.monotonic() - begun < 20 * PATIENCE


def test_who_sends_enough_may_take_long(port: int) -> None:
    answer = said(port, HEAD + b"\r\n", *[b"x" * 10_000] * 10, pause=PATIENCE / 3)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"100000")


def test_between_two_requests_there_is_time(port: int) -> None:
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for _ in range(2):
            client.sendall(request)
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 200")
            time.sleep(2 * PATIENCE)
