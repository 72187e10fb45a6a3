"""Libraries of media servers: which films they have, and lists of those alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
JELLYFIN = {
    "Items": [
        {"Name": "Whatever", "Type": "Movie", "ProviderIds": {"Imdb": "tt0114715"}},
        {"Name": "love wedding paris part7", "Type": "Movie", "ProductionYear": 1987, "ProviderIds": {}},
        {"Name": "A series", "Type": "Series", "ProviderIds": {"Imdb": "tt0114714"}},
        {"Name": "Nobody's film", "Type": "Movie", "ProductionYear": 1950},
    ],
    "TotalRecordCount": 4,
}
PLEX = {
    "MediaContainer": {
        "size": 3,
        "Metadata": [
            {"type": "movie", "title": "Whatever", "Guid": [{"id": "imdb://tt0114715"}, {"id": "tmdb://5"}]},
            {"type": "movie", "title": "x", "guid": "com.plexapp.agents.imdb://tt0114716?lang=en"},
            {"type": "movie", "title": "Nobody's film", "year": 1950},
        ],
    }
}
XML = """<?xml version="1.0"?><movie><title>Nobody&apos;s film</title><year>1999</year>
<uniqueid type="imdb" default="true">{}</uniqueid></movie>"""


def read(client: TestClient, content: str | bytes) -> Any:
    return client.post(f"{API}/libraries/import", files={"file": ("library", content)})


@pytest.mark.parametrize(
    ("content", "there", "missing"),
    [
        (json.dumps(JELLYFIN), [700, 800], ["Nobody's film"]),
        (json.dumps(PLEX), [700, 800], ["Nobody's film"]),
        (json.dumps(JELLYFIN["Items"]), [700, 800], ["Nobody's film"]),
        (XML.format("tt0114715"), [700], []),
        (XML.format("tt9999999"), [], ["Nobody's film"]),
        ("https://www.imdb.com/title/tt0114715/", [700], []),
    ],
)
def test_a_library_is_read(client: TestClient, content: str, there: list[int], missing: list[str]) -> None:
    answer = read(client, content)
    assert answer.status_code == 200, answer.text
    ids = [one["item_id"] for one in answer.json()["items"]]
    assert (ids, answer.json()["not_found"]) == (there, missing)
    body = {"filters": {"only": ids}, "k": 24}
    listed = client.post(f"{API}/recommendations", json=body).json()["items"]
    assert {one["item"]["item_id"] for one in listed} == set(there)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"Items": []}', b"<series/>", b"\xff\x00", b"[" * 100_000, b'{"Items": "x"}'],
)  # fmt: skip
def test_what_is_no_library_is_refused(client: TestClient, content: bytes) -> None:
    assert read(client, content).status_code == 422


@pytest.mark.parametrize("numbers", [5, [], {"Imdb": None}, {"Imdb": "tt"}, {"Tmdb": "9" * 30}])
def test_numbers_that_are_none_leave_the_title(client: TestClient, numbers: object) -> None:
    film = {"Type": "Movie", "Name": "Nobody's film", "ProviderIds": numbers, "ProductionYear": "x"}
    assert read(client, json.dumps([film])).json() == {"items": [], "not_found": ["Nobody's film"]}
