"""Items added and removed over REST: with the key alone, and the service goes on answering."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cineblend.bundle.write import write
from cineblend.web.app import create_app
from cineblend.web.settings import Settings
from web_world import made_world

KEY = {"X-API-Key": "a long random text, or nearly"}
ITEM = {
    "item_id": 90001,
    "title": "Space <b>Robots</b>",
    "year": 2031,
    "genres": ["Sci-Fi", "Unknown"],
    "texts": {"overview": "A robot in space."},
    "people": {"director": ["Ann Lee"]},
    "runtime": 95,
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    write(made_world(), tmp_path / "model")
    settings = Settings(
        model=tmp_path / "model",
        database=tmp_path / "people.db",
        api_key=SecretStr(KEY["X-API-Key"]),
        reload_seconds=0,
    )
    with TestClient(create_app(settings), base_url="http://127.0.0.1", headers=KEY) as client:
        yield client


def test_an_item_is_added_found_and_removed(client: TestClient):
    before = client.get("/api/v1/model").json()
    added = client.post("/api/v1/admin/items", json={"items": [ITEM]})
    assert added.status_code == 200, added.text
    assert added.json()["n_items"] == before["n_items"] + 1
    found = client.get("/api/v1/items/90001").json()
    assert (found.get("item") or found)["title"] == "Space <b>Robots</b>"
    assert client.get("/api/v1/model").json()["model_version"] == added.json()["model_version"]
    twice = client.post("/api/v1/admin/items", json={"items": [ITEM]})
    assert twice.status_code == 422
    assert "in the model already" in twice.text
    removed = client.delete("/api/v1/admin/items/90001")
    assert removed.status_code == 200, removed.text
    assert client.get("/api/v1/items/90001").status_code == 404
    assert client.get("/api/v1/model").json()["n_items"] == before["n_items"]


@pytest.mark.parametrize(
    "items",
    [[], [ITEM, ITEM], [ITEM | {"item_id": "text"}], [ITEM | {"texts": {"a b": "x"}}], [ITEM | {"other": 1}]],
)
def test_wrong_items_are_refused_and_nothing_changes(client: TestClient, items: list[dict[str, object]]):
    version = client.get("/api/v1/model").json()["model_version"]
    refused = client.post("/api/v1/admin/items", json={"items": items})
    assert refused.status_code == 422, refused.text
    assert client.get("/api/v1/model").json()["model_version"] == version


def test_without_the_key_nothing_is_added(client: TestClient):
    refused = client.post("/api/v1/admin/items", json={"items": [ITEM]}, headers={"X-API-Key": "wrong"})
    assert refused.status_code == 401
