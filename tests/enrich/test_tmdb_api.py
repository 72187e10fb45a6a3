"""TMDB's API, asked on a local server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cineblend.enrich.source import Setting
from cineblend.enrich.tmdb_api import read
from cineblend.enrich.tmdb_client import Client
from cineblend.errors import NotAvailableError, UserError
from enrich_catalogues import catalogue

KEY = "secret-key"
HEAT = {
    "id": 949,
    "imdb_id": "tt0113277",
    "title": "Heat",
    "release_date": "1995-12-15",
    "overview": "A crew of thieves.",
    "runtime": 170,
    "original_language": "en",
    "production_countries": [{"name": "United States of America"}],
    "credits": {
        "cast": [{"name": "Al Pacino", "order": 0}],
        "crew": [{"job": "Director", "name": "Michael Mann"}],
    },
    "keywords": {"keywords": [{"name": "heist"}]},
    "alternative_titles": {"titles": [{"title": "Fuego contra fuego"}]},
}


@dataclass
class Server:
    """Answers, what was asked, and statuses to answer with first."""

    films: dict[str, Any] = field(default_factory=lambda: {"/movie/949": HEAT})
    statuses: list[int] = field(default_factory=list[int])
    asked: list[str] = field(default_factory=list[str])
    bearer: list[str] = field(default_factory=list[str])
    body: bytes | None = None
    url: str = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        self.asked.append(request.path)
        self.bearer.append(request.headers.get("Authorization", ""))
        status = self.statuses.pop(0) if self.statuses else 200
        found = self.films.get(request.path.partition("?")[0])
        body = self.body or json.dumps(found).encode()
        if status == 200 and found is None:
            status = 404
        request.send_response(status)
        request.send_header("Retry-After", "7")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    state.url = f"http://127.0.0.1:{http.server_port}"
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


def client(server: Server, cache: Path, waits: list[float] | None = None, key: str = KEY) -> Client:
    return Client(server.url, key, cache, per_second=1e6, attempts=3, sleep=(waits or []).append)


def test_a_catalogue_is_asked_for_once(server: Server, tmp_path: Path):
    setting = Setting(tmdb_key=KEY, tmdb_url=server.url, cache=tmp_path)
    table = read(Path(), catalogue(), setting)
    item = table.content([0]).of(0)
    assert item.people == {"director": ("Michael Mann",), "cast": ("Al Pacino",)}
    assert (item.keywords, item.aliases, item.languages) == (
        ("heist",),
        ("Fuego contra fuego",),
        ("English",),
    )
    assert len(server.asked) == 3  # the fourth film has no number
    assert "append_to_response=credits%2Ckeywords%2Calternative_titles" in server.asked[0]
    again = read(Path(), catalogue(), setting)
    assert again.films == table.films
    assert len(server.asked) == 3  # every answer was kept, that a film is unknown too
    assert KEY not in "".join(path.read_text() for path in tmp_path.rglob("*.json"))


def test_an_interrupted_run_goes_on(server: Server, tmp_path: Path):
    server.films["/movie/101"] = {"id": 101, "title": "Léon"}
    asked = client(server, tmp_path)
    asked.film(949)
    server.statuses = [500] * 3
    with pytest.raises(NotAvailableError, match="500"):
        asked.film(101)
    assert len(server.asked) == 4
    asked.film(949)
    assert asked.film(101) == {"id": 101, "title": "Léon"}
    assert len(server.asked) == 5


def test_too_many_requests_wait_as_the_server_says(server: Server, tmp_path: Path):
    server.statuses, waits = [429, 503], []
    asked = Client(server.url, KEY, tmp_path, per_second=1e6, attempts=3, sleep=waits.append)
    assert asked.film(949) == HEAT
    assert [wait for wait in waits if wait >= 1] == [7.0, 2.0]


def test_requests_are_spread(server: Server, tmp_path: Path):
    waits: list[float] = []
    asked = Client(server.url, KEY, tmp_path, per_second=2, attempts=1, sleep=waits.append)
    asked.film(949)
    asked.film(950)
    assert len(waits) == 1
    assert 0.3 < waits[0] <= 0.5


def test_numbers_of_imdb_are_looked_up(server: Server, tmp_path: Path):
    server.films["/find/tt0113277"] = {"movie_results": [{"id": 949}]}
    server.films["/find/tt0000001"] = {"movie_results": []}
    asked = client(server, tmp_path)
    assert (asked.by_imdb(113277), asked.by_imdb(1), asked.by_imdb(2)) == (949, 0, 0)


def test_a_token_goes_into_a_header(server: Server, tmp_path: Path):
    client(server, tmp_path, key="t" * 60).film(949)
    assert server.bearer == ["Bearer " + "t" * 60]
    assert "api_key" not in server.asked[0]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_shown(server: Server, tmp_path: Path, status: int):
    server.statuses = [status]
    with pytest.raises(UserError, match="refuses the key") as error:
        client(server, tmp_path).film(949)
    assert KEY not in str(error.value)


def test_no_key_and_no_numbers_are_said(tmp_path: Path):
    with pytest.raises(UserError, match="needs a key"):
        read(Path(), catalogue(), Setting(cache=tmp_path))
    with pytest.raises(UserError, match="no film"):
        read(Path(), catalogue(numbered=False), Setting(tmdb_key=KEY, cache=tmp_path))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b'"x"'])
def test_an_answer_that_is_no_object_is_no_answer(server: Server, tmp_path: Path, body: bytes):
    server.body = body
    with pytest.raises(NotAvailableError, match="not JSON"):
        client(server, tmp_path).film(949)
    assert not list(tmp_path.glob("*.json"))


def test_a_damaged_answer_on_disk_is_asked_for_again(server: Server, tmp_path: Path):
    (tmp_path / "movie-949.json").write_text("{")
    assert client(server, tmp_path).film(949) == HEAT


def test_no_network_is_said_without_the_key(tmp_path: Path):
    asked = Client("http://127.0.0.1:9", KEY, tmp_path, per_second=1e6, attempts=2, sleep=[].append)
    with pytest.raises(NotAvailableError, match="could not be read") as error:
        asked.film(1)
    assert KEY not in str(error.value)
