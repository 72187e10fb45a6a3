"""Benchmark: what others wait while 200 clients send their requests a byte a second.

    python benchmarks/slow_clients.py MODEL [--clients 200] [--rate 50] [--seconds 20]

Half of the clients send headers, half a body. Prints one JSON object: latency in milliseconds without and
with them, how many were dropped, and after how many seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import socket
import threading
import time
from pathlib import Path
from typing import Any

from service import at_rate, questions, running, warm_up

HEADERS = b"GET /api/v1/model HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /api/v1/recommendations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 2000\r\n\r\n{"text": "'
)


def main() -> None:
    """Measure without and with slow clients."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with running(asked.model) as (url, _):
        bodies = questions(url)
        warm_up(url, bodies)
        alone = at_rate(url, bodies, asked.rate, asked.seconds)
        slow = SlowClients(url, asked.clients)
        slow.start()
        beside = at_rate(url, bodies, asked.rate, asked.seconds)
        slow.stop()
    found = {"cores": os.cpu_count(), "alone": alone, "beside": beside, "slow": slow.found()}
    print(json.dumps(found, indent=1))


class SlowClients(threading.Thread):
    """Connections that send a byte a second, and are made again when they are dropped."""

    def __init__(self, url: str, n: int) -> None:
        super().__init__(daemon=True)
        host, _, port = url.removeprefix("http://").rpartition(":")
        self._address, self._n = (host, int(port)), n
        self._ended = threading.Event()
        self._lived: list[float] = []

    def run(self) -> None:
        """Send until stopped."""
        begun: dict[socket.socket, float] = {}
        with selectors.DefaultSelector() as watched:
            while not self._ended.wait(1.0):
                for ready, _ in watched.select(0):
                    self._drop(ready.fileobj, begun, watched)
                for number in range(self._n - len(begun)):
                    client = socket.create_connection(self._address)
                    client.sendall(BODY if number % 2 else HEADERS)
                    begun[client] = time.perf_counter()
                    watched.register(client, selectors.EVENT_READ)
                for client in list(begun):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        self._drop(client, begun, watched)
            for client in begun:
                client.close()

    def _drop(self, client: Any, begun: dict[socket.socket, float], watched: Any) -> None:
        self._lived.append(time.perf_counter() - begun.pop(client))
        watched.unregister(client)
        client.close()

    def stop(self) -> None:
        """Hang up."""
        self._ended.set()
        self.join()

    def found(self) -> dict[str, float]:
        """How many were dropped, and how long the last of them lived."""
        return {
            "clients": self._n,
            "dropped": len(self._lived),
            "seconds": round(max(self._lived, default=0), 1),
        }


if __name__ == "__main__":
    main()
