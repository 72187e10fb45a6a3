"""Benchmark: speed of the service on POST /recommendations with 20 ratings, at a steady rate and saturated.

    python benchmarks/service.py MODEL [--workers 2] [--rate 50] [--seconds 20]

Starts ``cineblend serve`` on MODEL, then prints one JSON object: latency in milliseconds at the steady rate,
answers per second at saturation, errors, and the machine's load before. Saturation needs ``wrk``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

PEOPLE_AT_RATE = 32
"""Connections that take turns at the steady rate."""

LUA = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local at = 0
request = function()
  at = at %% #bodies + 1
  return wrk.format("POST", "/api/v1/recommendations", {["Content-Type"] = "application/json"}, bodies[at])
end
done = function(summary, latency)
  io.write(string.format('{"requests": %%d, "us": %%d, "errors": %%d, "p50": %%f, "p99": %%f}\\n',
    summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


def main() -> None:
    """Start, measure, stop, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    busy = os.getloadavg()[0]
    with running(asked.model, asked.workers) as (url, folder):
        bodies = questions(url)
        warm_up(url, bodies)
        steady = at_rate(url, bodies, asked.rate, asked.seconds)
        full = saturated(url, bodies, asked.seconds, folder)
    found = {
        "model": json.loads((asked.model / "manifest.json").read_text())["strategy"],
        "workers": asked.workers,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(busy, 2),
        "steady": steady,
        "saturation": full,
    }
    print(json.dumps(found, indent=1))


@contextmanager
def running(model: Path, workers: int = 1) -> Generator[tuple[str, Path]]:
    """The address of a service on a model, and a folder for the time that it runs."""
    command = [sys.executable, "-m", "cineblend.cli.main", "serve", "--model", str(model), "--no-open"]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [*command, "--port", "0", "--workers", str(workers), "--database", f"{folder}/people.db"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout
            url = re.findall(r"http://\S+", server.stdout.readline())[0].rstrip("/")
            wait_until_ready(url)
            yield url, Path(folder)
        finally:
            server.terminate()
            server.wait()


def wait_until_ready(url: str) -> None:
    """Wait until the model is loaded."""
    for _ in range(600):
        try:
            if httpx.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the service did not start")


def questions(url: str) -> list[bytes]:
    """200 users, each with 20 ratings of well-known films; the same ones each time."""
    page = httpx.get(f"{url}/api/v1/items", params={"sort": "popular", "limit": 100}).json()
    known, chance = [film["item_id"] for film in page["items"]], random.Random(0)
    return [
        json.dumps(
            {
                "ratings": [
                    {"item_id": item_id, "rating": chance.randrange(1, 11) / 2}
                    for item_id in chance.sample(known, 20)
                ],
                "k": 10,
            }
        ).encode()
        for _ in range(200)
    ]


def warm_up(url: str, bodies: list[bytes]) -> None:
    """A hundred answers that are not measured."""
    for body in bodies[:100]:
        httpx.post(f"{url}/api/v1/recommendations", content=body, headers=JSON).raise_for_status()


JSON = {"Content-Type": "application/json"}


class Connection:
    """One keep-alive connection; a minimal client, so that the client itself is not measured."""

    def __init__(self, host: str, port: int) -> None:
        self._host = f"{host}:{port}"
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, body: bytes) -> int:
        """The status of a fully read answer."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        said = b""
        while (begins := said.find(b"\r\n\r\n") + 4) < 4:
            said += self._more()
        length = re.search(rb"content-length: (\d+)", said[:begins].lower())
        assert length
        missing = begins + int(length[1]) - len(said)
        while missing > 0:
            missing -= len(self._more())
        return int(said.split(b" ", 2)[1])

    def _more(self) -> bytes:
        got = self._socket.recv(1 << 16)
        if not got:
            raise ConnectionError("the service hung up")
        return got

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def at_rate(url: str, bodies: list[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Latency when questions come at a steady rate, whether the previous one is answered or not.

    Clients take turns, each in a thread and on a connection of its own: a thread's sleep ends within a tenth
    of a millisecond, while an event loop's timers are late by up to a whole one.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    total, begin = int(rate * seconds), time.perf_counter() + 1.0

    def ask(person: int) -> list[tuple[int, float, float]]:
        connection, found = Connection(host, int(port)), list[tuple[int, float, float]]()
        for number in range(person, total, PEOPLE_AT_RATE):
            due = begin + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            sent = time.perf_counter()
            status = connection.post("/api/v1/recommendations", bodies[number % len(bodies)])
            # Counted from the due time: a delayed client must not flatter the service.
            found.append((status, time.perf_counter() - due, sent - due))
        connection.close()
        return found

    with ThreadPoolExecutor(PEOPLE_AT_RATE) as pool:
        found = [answer for person in pool.map(ask, range(PEOPLE_AT_RATE)) for answer in person]
    taken = [took * 1000 for _, took, _ in found]
    return {
        "rate": rate,
        "requests": len(taken),
        "errors": sum(status != 200 for status, _, _ in found),
        **{f"p{share}": round(float(np.percentile(taken, share)), 2) for share in (50, 95, 99)},
        "client_late_p50": round(float(np.median([late for _, _, late in found])) * 1000, 2),
    }


def saturated(url: str, bodies: list[bytes], seconds: float, folder: Path) -> dict[str, Any] | None:
    """Answers per second when 16 connections ask without a pause; None without wrk."""
    if shutil.which("wrk") is None:
        return None
    (folder / "bodies").write_bytes(b"\n".join(bodies))
    script = folder / "ask.lua"
    script.write_text(LUA % (folder / "bodies"))
    done = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{int(seconds)}s", "--timeout", "10s", "-s", str(script), url],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {
        "rps": round(found["requests"] / found["us"] * 1e6, 1),
        **{name: round(found[name], 2) for name in ("requests", "errors", "p50", "p99")},
    }


if __name__ == "__main__":
    main()
