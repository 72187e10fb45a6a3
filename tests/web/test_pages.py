"""The page's shell, its assets and the posters; real posters only for who has a key, and only once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cineblend.bundle.fitted import Fitted
from cineblend.web import real_posters
from cineblend.web.real_posters import RealPosters
from cineblend.web.settings import Settings
from web_world import client_of

KEY = "0123456789abcdef0123456789abcdef"
JPEG = b"\xff\xd8\xff\xe0 a poster"


def test_the_shell_and_its_assets_are_served(client: TestClient) -> None:
    shell = client.get("/")
    assert shell.headers["Content-Type"].startswith("text/html")
    assert "<script>" not in shell.text
    script = client.get("/static/js/main.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Cache-Control"] == "no-cache"
    held = {"If-None-Match": script.headers["ETag"]}
    assert client.get("/static/js/main.js", headers=held).status_code == 304
    assert client.get("/favicon.ico").headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"])
def test_nothing_outside_the_assets_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_poster_is_a_drawing_and_nothing_that_runs(client: TestClient) -> None:
    for number in range(1, 25):
        answer = client.get(f"/posters/{number * 100}.svg")
        assert answer.headers["Content-Type"].startswith("image/svg+xml")
        names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer.content).iter()}
        assert "svg" in names
        assert not names & {"script", "foreignObject", "image", "use", "a", "style"}
    held = {"If-None-Match": client.get("/posters/100.svg").headers["ETag"]}
    assert client.get("/posters/100.svg", headers=held).status_code == 304
    assert client.get("/posters/1.svg").status_code == 404


@dataclass
class Tmdb:
    """A stand-in for TMDB."""

    url: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def tmdb() -> Iterator[Tmdb]:
    fake = Tmdb()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked.append(self.path)
            status, content = fake.answers.get(self.path.partition("?")[0], (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    fake.answers = {
        "/movie/7": (200, json.dumps({"poster_path": "/seven.jpg"}).encode()),
        "/movie/8": (200, json.dumps({"poster_path": None}).encode()),
        "/movie/9": (200, json.dumps({"poster_path": "/nine.jpg"}).encode()),
        "/movie/10": (500, b"{}"),
        "/movie/11": (200, b"[]"),
        "/seven.jpg": (200, JPEG),
        "/nine.jpg": (200, b"<html>not a picture</html>"),
    }
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def posters_of(tmdb: Tmdb, folder: Path, clock: list[float]) -> RealPosters:
    return RealPosters(SecretStr(KEY), folder, api=tmdb.url, images=tmdb.url, clock=lambda: clock[0])


def test_a_real_poster_is_fetched_once_and_its_absence_is_remembered(tmdb: Tmdb, tmp_path: Path) -> None:
    posters = posters_of(tmdb, tmp_path / "posters", [1e9])
    assert [posters.get(7), posters.get(7)] == [JPEG, JPEG]
    assert [posters.get(8), posters.get(8)] == [None, None]
    assert [posters.get(404), posters.get(404)] == [None, None]
    assert [path.partition("?")[0] for path in tmdb.asked] == [
        "/movie/7",
        "/seven.jpg",
        "/movie/8",
        "/movie/404",
    ]
    assert KEY in tmdb.asked[0]
    assert KEY not in tmdb.asked[1]


@pytest.mark.parametrize("tmdb_id", [9, 10, 11])
def test_a_wrong_answer_is_no_poster_and_a_pause(
    tmdb: Tmdb, tmp_path: Path, caplog: pytest.LogCaptureFixture, tmdb_id: int
) -> None:
    clock = [1e9]
    posters = posters_of(tmdb, tmp_path, clock)
    assert posters.get(tmdb_id) is None
    asked = len(tmdb.asked)
    assert posters.get(7) is None
    assert len(tmdb.asked) == asked
    clock[0] += real_posters.PAUSE_SECONDS
    assert posters.get(7) == JPEG
    assert len(caplog.records) == 1
    assert KEY not in str(caplog.records[0].__dict__)


def test_with_a_key_the_page_gets_the_real_poster_and_else_the_drawing(
    tmdb: Tmdb, tmp_path: Path, fitted: Fitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = np.zeros(24, np.int64)
    number[:2] = [7, 8]
    links = replace(fitted.catalog.links, tmdb_id=number)
    known = replace(fitted, catalog=replace(fitted.catalog, links=links))
    settings = Settings(
        model=tmp_path, database=tmp_path / "people.db", reload_seconds=0, tmdb_key=SecretStr(KEY)
    )
    monkeypatch.setattr(
        "cineblend.web.app.RealPosters",
        lambda key, folder: RealPosters(key, folder, api=tmdb.url, images=tmdb.url),
    )
    with client_of(settings, known) as client:
        kinds = [
            client.get(f"/posters/{item_id}.svg").headers["Content-Type"].partition(";")[0]
            for item_id in (100, 200, 300)
        ]
    assert kinds == ["image/jpeg", "image/svg+xml", "image/svg+xml"]


def test_without_a_key_nothing_is_fetched(client: TestClient) -> None:
    assert client.app.state.shared.real_posters is None  # type: ignore[attr-defined]
