"""The API's page and the widget: whole without a script, and the widget only where it is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from cineblend.bundle.fitted import Fitted
from cineblend.errors import UserError
from cineblend.web.settings import Settings
from web_world import client_of

API = "/api/v1"
OURS = "https://films.example"


class Links(HTMLParser):
    """Every id and every address of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.to: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += filter(None, [given.get("id")])
        self.to += filter(None, [given.get("href"), given.get("src")])


@pytest.fixture(scope="module")
def open_to(settings: Settings, fitted: Fitted) -> Iterator[TestClient]:
    """The service with an origin that may call it and frame its widgets."""
    chosen = settings.model_copy(update={"allowed_origins": (OURS,), "framed_by": (OURS,)})
    with client_of(chosen, fitted) as client:
        yield client


def test_every_operation_and_value_is_on_the_page_of_the_api(client: TestClient) -> None:
    document = client.get(f"{API}/openapi.json").json()
    page = client.get("/docs")
    assert page.status_code == 200
    links = Links(page.text)
    assert len(links.ids) == len(set(links.ids))
    for operations in document["paths"].values():
        assert {one["operationId"] for one in operations.values()} <= set(links.ids)
    assert {f"value-{name}" for name in document["components"]["schemas"]} <= set(links.ids)
    assert {to[1:] for to in links.to if to.startswith("#")} <= set(links.ids)
    elsewhere = [to for to in links.to if not to.startswith(("#", "/"))]
    assert not elsewhere
    for to in links.to:
        assert to.startswith("#") or client.get(to).status_code == 200
    assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", page.text)


def test_operations_have_a_line_and_a_name_of_their_own(client: TestClient) -> None:
    document = client.get(f"{API}/openapi.json").json()
    operations = [one for some in document["paths"].values() for one in some.values()]
    names = {one["operationId"] for one in operations}
    assert len(names) == len(operations)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)
    assert all(0 < len(one["summary"]) <= 90 and "\n" not in one["summary"] for one in operations)
    # Callers build on these names: one may be added, none renamed.
    kept = "recommend recommend_to_many explain ask_questions create_profile read_profile erase_profile \
export_profile rate_item rate_items unrate_item watch_item unwatch_item hide_item unhide_item \
recommend_to_profile ask_profile explain_to_profile read_model search_items read_item similar_items \
search_facets read_map read_figures import_ratings health_live health_ready read_status reload_model \
add_items_to_model remove_item read_library"
    assert set(kept.split()) <= names


def test_no_origin_is_let_in_unless_it_is_named(client: TestClient) -> None:
    answer = client.get(f"{API}/model", headers={"Origin": OURS})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/widget/similar?item_id=700").status_code == 404
    preflight = {"Origin": OURS, "Access-Control-Request-Method": "POST"}
    assert client.options(f"{API}/profiles", headers=preflight).status_code == 405


def test_a_named_origin_may_call(open_to: TestClient) -> None:
    asked = {"Origin": OURS, "Sec-Fetch-Site": "cross-site"}
    made = open_to.post(f"{API}/profiles", headers=asked)
    assert made.status_code == 201
    assert made.headers["Access-Control-Allow-Origin"] == OURS
    assert "Origin" in made.headers["Vary"]
    refused = open_to.get(f"{API}/items/1", headers=asked)
    assert refused.status_code == 404
    assert refused.headers["Access-Control-Allow-Origin"] == OURS
    preflight = {
        **asked,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = open_to.options(f"{API}/profiles/x/ratings/700", headers=preflight)
    assert answer.status_code == 200
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{OURS}.evil", f"{OURS}:444", "null", "http://["]
)
def test_any_other_origin_may_not(open_to: TestClient, origin: str) -> None:
    asked = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    assert open_to.post(f"{API}/profiles", headers=asked).status_code == 403
    both = [("Origin", OURS), ("Origin", origin)]
    assert open_to.post(f"{API}/profiles", headers=both).status_code == 403
    answer = open_to.get(f"{API}/model", headers=asked)
    assert answer.headers.get("Access-Control-Allow-Origin") != origin
    preflight = {**asked, "Access-Control-Request-Method": "PUT"}
    assert open_to.options(f"{API}/profiles", headers=preflight).status_code == 400


def test_only_the_widget_may_be_framed_and_only_by_who_is_named(open_to: TestClient) -> None:
    widget = open_to.get("/widget/similar?item_id=700&k=3")
    assert f"frame-ancestors {OURS}" in widget.headers["Content-Security-Policy"]
    for path in ("/", "/docs", f"{API}/model"):
        assert "frame-ancestors 'none'" in open_to.get(path).headers["Content-Security-Policy"]


def test_the_widget_shows_films_like_one(open_to: TestClient) -> None:
    similar = open_to.get(f"{API}/items/700/similar?k=3").json()["items"]
    for named in ("item_id=700", "imdb_id=tt0114715"):
        page = open_to.get(f"/widget/similar?{named}&k=3&theme=dark").text
        assert [link for link in Links(page).to if "poster" in link] == [
            one["item"]["poster"] for one in similar
        ]
        assert 'data-theme="dark"' in page
    hostile = open_to.get("/widget/similar?item_id=100&k=12").text
    assert "<script>" not in hostile
    assert "&lt;script&gt;" in hostile


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 404), ("item_id=1", 404), ("imdb_id=tt1", 404), ("tmdb_id=5", 404), ("imdb_id=5", 422),
     ("item_id=700&k=0", 422), ("item_id=700&theme=pink", 422), ("item_id=700&surprise=1", 422)],
)  # fmt: skip
def test_a_widget_of_nothing_is_refused(open_to: TestClient, query: str, status: int) -> None:
    assert open_to.get(f"/widget/similar?{query}").status_code == status


@pytest.mark.parametrize("origin", ["*", "films.example", "https://films.example/", "https://a b", "null"])
@pytest.mark.parametrize("name", ["allowed_origins", "framed_by"])
def test_an_origin_is_a_scheme_and_a_host(settings: Settings, name: str, origin: str) -> None:
    with pytest.raises(UserError, match="origin"):
        Settings(model=settings.model, **{name: origin})  # type: ignore[arg-type]
    read = Settings(model=settings.model, **{name: "https://A.example, http://localhost:3000"})  # type: ignore[arg-type]
    assert getattr(read, name) == ("https://a.example", "http://localhost:3000")
