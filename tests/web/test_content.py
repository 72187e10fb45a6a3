"""What films are about, over REST: a film's content and its sources, facets, filters, and hostile values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cineblend.bundle.fitted import Fitted
from cineblend.web.settings import Settings
from web_world import OVERVIEW, client_of, told

API = "/api/v1"


@pytest.fixture(scope="module")
def client(settings: Settings, fitted: Fitted) -> Iterator[TestClient]:
    with client_of(settings, told(fitted)) as client:
        yield client


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one.get("item", one)["item_id"] for one in answer.json()["items"]]


def test_a_film_answers_with_its_content_and_where_it_comes_from(client: TestClient) -> None:
    film = client.get(f"{API}/items/600").json()
    content = film["content"]
    assert list(content["texts"].items()) == [("overview", OVERVIEW.strip()), ("plot", "They meet once.")]
    assert list(content["people"]) == ["director", "cast"]
    assert content["people"]["director"] == ["Ann Lee"]
    assert content["people"]["cast"][0] == "Actor 0"
    assert content["people"]["cast"][-1] == "Élise Ngo"
    assert content["keywords"] == ["heist", "los angeles"]
    assert (content["countries"], content["languages"]) == (["France"], ["French"])
    assert (content["aliases"], content["runtime"]) == (["Warmth"], 110)
    assert content["sources"] == [
        {
            "name": "wiki",
            "title": "Wikipedia <i>of films</i>",
            "licence": "CC BY-SA 4.0",
            "home": "https://en.wikipedia.org",
            "page": "https://en.wikipedia.org/wiki/Heat_(1995_film)",
            "gives": ["people.director", "text.overview"],
        }
    ]


def test_lists_stay_light(client: TestClient) -> None:
    listed = client.get(f"{API}/items?query=part5").json()["items"][0]
    assert (listed["creators"], listed["runtime"]) == (["Ann Lee"], 110)
    assert "content" not in listed
    card = client.get(f"{API}/model").json()
    assert card["facets"] == {"people": 18, "keywords": 5, "countries": 1, "languages": 2}
    assert card["has_runtime"]


def test_hostile_values_are_cut_and_hold_no_control_characters_and_no_link_that_runs(
    client: TestClient,
) -> None:
    answer = client.get(f"{API}/items/100")
    assert len(answer.content) < 40_000
    content = answer.json()["content"]
    assert len(content["texts"]["overview"]) <= 20_001
    assert content["texts"]["overview"].endswith("…")
    assert content["keywords"][0] == "k" * 200 + "…"
    assert content["keywords"][1] == "ab"
    assert "\\u0000" not in answer.text
    assert [(one["home"], one["page"]) for one in content["sources"]] == [(None, None)]
    assert ids(client.get(f"{API}/items", params={"keywords": content["keywords"][0]})) == [100]


@pytest.mark.parametrize(
    ("kind", "query", "name"),
    [
        ("people", "ann lee", "Ann Lee"),
        ("people", "an le", "Ann Lee"),
        ("people", "elise", "Élise Ngo"),
        ("people", "ngo", "Élise Ngo"),
        ("keywords", "hiest", "heist"),
        ("countries", "fra", "France"),
        ("languages", "danihs", "Danish"),
    ],
)
def test_facets_are_found_from_their_beginning_and_with_errors(
    client: TestClient, kind: str, query: str, name: str
) -> None:
    found = client.get(f"{API}/facets", params={"kind": kind, "q": query}).json()["items"]
    assert found[0]["name"] == name
    assert found[0]["kind"] == kind


def test_a_facet_says_how_many_films_and_which(client: TestClient) -> None:
    most = client.get(f"{API}/facets", params={"kind": "people", "limit": 1}).json()["items"]
    assert [(one["name"], one["n_items"], one["roles"]) for one in most] == [
        ("Ann Lee", 3, ["director", "writer"])
    ]
    assert sorted(item["item_id"] for item in most[0]["items"]) == [600, 800, 1200]
    assert client.get(f"{API}/facets?kind=people&q=zzzzzz").json() == {"items": []}
    for wrong in ("", "?kind=titles", "?kind=people&limit=0", "?kind=people&q=" + "x" * 201):
        assert client.get(f"{API}/facets{wrong}").status_code == 422


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"people": ["Ann Lee"]}, [600, 800, 1200]),
        ({"people": ["director:ann lee"]}, [600, 1200]),
        ({"people": ["Ann Lee"], "people_none": ["Bo Ek"]}, [600, 1200]),
        ({"keywords": ["heist"], "keywords_none": ["Los Angeles"]}, [1200]),
        ({"countries_any": ["France"], "runtime_to": 120}, [600]),
        ({"languages_any": ["French", "Danish"], "languages_none": ["French"]}, [800]),
        ({"runtime_from": 120}, [1200]),
        ({"people": ["Ann Lee"], "genres_all": ["Romance", "Drama"]}, [600, 800, 1200]),
    ],
)
def test_every_door_takes_the_filters(
    client: TestClient, profile: str, asked: dict[str, Any], expected: list[int]
) -> None:
    body = client.post(f"{API}/recommendations", json={"k": 100, "filters": asked})
    for answer in (
        body,
        client.get(f"{profile}/recommendations", params={"k": 100, **asked}),
        client.get(f"{API}/items", params=asked),
    ):
        assert sorted(ids(answer)) == expected


def test_an_unknown_name_is_said_with_the_nearest_and_not_with_all(client: TestClient) -> None:
    answer = client.get(f"{API}/items", params={"people": "An Leee"})
    assert answer.status_code == 422
    assert "Ann Lee" in answer.text
    assert "Actor" not in answer.text
    assert client.get(f"{API}/items", params={"runtime_from": 100, "runtime_to": 90}).status_code == 422


def test_other_titles_of_the_content_find_the_film(client: TestClient) -> None:
    assert ids(client.get(f"{API}/items?query=warmth"))[0] == 600


def test_similar_films_say_what_is_shared(client: TestClient) -> None:
    similar = client.get(f"{API}/items/600/similar?k=20").json()["items"]
    shared = {one["item"]["item_id"]: one["shared"] for one in similar}
    assert shared[1200] == {
        "people": [{"name": "Ann Lee", "role": "director"}, {"name": "Élise Ngo", "role": "cast"}],
        "keywords": ["heist"],
        "genres": ["Drama", "Romance"],
        "countries": ["France"],
        "sentence": "both directed by Ann Lee; both with Élise Ngo; both: heist, France",
    }
