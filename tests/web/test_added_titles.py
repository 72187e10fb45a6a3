"""Titles that an import did not find, added over REST: once, whoever asks, and only where that is allowed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cineblend.bundle import added
from cineblend.bundle import write as writing
from cineblend.bundle.read import read
from cineblend.bundle.write import ReplacedError, write
from cineblend.web.app import create_app
from cineblend.web.routes import added_titles
from cineblend.web.settings import Settings
from web_world import made_world

API = "/api/v1"
KEY = "a long random text, or nearly"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(made_world(), tmp_path / "model")
    return tmp_path


def serve(folder: Path, **more: Any) -> TestClient:
    settings = Settings(
        model=folder / "model", database=folder / "people.db", reload_seconds=0, rate_limit="", **more
    )
    return TestClient(create_app(settings), base_url="http://127.0.0.1")


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with serve(folder) as client:
        yield client


def add(client: TestClient, *titles: tuple[str, int], **more: Any) -> Any:
    return client.post(
        f"{API}/items", json={"items": [{"title": title, "year": year} for title, year in titles]}, **more
    )


def imported(client: TestClient, profile: str, text: str, **query: bool) -> Any:
    answer = client.post(f"{profile}/import", files={"file": ("r.csv", text)}, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


FILE = "Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,The Long Way Round,2025,u,4.5\n"


def test_a_row_that_was_not_found_is_added_and_its_rating_taken(client: TestClient, folder: Path) -> None:
    profile = f"{API}/profiles/{client.post(f'{API}/profiles').json()['profile_id']}"
    assert client.get(f"{API}/model").json()["can_add_items"] is True
    (row,) = imported(client, profile, FILE, dry_run=True)["not_found"]
    said = add(client, (row["title"], row["year"])).json()
    assert (said["n_items"], said["already"]) == (25, [])
    (film,) = said["added"]
    assert (film["title"], film["year"], film["n_ratings"]) == ("The Long Way Round", 2025, 0)
    (matched,) = imported(client, profile, FILE)["matched"]
    assert matched["item"]["item_id"] == film["item_id"]
    (rated,) = client.get(profile).json()["ratings"]
    assert (rated["item"]["item_id"], rated["rating"]) == (film["item_id"], 4.5)
    assert client.get(f"{profile}/recommendations").json()["items"]
    assert client.get(f"{API}/model").json()["model_version"] == said["model_version"]
    assert read(folder / "model").version == said["model_version"]


def test_a_film_that_is_there_is_not_added_but_offered(client: TestClient) -> None:
    before = client.get(f"{API}/model").json()
    # The year of a known film, and the years beside it.
    for year in (1986, 1987, 1985):
        said = add(client, ("space robot laser part6", year)).json()
        assert said["added"] == []
        (one,) = said["already"]
        assert (one["title"], one["year"]) == ("space robot laser part6", year)
        assert one["items"][0]["item_id"] == 700
    assert client.get(f"{API}/model").json() == before
    said = add(client, ("New", 2000), ("new", 2000), ("NEW ", 2001), ("New", 2010)).json()
    assert [(one["title"], one["year"]) for one in said["added"]] == [("New", 2000), ("New", 2010)]
    (one,) = said["already"]
    assert (one["title"], one["year"], one["items"][0]["title"]) == ("NEW ", 2001, "New")
    assert [one["title"] for one in add(client, ("New", 2000)).json()["already"]] == ["New"]


@pytest.mark.parametrize(
    "item",
    [
        {"title": "", "year": 2000},
        {"title": "!?", "year": 2000},
        {"title": "\u0000\u0007", "year": 2000},
        {"title": "x" * 301, "year": 2000},
        {"title": "x", "year": 0},
        {"title": "x", "year": 10_000},
        {"title": "x", "year": 1999.5},
        {"title": "x", "year": "1999"},
        {"title": "x"},
        {"title": "x", "year": 2000, "item_id": 7},
    ],
)
def test_what_is_no_title_is_refused(client: TestClient, item: dict[str, object]) -> None:
    good = {"title": "Good", "year": 2000}
    version = client.get(f"{API}/model").json()["model_version"]
    refused = client.post(f"{API}/items", json={"items": [good, item]})
    assert refused.status_code == 422, refused.text
    assert client.get(f"{API}/model").json()["model_version"] == version


def test_hostile_titles_are_kept_as_text(client: TestClient) -> None:
    titles = [
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "\u202eevil",
        "a\n\tb\u0000c",
        "=1+1",
        "Z" * 300,
    ]
    said = add(client, *((title, 2001) for title in titles)).json()
    assert [one["title"] for one in said["added"]] == [*titles[:3], "a b c", *titles[4:]]
    for film in said["added"]:
        assert client.get(f"{API}/items/{film['item_id']}").status_code == 200


def test_too_many_at_once_and_in_all_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = add(client, *((f"Film {n}", 2000) for n in range(10_000)))
    assert refused.status_code == 422
    assert "at most 1000" in refused.json()["errors"][0]["problem"]
    assert len(add(client, *((f"Film {n}x", 2000) for n in range(1000))).json()["added"]) == 1000
    monkeypatch.setattr(added_titles, "MOST_ADDED", 1001)
    refused = add(client, ("One", 2000), ("Two", 2000))
    assert refused.status_code == 422
    assert "at most 1,001" in refused.json()["detail"]
    assert "remove-items" in refused.json()["remedy"]
    assert add(client, ("One", 2000)).status_code == 200


def test_adds_at_once_are_all_kept_and_the_same_film_once(client: TestClient, folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: add(client, (f"Film {n}", 2000), ("Same", 2000)), range(8)))
    assert [one.status_code for one in answers] == [200] * 8
    assert sum(film["title"] == "Same" for one in answers for film in one.json()["added"]) == 1
    titles = read(folder / "model").catalog.title
    assert sorted(titles[24:]) == sorted([*(f"Film {n} (2000)" for n in range(8)), "Same (2000)"])


def test_two_services_on_one_model_lose_nothing(folder: Path) -> None:
    with serve(folder) as one, serve(folder) as other:
        # FastAPI makes its routes at the first request, and turns warnings off for the whole process then.
        assert [one.get(f"{API}/model").status_code, other.get(f"{API}/model").status_code] == [200, 200]
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(add, one, ("First", 2000))
            second = pool.submit(add, other, ("Second", 2000))
            assert (first.result().status_code, second.result().status_code) == (200, 200)
        assert sorted(read(folder / "model").catalog.title[24:]) == ["First (2000)", "Second (2000)"]
        # An import sees what the other service added.
        add(one, ("The Long Way Round", 2025))
        profile = f"{API}/profiles/{other.post(f'{API}/profiles').json()['profile_id']}"
        assert len(imported(other, profile, FILE)["matched"]) == 1


def test_a_model_that_others_keep_on_changing_is_busy(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(_: object, folder: Path, **__: object) -> None:
        raise ReplacedError(folder)

    monkeypatch.setattr(added, "write", replaced)
    refused = add(client, ("New", 2000))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")


def test_a_write_that_fails_leaves_the_old_model(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, names = read(folder / "model").version, sorted(path.name for path in (folder / "model").iterdir())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_bytes", fail)
    assert add(client, ("New", 2000)).status_code == 500
    assert read(folder / "model").version == before
    assert sorted(path.name for path in (folder / "model").iterdir()) == names
    monkeypatch.undo()
    assert add(client, ("New", 2000)).status_code == 200


@pytest.mark.parametrize(
    "more", [{"allowed_hosts": ("films.example",)}, {"allowed_origins": ("https://films.example",)}]
)
def test_a_service_for_others_without_a_key_adds_nothing(folder: Path, more: dict[str, object]) -> None:
    with serve(folder, **more) as client:
        card = client.get(f"{API}/model")
        assert card.json()["can_add_items"] is False
        refused = add(client, ("New", 2000))
        assert (refused.status_code, refused.json()["detail"]) == (403, "this service adds no films")
    with serve(folder, **more, api_key=SecretStr(KEY)) as client:
        assert add(client, ("New", 2000)).status_code == 401
        key = {"Authorization": f"Bearer {KEY}"}
        fresh = client.get(f"{API}/model", headers={**key, "If-None-Match": card.headers["ETag"]})
        assert fresh.json()["can_add_items"] is True
        assert add(client, ("New", 2000), headers=key).status_code == 200


def test_a_model_that_cannot_be_written_takes_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere, so permissions alone would not do here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert client.get(f"{API}/model").json()["can_add_items"] is False
    assert add(client, ("New", 2000)).status_code == 403


def test_a_page_of_another_origin_adds_nothing(client: TestClient) -> None:
    refused = add(client, ("New", 2000), headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert client.get(f"{API}/model").json()["n_items"] == 24
