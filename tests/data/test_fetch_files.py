"""Single published files, from a server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cineblend.data.download import Patience
from cineblend.data.fetch_files import WIKIPEDIA_FILMS, FileSet, PublishedFile, fetch_files, locate_files
from cineblend.errors import DataNotFoundError, NotAvailableError, UserError

QUICK = Patience(attempts=3, backoff_s=0.01, connect_s=2, read_s=2)
CONTENT = {"a.json": b"[1]" * 20_000, "b.json": b"[2]"}
FILES = FileSet(
    "texts",
    "http://nowhere.invalid",
    tuple(PublishedFile(name, hashlib.sha256(body).hexdigest(), len(body)) for name, body in CONTENT.items()),
)


@dataclass
class Server:
    """Files by name, bytes after which bodies are cut, and what was asked."""

    content: dict[str, bytes] = field(default_factory=lambda: dict(CONTENT))
    cut_after: list[int] = field(default_factory=list[int])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    url: str = ""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, asked = self.path.strip("/"), self.headers.get("Range", "")
            state.asked.append((name, asked))
            if name not in state.content:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-") or 0)
            body = state.content[name][start:]
            self.send_response(206 if start else 200)
            if start:
                end = len(state.content[name])
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.cut_after.pop(0)] if state.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        state.url = f"http://127.0.0.1:{http.server_port}"
        yield state
        http.shutdown()
        thread.join()


def get(server: Server, root: Path) -> Path:
    return fetch_files(FILES, base_url=server.url, destination=root, patience=QUICK)


def test_files_are_fetched_once(server: Server, tmp_path: Path):
    folder = get(server, tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    get(server, tmp_path)
    assert len(server.asked) == 2


def test_a_cut_file_goes_on_where_it_stopped(server: Server, tmp_path: Path):
    server.cut_after = [16_384]
    get(server, tmp_path)
    assert server.asked[:2] == [("a.json", ""), ("a.json", "bytes=16384-")]


def test_a_later_call_keeps_what_is_whole(server: Server, tmp_path: Path):
    del server.content["b.json"]
    with pytest.raises(NotAvailableError, match=r"b\.json"):
        get(server, tmp_path)
    server.content["b.json"] = CONTENT["b.json"]
    get(server, tmp_path)
    assert [name for name, _ in server.asked] == ["a.json", "b.json", "b.json"]


@pytest.mark.parametrize("body", [b"[3]", b"[" * 10])
def test_another_file_is_refused(server: Server, tmp_path: Path, body: bytes):
    server.content["b.json"] = body
    with pytest.raises(UserError):
        get(server, tmp_path)
    assert not (tmp_path / "texts" / "b.json").exists()


def test_files_are_looked_for_like_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    with pytest.raises(DataNotFoundError, match="get it"):
        locate_files("texts", "get it")
    (tmp_path / "texts").mkdir()
    assert locate_files("texts", "get it") == tmp_path / "texts"


def test_the_address_is_pinned():
    assert "91ae721d3672e8ef4f15b213c763a634250ef61a" in WIKIPEDIA_FILMS.base_url
    assert len({one.sha256 for one in WIKIPEDIA_FILMS.files}) == len(WIKIPEDIA_FILMS.files) == 14
    assert all(len(one.sha256) == 64 for one in WIKIPEDIA_FILMS.files)
