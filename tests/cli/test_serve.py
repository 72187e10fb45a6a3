"""``cineblend serve``: what it refuses to start on, and a real start, a changed model and a graceful stop."""

from __future__ import annotations

import http.client
import os
import pickle  # reads back what the test itself pickled, as a spawned worker does
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest

from cineblend.bundle.write import write
from cineblend.cli import serve as verb
from cineblend.cli.main import main
from cineblend.web import workers
from served import Client
from web_world import made_world

KEY = "a long random text, or nearly"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the made world."""
    folder = tmp_path_factory.mktemp("kept") / "model"
    write(made_world(version=""), folder)
    return folder


def run(*words: str) -> int:
    sys.argv = ["cineblend", "serve", *words]
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", sys.argv)
    for name in ("CINEBLEND_API_KEY", "CINEBLEND_MODEL", "CINEBLEND_DATABASE", "CINEBLEND_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_what_cannot_be_served_is_said_before_anything_is_made(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ("--database", str(tmp_path / "people.db"))
    assert run("--model", str(tmp_path / "nothing"), *database) == 2
    assert "cineblend fit --out" in capsys.readouterr().err
    assert run("--model", str(tmp_path), *database) == 2
    assert run("--model", str(model), "--host", "0.0.0.0", *database) == 2
    assert "CINEBLEND_API_KEY" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run("--model", str(model), "--port", str(taken.getsockname()[1]), *database) == 2
    assert "--port" in capsys.readouterr().err
    (tmp_path / "notes").write_text("not a database" * 100)
    assert run("--model", str(model), "--database", str(tmp_path / "notes")) == 2
    assert "--database" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "opens"), [(("--open",), True), (("--no-open",), False), ((), False)])
def test_the_page_opens_when_asked_or_on_a_desktop(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], opens: bool
) -> None:
    opened: list[str] = []
    threads: list[Any] = []
    monkeypatch.setattr(verb.webbrowser, "open", opened.append)
    monkeypatch.setattr(verb, "_run", lambda app, settings, bound, workers, ready: (ready(), bound.close()))
    thread = verb.threading.Thread
    monkeypatch.setattr(
        verb.threading, "Thread", lambda **options: threads.append(thread(**options)) or threads[-1]
    )
    assert run("--model", str(model), "--port", "0", "--database", str(tmp_path / "p.db"), *words) == 0
    for one in threads:
        one.join()
    assert len(opened) == opens
    assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+/", url) for url in opened)


@pytest.fixture
def started(model: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Any, Client]]:
    """A running `cineblend serve` with so many workers, and a connection to it."""
    words = ("--model", str(model), "--port", "0", "--database", str(tmp_path / "people.db"), "--no-open")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "cineblend.cli.main", "serve", *words, "--workers", str(request.param)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "CINEBLEND_API_KEY": KEY, "CINEBLEND_RELOAD_SECONDS": "0.05"},
        )
    assert server.stdout
    said = server.stdout.readline()
    assert KEY not in said
    with Client(int(re.findall(r":(\d+)/", said)[0]), {"X-API-Key": KEY}) as client:
        yield server, client
    server.kill()
    server.wait()
    server.stdout.close()
    assert KEY not in (tmp_path / "log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("started", [1, 2], indirect=True)
def test_it_serves_takes_up_a_new_model_and_stops_gracefully(
    started: tuple[Any, Client], model: Path, tmp_path: Path
) -> None:
    server, client = started
    status, made = client.call("POST", "/api/v1/profiles")
    assert status == 201
    profile = f"/api/v1/profiles/{made['profile_id']}"
    assert client.call("PUT", f"{profile}/ratings/700", {"rating": 4.5})[0] == 204
    assert client.call("GET", "/")[0] == 200
    before = client.call("GET", "/health/ready")[1]["model_version"]
    write(replace(made_world(version=""), title=f"Made anew by {server.pid}"), model)
    while client.call("GET", "/health/ready")[1]["model_version"] == before:
        pass  # the test's own timeout ends this
    assert client.call("GET", f"{profile}/recommendations")[0] == 200
    server.send_signal(signal.SIGTERM)
    assert server.wait() in (0, -signal.SIGTERM)
    with pytest.raises((OSError, http.client.HTTPException)):
        client.call("GET", "/health/live")
    assert (tmp_path / "people.db").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="connections are dealt out on Linux")
def test_connections_are_dealt_out_among_workers() -> None:
    bound = workers.bind(("127.0.0.1", 0), socket.AF_INET, 2)
    port = bound.getsockname()[1]
    for other in (1, 2):  # no worker listens yet, and the port is taken all the same
        with pytest.raises(OSError, match="in use"):
            workers.bind(("127.0.0.1", port), socket.AF_INET, other)
    # As multiprocessing hands it to a worker process, which gets another socket bound to the same port.
    # As worker processes get what they are to run: the standard library pickles it.
    own = [pickle.loads(ForkingPickler.dumps(bound)) for _ in range(2)]
    for one in own:
        one.listen(64)
        one.setblocking(False)
    with ExitStack() as opened:
        for _ in range(40):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        taken = [_accepted(one) for one in own]
        assert sum(taken) == 40
        assert min(taken) >= 5  # fair coins do worse once in 50,000 times
        with pytest.raises(OSError, match="in use"):
            workers.bind(("127.0.0.1", port), socket.AF_INET, 2)
    for one in (bound, *own):
        one.close()


def _accepted(listening: socket.socket) -> int:
    taken = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            taken += 1
    return taken


def test_the_service_is_imported_without_what_only_fitting_needs() -> None:
    heavy = (
        "{'torch', 'cornac', 'sklearn', 'matplotlib', 'altair', 'optuna', 'alembic', 'pandas', 'lightgbm'}"
    )
    code = f"import sys, cineblend.web.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
