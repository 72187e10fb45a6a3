"""Hostile requests: headers, targets and bodies that no well-meant caller sends are refused and said so."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
Header = tuple[bytes, bytes]


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "http://a:b:c", "\xff", "x" * 5000, ""])
def test_an_origin_that_cannot_be_read_is_another_origin(client: TestClient, origin: str) -> None:
    answer = client.post(f"{API}/profiles", headers={b"Origin": origin.encode("latin-1")})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:cineblend:problem:cross-origin"


@pytest.mark.parametrize(
    "hosts",
    [["localhost", "evil.example"], ["localhost", "localhost"], ["user@localhost"], ["localhost:x"],
     ["localhost/x"], ["localhost:8000:1"], ["[localhost]"], ["localhost "], ["a localhost"]],
)  # fmt: skip
def test_a_host_is_one_name_and_a_port(client: TestClient, hosts: list[str]) -> None:
    answer = client.get(f"{API}/model", headers=[("Host", host) for host in hosts])
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("unknown-host")


@pytest.mark.parametrize("length", ["9" * 5000, "1e3", "-1", "+1", "0x1", "\xb2", " "])
def test_a_length_is_a_number(client: TestClient, length: str) -> None:
    headers = {b"Content-Length": length.encode("latin-1"), b"Content-Type": b"application/json"}
    assert client.post(f"{API}/recommendations", headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("path", "status"),
    [("items/1", 404), ("items/1/similar", 404), ("items?limit=x", 422), ("items/700/similar?k=0", 422)],
)
def test_what_is_wrong_is_said_whatever_the_caller_holds(client: TestClient, path: str, status: int) -> None:
    etag = client.get(f"{API}/model").headers["ETag"]
    for held in (etag, "*"):
        assert client.get(f"{API}/{path}", headers={"If-None-Match": held}).status_code == status
    assert client.get("/posters/1.svg", headers={"If-None-Match": etag}).status_code == 404


def test_any_tag_is_held_by_who_says_so(client: TestClient) -> None:
    for path in (f"{API}/items/700", f"{API}/map", "/posters/700.svg"):
        answer = client.get(path, headers={"If-None-Match": "*"})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"]
        assert "Content-Type" not in answer.headers
    assert client.post(f"{API}/profiles", headers={"If-None-Match": "*"}).status_code == 201


@pytest.mark.parametrize(
    "path", ["/", f"{API}/model", f"{API}/items/1", "/health/live", "/static/js/main.js"]
)
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    whole, bare = client.get(path), client.head(path)
    assert bare.status_code == whole.status_code
    assert bare.content == b""
    own = {"x-request-id", "date"}
    assert {name: bare.headers[name] for name in bare.headers if name not in own} == {
        name: whole.headers[name] for name in whole.headers if name not in own
    }


@pytest.mark.parametrize(
    "body",
    ['{"k": 3, "k": 4}', '{"ratings": [{"item_id": 700, "rating": 1, "rating": 5}]}',
     '{"filters": {"only": [700], "only": [800]}}', '{"k": 3, "\\u006b": 3}'],
)  # fmt: skip
def test_a_key_twice_is_refused(client: TestClient, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"{API}/recommendations", content=body, headers=headers)
    assert answer.status_code == 422
    assert "twice" in answer.json()["detail"]


@pytest.mark.parametrize("rating", [3.14159, 3.25, 4.999, 0.75])
def test_a_rating_between_two_steps_is_not_stored(client: TestClient, profile: str, rating: float) -> None:
    one = client.put(f"{profile}/ratings/700", json={"rating": rating})
    many = client.put(f"{profile}/ratings", json={"ratings": [{"item_id": 700, "rating": rating}]})
    for answer in (one, many):
        assert answer.status_code == 422
        assert "in steps of 0.5" in answer.json()["detail"]
    assert client.get(profile).json()["ratings"] == []


NAMES = (
    "Host", "Origin", "Content-Type", "Content-Length", "If-None-Match", "If-Modified-Since", "If-Range",
    "Range", "Accept", "Accept-Encoding", "Authorization", "X-API-Key", "Sec-Fetch-Site", "Cookie", "Expect",
    "Transfer-Encoding", "Access-Control-Request-Method", "Access-Control-Request-Headers", "X-Request-ID",
)  # fmt: skip
PIECES = (
    b"", b"*", b'"', b"W/", b"[", b"]", b"://", b"@", b":", b",", b";", b"=", b"%00", b"\xff\xfe", b"\xb2",
    b"bytes=", b"0-", b"-1", b"9" * 50, b"http", b"localhost", b"127.0.0.1", b"null", b"charset=",
    b"multipart/form-data", b"boundary=x", b"application/json", b"gzip", b"Bearer", b"a" * 3000, b"..",
    b"Mon, 99 Foo 0000", b"\t", b" ",
)  # fmt: skip
REQUESTS = (
    ("GET", f"{API}/items/700", b""),
    ("GET", "/static/js/main.js", b""),
    ("GET", "/posters/700.svg", b""),
    ("HEAD", f"{API}/model", b""),
    ("OPTIONS", f"{API}/model", b""),
    ("POST", f"{API}/recommendations", b'{"k": 1}'),
    ("POST", f"{API}/recommendations/batch", b'{"people": ['),
    ("POST", f"{API}/profiles/nobody/import", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("DELETE", f"{API}/profiles/nobody", b"\x00"),
)


def made_up(random_: random.Random) -> list[Header]:
    """One to four headers, each of a few pieces."""
    return [
        (random_.choice(NAMES).encode(), b"".join(random_.choices(PIECES, k=random_.randint(1, 4))))
        for _ in range(random_.randint(1, 4))
    ]


def crashed(client: TestClient, n: int) -> Sequence[tuple[str, str, list[Header]]]:
    """What was answered with 500 of n made-up requests."""
    random_ = random.Random(5)
    found: list[tuple[str, str, list[Header]]] = []
    for _ in range(n):
        method, path, body = random_.choice(REQUESTS)
        headers = made_up(random_)
        named = {name for name, _ in headers}
        given = ("application/json", "multipart/form-data; boundary=x")["import" in path]
        if b"Content-Type" not in named and body:
            headers.append((b"Content-Type", given.encode()))
        if client.request(method, path, headers=headers, content=body).status_code >= 500:
            found.append((method, path, headers))
    return found


def test_no_header_is_a_crash(client: TestClient) -> None:
    assert not crashed(client, 400)


@pytest.mark.slow  # 20,000 requests are minutes
def test_no_header_of_twenty_thousand_is_a_crash(client: TestClient) -> None:
    assert not crashed(client, 20_000)
