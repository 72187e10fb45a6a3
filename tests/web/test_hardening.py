"""Hostile requests: headers, targets and bodies that no well-meant caller sends are refused and said so."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from headers import crashed

API = "/api/v1"


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
    for method, path in (("POST", "recommendations"), ("GET", "model")):
        assert client.request(method, f"{API}/{path}", headers=headers).status_code == 400


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


def test_no_header_is_a_crash(client: TestClient) -> None:
    assert client.portal
    assert not client.portal.call(crashed, client.app, 300, "700")
