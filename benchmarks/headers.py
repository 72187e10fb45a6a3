"""Benchmark: made-up headers against every kind of request; none may be answered with 500 or above.

    python benchmarks/headers.py MODEL [--requests 20000]

Prints one JSON object: how many requests were made, and those that were a crash.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from cineblend.web.app import create_app
from cineblend.web.settings import Settings

API = "/api/v1"
Header = tuple[bytes, bytes]
NAMES = (
    "Host", "Origin", "Content-Type", "Content-Length", "If-None-Match", "If-Modified-Since", "If-Range",
    "Range", "Accept", "Accept-Encoding", "Authorization", "X-API-Key", "Sec-Fetch-Site", "Cookie", "Expect",
    "Transfer-Encoding", "Access-Control-Request-Method", "Access-Control-Request-Headers", "X-Request-ID",
)  # fmt: skip
PIECES = (
    b"", b"*", b'"', b"W/", b"[", b"]", b"://", b"@", b":", b",", b";", b"=", b"%00", b"\xff\xfe", b"\xb2",
    b"bytes=", b"0-", b"-1", b"9" * 50, b"http", b"localhost", b"127.0.0.1", b"null", b"charset=",
    b"multipart/form-data", b"boundary=x", b"application/json", b"gzip", b"Bearer", b"a" * 3000, b"..",
    b"Mon, 99 Foo 0000", b"\t", b" ",
)  # fmt: skip
REQUESTS = (
    ("GET", f"{API}/items/{{}}", b""),
    ("GET", "/static/js/main.js", b""),
    ("GET", "/posters/{}.svg", b""),
    ("HEAD", f"{API}/model", b""),
    ("OPTIONS", f"{API}/model", b""),
    ("POST", f"{API}/recommendations", b'{"k": 1}'),
    ("POST", f"{API}/recommendations/batch", b'{"people": ['),
    ("POST", f"{API}/profiles/nobody/import", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("DELETE", f"{API}/profiles/nobody", b"\x00"),
)


def made_up(random_: random.Random) -> list[Header]:
    """One to four headers, each of a few pieces."""
    return [
        (random_.choice(NAMES).lower().encode(), b"".join(random_.choices(PIECES, k=random_.randint(1, 4))))
        for _ in range(random_.randint(1, 4))
    ]


async def crashed(app: Any, n: int, item_id: str) -> list[tuple[str, str, list[Header]]]:
    """What was answered with 500 or above of n made-up requests."""
    random_ = random.Random(5)
    found: list[tuple[str, str, list[Header]]] = []
    for _ in range(n):
        method, template, body = random_.choice(REQUESTS)
        path = template.format(item_id)
        given = b"multipart/form-data; boundary=x" if "import" in path else b"application/json"
        made = made_up(random_)
        usual = {b"host": b"127.0.0.1", b"content-type": given}
        headers = [*made, *((name, usual[name]) for name in usual.keys() - {name for name, _ in made})]
        if await status_of(app, method, path, headers, body) >= 500:
            found.append((method, path, headers))
    return found


async def status_of(app: Any, method: str, path: str, headers: list[Header], body: bytes) -> int:
    """The status of the answer, without a client that would put the headers right."""
    status = 0

    coming = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "headers": headers}
    whole = {"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": "", "client": None}
    await app({**scope, **whole, "asgi": {"version": "3.0"}}, receive, send)
    return status


def main() -> None:
    """Ask the service on a model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--requests", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            model=asked.model, database=Path(folder) / "people.db", rate_limit="1000000/second"
        )
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            assert client.portal
            item_id = client.get(f"{API}/items", params={"limit": 1}).json()["items"][0]["item_id"]
            found = client.portal.call(crashed, client.app, asked.requests, str(item_id))
    print(json.dumps({"requests": asked.requests, "crashes": len(found), "first": repr(found[:3])}, indent=1))


if __name__ == "__main__":
    main()
