"""Somebody's own export comes in over HTTP: shown first, stored then, refused with a reason."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors\n"
    "tt0114715,9,2020-01-02,Something,Something,u,Movie,7,90,1986,Drama,5,1986-01-01,A\n"
    "tt0114716,10,2020-01-03,Another,Another,u,TV Series,7,90,1987,Drama,5,1987-01-01,A\n"
    "tt9999999,8,2020-01-03,<script>alert(1)</script>,x,u,Movie,7,90,1931,Drama,5,1931-01-01,A\n"
)


def send(client: TestClient, profile: str, content: bytes | str, query: str = ""):  # type: ignore[no-untyped-def]
    return client.post(f"{profile}/import{query}", files={"file": ("ratings.csv", content, "text/csv")})


def test_a_dry_run_shows_what_would_come_and_stores_nothing(client: TestClient, profile: str) -> None:
    answer = send(client, profile, IMDB, "?dry_run=true")
    assert answer.status_code == 200
    found = answer.json()
    assert found["kind"] == "imdb"
    assert [(row["row"], row["item"]["item_id"], row["rating"]) for row in found["matched"]] == [
        (2, 700, 4.5)
    ]
    assert [row["row"] for row in found["skipped"]] == [3]
    assert [row["title"] for row in found["not_found"]] == ["<script>alert(1)</script>"]
    assert found["ambiguous"] == []
    assert client.get(profile).json()["ratings"] == []


def test_an_import_counts_in_the_next_answer(client: TestClient, profile: str) -> None:
    assert send(client, profile, IMDB).status_code == 200
    assert send(client, profile, IMDB).status_code == 200
    kept = client.get(profile).json()["ratings"]
    assert [(one["item"]["item_id"], one["rating"]) for one in kept] == [(700, 4.5)]
    assert kept[0]["rated_at"] == 1577923200  # as the file says, not when it was read
    best = client.get(f"{profile}/recommendations").json()["items"][0]
    assert best["item"]["genres"] == ["Sci-Fi"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "columns"),
        (b"\xff\xfe", "UTF-8"),
        (b"PK\x03\x04", "zip"),
        (b"Const,Your Rating\n\x00", "zero bytes"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_reason(
    client: TestClient, profile: str, content: bytes, said: str
) -> None:
    answer = send(client, profile, content)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_what_is_no_file_or_for_nobody_is_refused(client: TestClient, profile: str) -> None:
    assert client.post(f"{profile}/import", data={"file": "text"}).status_code == 415
    assert client.post(f"{profile}/import", files={"other": ("a", b"x")}).status_code == 422
    assert client.post(f"{profile}/import", json={}).status_code == 415
    assert client.post(f"{profile}/import").status_code == 422
    broken = client.post(
        f"{profile}/import", content=b"no parts", headers={"Content-Type": "multipart/form-data"}
    )
    assert broken.status_code in (400, 422)
    assert send(client, "/api/v1/profiles/nobody", IMDB).status_code == 404
