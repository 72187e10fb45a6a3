"""Somebody's own export comes in over HTTP: shown first, stored then, refused with a reason."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from fastapi.testclient import TestClient

IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors\n"
    "tt0114715,9,2020-01-02,Something,Something,u,Movie,7,90,1986,Drama,5,1986-01-01,A\n"
    "tt0114716,10,2020-01-03,Another,Another,u,TV Series,7,90,1987,Drama,5,1987-01-01,A\n"
    "tt9999999,8,2020-01-03,<script>alert(1)</script>,x,u,Movie,7,90,1931,Drama,5,1931-01-01,A\n"
)


LETTERBOXD = {
    "ratings.csv": ("Rating", ["part6,1986,u,4.5", "part7,1987,u,2", "part6 of another kind,1930,u,4"]),
    "watched.csv": ("", ["part6,1986,u", "part8,1988,u"]),
    "watchlist.csv": ("", ["part9,1989,u"]),
    "likes/films.csv": ("", ["part10,1990,u"]),
}
KINDS = ("space robot laser", "love wedding paris")


def archive() -> bytes:
    """A Letterboxd zip of films of the made world; every second is of the other kind."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        for name, (more, rows) in LETTERBOXD.items():
            header = "Date,Name,Year,Letterboxd URI" + (f",{more}" if more else "")
            lines = [f"2024-01-01,{KINDS[int(re.findall(r'[0-9]+', row)[0]) % 2]} {row}" for row in rows]
            files.writestr(name, "\n".join([header, *lines, ""]))
    return packed.getvalue()


def send(  # type: ignore[no-untyped-def]
    client: TestClient,
    profile: str,
    content: bytes | str,
    query: str = "",
    *,
    name: str = "ratings.csv",
    **data: str,
):
    files = {"file": (name, content, "text/csv")}
    return client.post(f"{profile}/import{query}", files=files, data=data)


def kept(client: TestClient, profile: str) -> tuple[dict[int, float], list[int], list[int]]:
    """What is stored: ratings, watchlist and hidden films."""
    said = client.get(profile).json()
    watchlist, hidden = (sorted(item["item_id"] for item in said[one]) for one in ("watchlist", "hidden"))
    return {one["item"]["item_id"]: one["rating"] for one in said["ratings"]}, watchlist, hidden


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
    assert kept(client, profile) == ({700: 4.5}, [], [])
    assert (
        client.get(profile).json()["ratings"][0]["rated_at"] == 1577923200
    )  # as the file says, not when it was read
    best = client.get(f"{profile}/recommendations").json()["items"][0]
    assert best["item"]["genres"] == ["Sci-Fi"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "columns"),
        (b"\xff\xfe", "empty"),
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


def test_a_whole_zip_is_shown_stored_and_undone_in_one_step(client: TestClient, profile: str) -> None:
    client.put(f"{profile}/ratings/700", json={"rating": 1})
    shown = send(client, profile, archive(), "?dry_run=true", name="letterboxd.zip").json()
    assert (shown["kind"], shown["scale"], shown["n_series"]) == ("letterboxd", "up to 5 stars", 0)
    assert {"name": "Rating", "taken_for": "rating", "file": "ratings.csv"} in shown["columns"]
    assert [one["title"] for one in shown["not_found"]] == ["space robot laser part6 of another kind"]
    assert kept(client, profile) == ({700: 1.0}, [], [])
    send(client, profile, archive(), name="letterboxd.zip")
    # The rating of the page is later than the file's.
    assert kept(client, profile) == ({700: 1.0, 800: 2.0}, [1000], [900, 1100])
    stored = client.get(f"{profile}/export").json()
    send(client, profile, archive(), name="letterboxd.zip")
    assert client.get(f"{profile}/export").json() == stored
    listed = client.get(f"{profile}/recommendations?k=30").json()["items"]
    assert not {900, 1100} & {one["item"]["item_id"] for one in listed}
    assert client.delete(f"{profile}/import").status_code == 204
    assert kept(client, profile) == ({700: 1.0}, [], [])
    assert client.delete(f"{profile}/import").status_code == 404
    assert client.delete("/api/v1/profiles/nobody/import").status_code == 404


def test_likes_are_ratings_where_they_are_asked_for(client: TestClient, profile: str) -> None:
    send(client, profile, archive(), "?rate_likes=true", name="letterboxd.zip")
    assert kept(client, profile) == ({700: 4.5, 800: 2.0, 1100: 4.0}, [1000], [900])
    client.put(f"{profile}/ratings/800", json={"rating": 3})
    assert client.delete(f"{profile}/import").status_code == 204
    assert kept(client, profile) == ({800: 3.0}, [], [])  # rated anew after the import


def test_a_choice_is_stored_with_the_rest(client: TestClient, profile: str) -> None:
    content = "Name,Year,Rating\nSomething else,1950,4\n"
    assert send(client, profile, content, choices='{"Something else (1950)": 700}').status_code == 200
    assert kept(client, profile) == ({700: 4.0}, [], [])
    for wrong in ("[]", "x", '{"Nothing": 700}', '{"Something else (1950)": 7}'):
        assert send(client, profile, content, choices=wrong).status_code == 422
