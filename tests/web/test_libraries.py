"""Libraries of media servers: which films they have, and lists of those alone."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cineblend.service.exports.media_server import MOST_FILES

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


def zip_of(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


NFOS = {
    "Films/Whatever (1986)/movie.nfo": XML.format("tt0114715"),
    "Films/Another/another.NFO": "https://www.imdb.com/title/tt0114716/",
    "Films/Another/poster.jpg": "no text",
    "Series/tvshow.nfo": '<tvshow><title>A series</title><uniqueid type="imdb">tt0114714</uniqueid></tvshow>',
}


def test_a_zip_of_nfo_files_is_a_library(client: TestClient) -> None:
    answer = read(client, zip_of(NFOS))
    assert answer.status_code == 200, answer.text
    assert [one["item_id"] for one in answer.json()["items"]] == [700, 800]


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"readme.md": "x"}, "no film"),
        ({"../movie.nfo": "tt0114715"}, "unsafe path"),
        ({f"{n}.nfo": "" for n in range(MOST_FILES + 1)}, f"over {MOST_FILES} members"),
    ],
)
def test_a_zip_that_is_no_library_is_refused(client: TestClient, files: dict[str, str], fault: str) -> None:
    answer = read(client, zip_of(files))
    assert answer.status_code == 422
    assert fault in answer.json()["detail"]


def bring(client: TestClient, profile: str, content: str | bytes, name: str) -> Any:
    answer = client.post(f"{profile}/import", files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def owned(client: TestClient, profile: str) -> list[int]:
    return sorted(one["item_id"] for one in client.get(profile).json()["owned"])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(JELLYFIN), "items.json"),
        (json.dumps(PLEX), "plex.json"),
        (json.dumps(JELLYFIN["Items"]), "items.json"),
        (zip_of(NFOS), "films.zip"),
    ],
)
def test_an_imported_library_is_what_a_person_owns(
    client: TestClient, profile: str, content: str | bytes, name: str
) -> None:
    said = bring(client, profile, content, name)
    assert said["kind"] == "library"
    assert owned(client, profile) == [700, 800]
    assert client.get(profile).json()["hidden"] == []
    listed = client.get(f"{profile}/recommendations", params={"owned_only": True, "k": 24}).json()["items"]
    assert {one["item"]["item_id"] for one in listed} == {700, 800}
    client.delete(f"{profile}/import")
    assert owned(client, profile) == []


def test_owned_and_watchlist_together_list_what_is_on_both(client: TestClient, profile: str) -> None:
    bring(client, profile, json.dumps(JELLYFIN), "items.json")
    for item_id in (800, 900):
        client.put(f"{profile}/watchlist/{item_id}")
    both = {"owned_only": True, "watchlist_only": True}
    listed = client.get(f"{profile}/recommendations", params=both).json()["items"]
    assert [one["item"]["item_id"] for one in listed] == [800]


def test_what_is_owned_moves_with_the_export_and_can_be_forgotten(client: TestClient, profile: str) -> None:
    bring(client, profile, json.dumps(JELLYFIN), "items.json")
    exported = client.get(f"{profile}/export").text
    other = f"{API}/profiles/{client.post(f'{API}/profiles').json()['profile_id']}"
    bring(client, other, exported, "cineblend-my-data.json")
    assert owned(client, other) == [700, 800]
    assert client.delete(f"{other}/owned").status_code == 204
    assert (owned(client, other), owned(client, profile)) == ([], [700, 800])
    assert client.delete(f"{API}/profiles/nobody/owned").status_code == 404
