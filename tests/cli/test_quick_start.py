"""``cineblend serve`` without a model: a quick one at once, the better one behind it, both kept."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cineblend.bundle.make import make
from cineblend.bundle.manifest import read_manifest
from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.cli import serve as verb
from cineblend.cli.quick_start import QuickStart
from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.errors import DataNotFoundError, UserError
from cineblend.web.app import create_app
from cineblend.web.fitting import Progress
from cineblend.web.settings import Settings
from command_line import Run
from served import Client
from small_data import write_dataset
from worlds import checkerboard

ONE_RATING = {"ratings": [{"item_id": 300, "rating": 5}], "k": 5}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data", checkerboard(n_users=30, n_items=40))


@pytest.fixture
def quick(data: Path, tmp_path: Path) -> QuickStart:
    return QuickStart(str(data), tmp_path / "progress.json")


def keep(quick: QuickStart, strategy: str, name: str = "") -> None:
    """Put a model in place as an earlier start would have."""
    fitted = make(load(quick.data), STRATEGIES[strategy], Bench(), with_map=False, with_similarity=False)
    write(replace(fitted, strategy=name or strategy), quick.model)
    quick._stamp_file.write_text(quick._data_stamp)


@contextmanager
def answering(quick: QuickStart) -> Generator[TestClient]:
    settings = Settings(
        model=quick.model,
        database=quick.progress.parent / "people.db",
        reload_seconds=0.02,
        progress=quick.progress,
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


def state_of(client: TestClient) -> str:
    return client.get("/api/v1/status").json()["state"]


@pytest.mark.slow
def test_the_better_model_takes_over_without_a_failed_request(quick: QuickStart) -> None:
    keep(quick, "ease+tfidf")
    answers: Counter[tuple[int, str]] = Counter()
    over = threading.Event()

    def ask(client: TestClient) -> None:
        while not over.is_set():
            answer = client.post("/api/v1/recommendations", json=ONE_RATING)
            answers[answer.status_code, answer.json().get("model_version", "")] += 1

    with answering(quick) as client:
        first = client.get("/api/v1/model").json()["model_version"]
        askers = [threading.Thread(target=ask, args=(client,)) for _ in range(3)]
        for asker in askers:
            asker.start()
        with quick.fitting("item-knn", os.environ):
            assert state_of(client) == "fitting"
            # What somebody adds meanwhile is in the better model too.
            added = client.post("/api/v1/items", json={"items": [{"title": "Just Added", "year": 2030}]})
            assert added.status_code == 200, added.text
            while state_of(client) == "fitting":
                time.sleep(0.02)  # the test's own timeout ends this
        for _ in range(5):
            assert client.post("/api/v1/recommendations", json=ONE_RATING).status_code == 200
        over.set()
        for asker in askers:
            asker.join()
        status = client.get("/api/v1/status").json()
    assert (status["state"], status["strategy"]) == ("ready", "item-knn")
    assert {code for code, _ in answers} == {200}
    between = added.json()["model_version"]
    assert {version for _, version in answers} == {first, between, status["model_version"]}
    assert read(quick.model).catalog.title[-1] == "Just Added (2030)"


@pytest.mark.slow
def test_a_fit_that_fails_leaves_the_quick_model_and_says_why(quick: QuickStart) -> None:
    with quick.fitting("mf+qwen3-4b", {**os.environ, "HF_HUB_OFFLINE": "1"}), answering(quick) as client:
        assert client.get("/api/v1/status").json()["strategy"] == "ease+tfidf"
        while state_of(client) == "fitting":
            time.sleep(0.02)  # the test's own timeout ends this
        status = client.get("/api/v1/status").json()
        assert status["state"] == "failed"
        assert "weights" in status["fitting"]["problem"]
        assert client.post("/api/v1/recommendations", json=ONE_RATING).status_code == 200


@pytest.mark.slow
def test_data_that_cannot_be_learned_from_is_said(tmp_path: Path) -> None:
    world = checkerboard()
    empty = replace(world, ratings=world.ratings.take(world.ratings.user_num < 0))
    quick = QuickStart(str(write_dataset(tmp_path / "data", empty)), tmp_path / "progress.json")
    with pytest.raises(UserError, match="rating"), quick.fitting("item-knn", os.environ):
        pass


def test_a_killed_process_is_a_fit_that_failed(quick: QuickStart, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(quick, "popularity")
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with quick.fitting("item-knn", os.environ):
        while not (said := Progress.model_validate_json(quick.progress.read_bytes())).problem:
            time.sleep(0.01)  # the test's own timeout ends this
    assert "killed" in said.problem


def test_a_kept_model_is_served_at_once(
    run: Run, data: Path, tmp_path: Path, quick: QuickStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(quick, "popularity", verb.DEFAULT_STRATEGY)
    served: list[Settings] = []
    monkeypatch.setattr(
        verb, "_run", lambda app, settings, bound, *_: (bound.close(), served.append(settings))
    )
    monkeypatch.setattr(subprocess, "Popen", None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    words = ("--data", str(data), "--port", "0", "--database", str(tmp_path / "p.db"), "--no-open")
    code, _, err = run("serve", *words)
    assert (code, err) == (0, "")
    assert served[0].model == quick.model


def test_another_or_a_damaged_model_is_not_kept(quick: QuickStart, data: Path) -> None:
    assert quick.kept() == ""
    keep(quick, "popularity")
    assert quick.kept() == "popularity"
    table = next(quick.model.glob("*/catalog.parquet"))
    table.write_bytes(table.read_bytes()[:-1])
    assert quick.kept() == ""
    keep(quick, "popularity")
    with (data / "ratings.csv").open("a") as file:
        file.write("10,100,5.0,1\n")
    changed = QuickStart(quick.data, quick.progress)
    assert changed.model == quick.model
    assert changed.kept() == ""


def test_only_a_release_is_replaced_by_the_sample_world(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cineblend.cli import obtain
    from cineblend.errors import NotAvailableError

    def offline(name: str) -> None:
        raise NotAvailableError(f"no network for {name}")

    monkeypatch.setattr(obtain, "fetch", offline)
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert obtain.available("sample") == "sample"
    assert capsys.readouterr().err == ""
    assert obtain.available("ml-1m") == "sample"
    assert "simulated sample world" in capsys.readouterr().err
    with pytest.raises(DataNotFoundError):
        obtain.available(str(tmp_path / "nothing"))


def test_a_model_and_data_are_one_too_many(run: Run, tmp_path: Path) -> None:
    code, _, err = run("serve", "--model", str(tmp_path), "--data", "sample")
    assert code == 2
    assert "one of them" in err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")
def test_it_starts_with_data_alone_and_ends_with_the_process_that_fits(
    data: Path, tmp_path: Path, private_cache: Path
) -> None:
    words = ("--data", str(data), "--port", "0", "--database", str(tmp_path / "people.db"), "--no-open")
    with (tmp_path / "log").open("w") as log:
        server: Any = subprocess.Popen(
            [sys.executable, "-m", "cineblend.cli.main", "serve", *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    said = server.stdout.readline()
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    with Client(int(re.findall(r":(\d+)/", said)[0])) as client:
        status, answer = client.call("POST", "/api/v1/recommendations", ONE_RATING)
        assert status == 200
        assert len(answer["items"]) == 5
        assert client.call("GET", "/api/v1/status")[0] == 200
    server.send_signal(signal.SIGTERM)
    assert server.wait() == 0
    server.stdout.close()
    assert children
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert read_manifest(next(private_cache.glob("models/*/*/model"))).strategy == "ease+tfidf"
