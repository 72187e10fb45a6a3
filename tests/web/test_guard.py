"""The guard: who may call what, from where, with what, and how often; and what every answer carries."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import SecretStr

from cineblend.bundle.fitted import Fitted
from cineblend.errors import UserError
from cineblend.service.recommender import Recommender
from cineblend.web import guard
from cineblend.web.routes import catalogue, imports, operations, profiles, recommendations
from cineblend.web.settings import Settings
from web_world import client_of

KEY = "a long random text, or nearly"
OPERATIONS = [
    (method, route.path.replace("{item_id}", "100").replace("{profile_id}", "nobody"))
    for routes in (catalogue, recommendations, profiles, imports, operations)
    for route in routes.router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
] + [("GET", "/metrics"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/nothing")]
ROLES: dict[str, dict[str, Any]] = {
    "nobody": {},
    "wrong key": {"Authorization": "Bearer something else that is long"},
    "key in the wrong scheme": {"Authorization": f"Basic {KEY}"},
    "key with more behind it": {"X-API-Key": f"{KEY}x"},
    "not even text": {"X-API-Key": b"\xff\xfe"},
}


@pytest.fixture(scope="module")
def locked(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service with a key."""
    folder = tmp_path_factory.mktemp("locked")
    settings = Settings(
        model=folder / "model", database=folder / "people.db", api_key=SecretStr(KEY), reload_seconds=0
    )
    with client_of(settings, fitted) as client:
        yield client


def test_there_are_operations_to_test() -> None:
    assert {"/api/v1/profiles/nobody/ratings/100", "/api/v1/admin/reload"} <= {path for _, path in OPERATIONS}
    assert {"GET", "PUT", "POST", "DELETE"} <= {method for method, _ in OPERATIONS}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_with_a_key_set_nothing_but_health_is_answered_without_it(
    locked: TestClient, method: str, path: str
) -> None:
    body = {} if method in ("POST", "PUT") and not path.endswith("import") else None
    for role, headers in ROLES.items():
        answer = locked.request(method, path, headers=headers, json=body)
        if path.startswith("/health/"):
            assert answer.status_code == 200, role
        else:
            assert answer.status_code == 401, role
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"X-API-Key": KEY}):
        assert locked.request(method, path, headers=headers, json=body).status_code not in (401, 403)


def test_the_shell_and_its_assets_need_no_key(locked: TestClient) -> None:
    for path in ("/", "/static/nothing.js", "/posters/100.svg"):
        assert locked.get(path).status_code != 401


def test_without_a_key_nobody_is_an_administrator(client: TestClient) -> None:
    answer = client.post("/api/v1/admin/reload", headers={"X-API-Key": ""})
    assert answer.status_code == 403
    assert "CINEBLEND_API_KEY" in answer.json()["remedy"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1"])
def test_a_name_that_is_not_ours_is_refused_so_that_none_can_be_rebound_to_us(
    client: TestClient, host: str
) -> None:
    answer = client.get("/api/v1/model", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("unknown-host")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "LOCALHOST:8000", "[::1]:8000"])
