"""A new bundle takes the old one's place without a failed request, and a broken one does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cineblend.bundle.fitted import Fitted
from cineblend.errors import InputError
from cineblend.service.recommender import Recommender
from cineblend.web.app import create_app
from cineblend.web.reload import Current
from cineblend.web.settings import Settings

KEY = {"X-API-Key": "a long random text, or nearly"}


@dataclass
class Shelf:
    """A bundle's place: its manifest holds the version alone."""

    folder: Path
    fitted: Fitted

    def put(self, version: str) -> None:
        fresh = self.folder / "fresh"
        fresh.write_text(version)
        fresh.replace(self.folder / "manifest.json")

    def load(self, folder: Path) -> Recommender:
        version = (folder / "manifest.json").read_text()
        if version == "broken":
            raise InputError(folder, "the manifest is not one")
        return Recommender(replace(self.fitted, version=version))


@pytest.fixture
def shelf(tmp_path: Path, fitted: Fitted) -> Shelf:
    shelf = Shelf(tmp_path, fitted)
    shelf.put("old")
    return shelf


@pytest.fixture
def client(shelf: Shelf) -> Iterator[TestClient]:
    settings = Settings(
        model=shelf.folder,
        database=shelf.folder / "people.db",
        api_key=SecretStr(KEY["X-API-Key"]),
        reload_seconds=0,
    )
    with TestClient(
        create_app(settings, load=shelf.load), base_url="http://127.0.0.1", headers=KEY
    ) as client:
        yield client


def test_only_another_manifest_is_read(shelf: Shelf) -> None:
    current = Current(shelf.folder, shelf.load)
    first = current.recommender
    current.look()
    assert current.recommender is first
    shelf.put("new")
    current.look()
    assert current.recommender.model_version == "new"


def test_looks_at_once_read_another_manifest_once(shelf: Shelf) -> None:
    reads: list[Path] = []

    def load(path: Path) -> Recommender:
        reads.append(path)
        time.sleep(0.05)
        return shelf.load(path)

    current = Current(shelf.folder, load)
    shelf.put("new")
    threads = [threading.Thread(target=current.look) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(reads) == 2  # at the start, and once more
    assert current.recommender.model_version == "new"


def test_a_broken_bundle_is_left_until_there_is_another(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    current = Current(shelf.folder, shelf.load)
    shelf.put("broken")
    for _ in range(3):
        current.look()
    assert current.recommender.model_version == "old"
    assert [record.getMessage() for record in caplog.records] == ["new model refused"]
    (shelf.folder / "manifest.json").unlink()
    current.look()
    assert current.recommender.model_version == "old"
    shelf.put("new")
    current.look()
    assert current.recommender.model_version == "new"


def test_an_administrator_reloads_and_is_told_of_a_broken_bundle(client: TestClient, shelf: Shelf) -> None:
    etag = client.get("/api/v1/model").headers["ETag"]
    shelf.put("new")
    assert client.post("/api/v1/admin/reload").json() == {"model_version": "new"}
    changed = client.get("/api/v1/model", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.json()["model_version"] == "new"
    shelf.put("broken")
    refused = client.post("/api/v1/admin/reload")
    assert refused.status_code == 422
    assert "manifest" in refused.json()["detail"]
    assert client.get("/health/ready").json()["model_version"] == "new"


def test_no_request_fails_while_bundles_change(client: TestClient, shelf: Shelf) -> None:
    done = threading.Event()

    def change() -> None:
        for number in range(20):
            shelf.put(f"version {number}")
            client.post("/api/v1/admin/reload").raise_for_status()
        done.set()

    changing = threading.Thread(target=change)
    changing.start()
    versions = set()
    while not done.is_set():
        answer = client.post(
            "/api/v1/recommendations", json={"ratings": [{"item_id": 300, "rating": 5}], "k": 3}
        )
        assert answer.status_code == 200
        versions.add(answer.json()["model_version"])
    changing.join()
    assert versions


def test_a_request_keeps_the_model_it_began_with(
    client: TestClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    listings = Recommender.listings

    def slow(self, wanted):  # type: ignore[no-untyped-def]
        if wanted[0].k == 1:
            begun.set()
            assert go_on.wait(60)
        return listings(self, wanted)

    monkeypatch.setattr(Recommender, "listings", slow)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(client.post("/api/v1/recommendations", json={"k": 1}))
    )
    asking.start()
    assert begun.wait(60)
    shelf.put("new")
    client.post("/api/v1/admin/reload").raise_for_status()
    go_on.set()
    asking.join()
    assert answers[0].json()["model_version"] == "old"
    assert client.get("/health/ready").json()["model_version"] == "new"
