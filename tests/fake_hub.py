"""A server that answers as the Hugging Face hub does, as far as its own client asks.

Run as a program with a repository and revision it is the client: it locates the encoder's weights by
way of that server and prints where they came from, or why not.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

REPOSITORY = "nobody/tiny"
COMMIT = "a" * 40


class FakeHub:
    """Serves a folder as the one commit of the one repository.

    Attributes:
        asked: every request: method, path and its Range header.
        cut: how often the weights' download still breaks off half way.
        silent: answers nothing for so many seconds.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str, str]] = []
        self.cut = 0
        self.silent = 0.0
        self.url = ""

    def files(self) -> dict[str, Path]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in paths}

    def info(self) -> dict[str, Any]:
        siblings = [{"rfilename": name, "size": path.stat().st_size} for name, path in self.files().items()]
        return {"_id": "1", "id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "siblings": siblings}

    def tree(self) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": name, "size": path.stat().st_size, "oid": etag(path)}
            for name, path in self.files().items()
        ]

    @contextmanager
    def running(self) -> Generator[FakeHub]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": self}))
        self.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def etag(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:40]


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        hub, path = self.hub, self.path.partition("?")[0]
        hub.asked.append((self.command, path, self.headers.get("Range", "")))
        time.sleep(hub.silent)
        api, files = f"/api/models/{REPOSITORY}", f"/{REPOSITORY}/resolve/{COMMIT}/"
        if path in (f"{api}/revision/{COMMIT}", api):
            self._send(json.dumps(hub.info()).encode(), {"Content-Type": "application/json"}, with_body)
        elif path.startswith(f"{api}/tree/{COMMIT}"):
            self._send(json.dumps(hub.tree()).encode(), {"Content-Type": "application/json"}, with_body)
        elif path.startswith(files) and (file := hub.files().get(path.removeprefix(files))):
            self._send_file(file, with_body)
        else:
            self._send(b"{}", {"X-Error-Code": "RepoNotFound"}, with_body, status=404)

    def _send_file(self, file: Path, with_body: bool) -> None:
        content, headers = file.read_bytes(), {"ETag": f'"{etag(file)}"', "X-Repo-Commit": COMMIT}
        asked, status, start = self.headers.get("Range", ""), 200, 0
        if asked.startswith("bytes=") and with_body:
            start, status = int(asked.removeprefix("bytes=").partition("-")[0]), 206
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        if with_body and self.hub.cut and file.suffix == ".safetensors":
            self.hub.cut -= 1
            self._send(body, headers, with_body, status, stop_at=len(body) // 2)
            self.close_connection = True
            return
        self._send(body, headers, with_body, status)

    def _send(
        self,
        body: bytes,
        headers: dict[str, str],
        with_body: bool,
        status: int = 200,
        stop_at: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Accept-Ranges": "bytes"}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body[:stop_at])
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main(name: str, sha256: str) -> None:
    from dataclasses import replace

    from huggingface_hub import constants

    from cineblend.errors import CineblendError
    from cineblend.text.encoders import weights
    from cineblend.text.encoders.encoder import encoder_spec

    weights.HUB_SECONDS = 1.0
    constants.DOWNLOAD_CHUNK_SIZE = 1024  # what arrived is written in such pieces
    try:
        found = weights.locate(replace(encoder_spec(name), sha256=sha256))
        print(json.dumps({"where": found.where, "digest": found.digest, "dimension": found.dimension}))
    except CineblendError as error:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