def test_loopback_is_ours_by_any_name(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/model", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_origins_page_can_write_nothing(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/v1/profiles", headers=headers).status_code == 403
    same = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/profiles", headers=same).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_a_form_could_send_is_refused(client: TestClient, profile: str, kind: str) -> None:
    for send, path in ((client.post, "/api/v1/recommendations"), (client.put, f"{profile}/ratings/100")):
        answer = send(path, content='{"rating": 4}', headers={"Content-Type": kind})
        assert answer.status_code == 415
    assert client.get(profile).json()["ratings"] == []


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(
    client: TestClient, profile: str, settings: Settings
) -> None:
    headers = {"Content-Type": "application/json"}
    long = b'{"rating": 4' + b" " * settings.max_body
    for content in (long, iter([long[:1000], long[1000:], b"}"])):
        answer = client.put(f"{profile}/ratings/100", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["Content-Type"] == "application/problem+json"
    wrong = client.post("/api/v1/profiles", headers={"Content-Length": "-5"})
    assert wrong.status_code in (400, 413)


def test_one_address_may_ask_only_so_often(settings: Settings, fitted: Fitted) -> None:
    few = settings.model_copy(update={"rate_limit": "3/hour"})
    with client_of(few, fitted) as client:
        answers = [client.get("/health/live") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"]
    assert answers[-1].headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/api/v1/model", "/api/v1/nothing", "/health/live", "/static/nothing"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    for name, value in guard.HEADERS.items():
        assert headers[name] == value
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https:", "http:")
    assert headers["X-Request-ID"]


def test_what_is_a_persons_is_kept_by_no_cache(client: TestClient, profile: str) -> None:
    assert client.get(profile).headers["Cache-Control"] == "no-store"
    assert client.get(f"{profile}/nothing").headers["Cache-Control"] == "no-store"


def test_a_bug_is_a_problem_without_its_details_and_the_log_says_where(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(Recommender, "listings", fail)
    answer = client.post("/api/v1/recommendations", json={})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "secret" not in answer.text
    crash = next(record for record in caplog.records if record.getMessage() == "crash")
    assert crash.fields["request_id"] in answer.json()["detail"]  # type: ignore[attr-defined]
    assert any("fail" in frame for frame in crash.fields["trace"])  # type: ignore[attr-defined]
    assert client.get("/health/live").status_code == 200


def test_logs_say_what_was_asked_without_saying_by_whom(
    locked: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    from cineblend.web.logs import LOGGER, JsonLines

    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        key = {"Authorization": f"Bearer {KEY}"}
        me = locked.post("/api/v1/profiles", headers=key).json()["profile_id"]
        locked.put(f"/api/v1/profiles/{me}/ratings/100", json={"rating": 4}, headers=key)
        locked.get(f"/api/v1/profiles/{me}/recommendations?text=my+secret+wish", headers=key)
        locked.get("/api/v1/items?query=my+secret+wish")
    finally:
        LOGGER.removeHandler(handler)
    said = capsys.readouterr().err
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["status"] for line in lines][:2] == [201, 204]
    assert lines[1]["route"] == "/api/v1/profiles/{profile_id}/ratings/{item_id}"
    for secret in (KEY, me, "secret"):
        assert secret not in said


def test_metrics_count_by_route_and_not_by_person(client: TestClient, profile: str) -> None:
    client.put(f"{profile}/ratings/100", json={"rating": 4})
    client.get("/made-up-path")
    said = client.get("/metrics").text
    assert 'handler="/api/v1/profiles/{profile_id}/ratings/{item_id}",method="PUT",status="204"}' in said
    assert profile.rpartition("/")[2] not in said
    assert "made-up-path" not in said


def test_binding_where_others_reach_it_needs_a_long_key(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org", ""):
        with pytest.raises(UserError, match="no key"):
            Settings(model=tmp_path, host=host)
    with pytest.raises(UserError, match="fewer than 16"):
        Settings(model=tmp_path, host="0.0.0.0", api_key=SecretStr("short"))
    with pytest.raises(UserError, match="no key"):
        Settings(model=tmp_path, host="0.0.0.0", api_key=SecretStr("   "))
    out = Settings(model=tmp_path, host="0.0.0.0", api_key=SecretStr(KEY), allowed_hosts=("Films.example",))
    assert "films.example" in out.hosts
    assert out.rates == "30/second"
    for host in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert Settings(model=tmp_path, host=host).api_key is None


def test_settings_do_not_show_their_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEBLEND_API_KEY", KEY)
    monkeypatch.setenv("CINEBLEND_TMDB_KEY", "tmdb secret")
    monkeypatch.setenv("CINEBLEND_ALLOWED_HOSTS", "a.example, b.example")
    settings = Settings(model=tmp_path)
    assert settings.allowed_hosts == ("a.example", "b.example")
    assert settings.api_key is not None
    for secret in (KEY, "tmdb secret"):
        assert secret not in repr(settings)
        assert secret not in settings.model_dump_json()
