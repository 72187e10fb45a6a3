"""Workers: parallel server processes, each with its own listening socket where that is fair."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

_BACKLOG = 2048
_LOOK_SECONDS = 0.05


class Port(socket.socket):
    """A bound socket that becomes another one, bound to the same address, in each process that receives it.

    A worker that wakes accepts all waiting connections of a socket: of sixteen clients at a socket shared by
    two workers, one worker got fourteen. Linux spreads connections evenly among sockets that are bound to one
    address with SO_REUSEPORT. This socket never listens, so it receives none.

    Attributes:
        name: reserves the address against another server while no worker listens yet.
    """

    name: socket.socket | None = None

    def close(self) -> None:
        """Release the address."""
        if self.name is not None:
            self.name.close()
        super().close()

    def __reduce__(self) -> tuple[Callable[..., Port], tuple[Any, ...]]:
        return _port, (self.family, self.getsockname())


def bind(address: tuple[str, int], family: socket.AddressFamily, workers: int) -> socket.socket:
    """A socket for ``run``; it listens already for one worker, or where connections cannot be spread.

    Raises:
        OSError: the address cannot be bound.
    """
    if workers > 1 and sys.platform == "linux":
        # With SO_REUSEPORT alone, it would share a port that another server holds the same way.
        with _plain(address, family) as probe:
            found = probe.getsockname()
        bound = _port(family, found)
        bound.name = _name_or_close(bound)
        return bound
    listening = _plain(address, family)
    listening.listen(_BACKLOG)
    if sys.platform == "linux":
        _name_or_close(listening).close()
    listening.set_inheritable(True)
    return listening


def run(config: uvicorn.Config, bound: socket.socket, on_ready: Callable[[], None]) -> bool:
    """Serve until stopped; return whether connections were ever accepted.

    Args:
        config: its ``workers`` are the processes; for several, the app is given by name.
        bound: the socket from ``bind``.
        on_ready: called once connections are accepted or queued.
    """
    ready, ended = threading.Event(), threading.Event()
    if isinstance(bound, Port):
        threading.Thread(target=_when_reachable, args=(bound, on_ready, ready, ended), daemon=True).start()
    else:
        on_ready()
        ready.set()
    if config.workers > 1:
        Multiprocess(config, sockets=[bound]).run()
        ended.set()
        return ready.is_set()
    server = uvicorn.Server(config)
    server.run(sockets=[bound])
    return server.started


def _plain(address: tuple[str, int], family: socket.AddressFamily) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _port(family: socket.AddressFamily, address: tuple[Any, ...]) -> Port:
    bound = Port(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(address)
    return bound


def _name_or_close(bound: socket.socket) -> socket.socket:
    """A kernel name that stands for the address, and disappears with the process however it ends."""
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    host, port = bound.getsockname()[:2]
    try:
        name.bind(f"\0cineblend serve {host} {port}")
    except OSError:
        name.close()
        bound.close()
        raise
    return name


def _when_reachable(
    bound: socket.socket, then: Callable[[], None], ready: threading.Event, ended: threading.Event
) -> None:
    while not ended.wait(_LOOK_SECONDS):
        with socket.socket(bound.family, socket.SOCK_STREAM) as caller:
            if caller.connect_ex(bound.getsockname()) == 0:
                ready.set()
                then()
                return
