"""What the service tells of a better model that is being fitted, and the page's line about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cineblend.bundle.fitted import Fitted
from cineblend.service.recommender import Recommender
from cineblend.web.fitting import Progress, status_of
from cineblend.web.settings import Settings
from web_world import client_of


@pytest.fixture
def progress(tmp_path: Path) -> Path:
    return tmp_path / "progress.json"


@pytest.fixture
def client(progress: Path, fitted: Fitted) -> Iterator[TestClient]:
    settings = Settings(
        model=progress.parent / "model",
        database=progress.parent / "people.db",
        reload_seconds=0,
        progress=progress,
    )
    with client_of(settings, fitted) as client:
        yield client


def test_without_a_fit_the_model_is_ready(fitted: Fitted) -> None:
    status = status_of(Recommender(fitted), None)
    assert (status.state, status.strategy, status.fitting) == ("ready", "ease", None)
    assert status.model_version == fitted.version


def test_a_fit_is_told_with_its_time_until_it_is_done(client: TestClient, progress: Path) -> None:
    assert client.get("/api/v1/status").json()["state"] == "ready"
    Progress(strategy="cineblend", began=time.time() - 30, seconds=90.0).write(progress)
    said = client.get("/api/v1/status").json()
    assert said["state"] == "fitting"
    assert said["strategy"] == "ease"
    assert said["fitting"]["strategy"] == "cineblend"
    assert said["fitting"]["expected_seconds"] == 90
    assert 30 <= said["fitting"]["elapsed_seconds"] < 90


def test_a_fit_that_failed_says_why(client: TestClient, progress: Path) -> None:
    Progress(strategy="cineblend", began=0, problem="no room", remedy="make some").write(progress)
    said = client.get("/api/v1/status").json()
    assert said["state"] == "failed"
    assert (said["fitting"]["problem"], said["fitting"]["remedy"]) == ("no room", "make some")


def test_once_the_better_model_answers_it_is_ready(fitted: Fitted, progress: Path) -> None:
    Progress(strategy="cineblend", began=0).write(progress)
    better = Recommender(replace(fitted, strategy="cineblend"))
    assert status_of(Recommender(fitted), progress).state == "fitting"
    assert status_of(better, progress).state == "ready"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"strategy": "a", "began": "soon"}'])
def test_a_broken_file_tells_of_no_fit(client: TestClient, progress: Path, content: bytes) -> None:
    progress.write_bytes(content)
    assert client.get("/api/v1/status").json()["state"] == "ready"
