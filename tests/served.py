"""A real server process on the made world, started in a moment and killed at will."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Self

# A fork of a process that has everything loaded is up in a tenth of the time.
_LOADED = (
    "cineblend.web.app",
    "cineblend.models.linear.ease",
    "alembic.command",
    "fastapi.testclient",
    "uvicorn",
)
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(_LOADED))


class Server:
    """A running server.

    Args:
        process: its process.
        port: where it listens.
    """

    def __init__(self, process: ForkServerProcess, port: int) -> None:
        self.process, self.port = process, port

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        self.process.kill()
        self.process.join()

    def client(self) -> Client:
        """A connection of its own."""
        return Client(self.port)


class Client:
    """One keep-alive connection.

    Args:
        port: the server's.
        headers: sent with every request.
    """

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = dict(headers or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of an answer.

        Raises:
            OSError, http.client.HTTPException: the server is gone.
        """
        content = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, path, content, {**self._headers, **kind})
        answer = self._connection.getresponse()
        said = answer.read()
        return answer.status, json.loads(said) if said[:1] in (b"{", b"[") else said


@contextmanager
def served(database: Path) -> Generator[Server]:
    """A server on the made world with people at ``database``; killed at the end if it still runs."""
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_serve, args=(database, there), daemon=True)
    process.start()
    there.close()
    server = Server(process, here.recv())
    try:
        yield server
    finally:
        server.kill()


def _serve(database: Path, ready: Connection) -> None:
    import uvicorn

    from cineblend.service.recommender import Recommender
    from cineblend.web.app import create_app
    from cineblend.web.protocol import Protocol
    from cineblend.web.settings import Settings
    from web_world import made_world

    listening = socket.create_server(("127.0.0.1", 0))
    settings = Settings(model=database.parent / "model", database=database, reload_seconds=0)
    app = create_app(settings, load=lambda _: Recommender(made_world()))
    ready.send(listening.getsockname()[1])
    config = uvicorn.Config(app, log_level="warning", access_log=False, http=Protocol)
    uvicorn.Server(config).run(sockets=[listening])
