"""Many at once: lists for up to 1,000 people, ratings by other sites' numbers, and many ratings stored."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
SPACE = [{"item_id": 700, "rating": 5.0}, {"item_id": 800, "rating": 1.0}]
LOVE = [{"item_id": 800, "rating": 5.0}]


def lists(client: TestClient, people: list[Any], **options: Any) -> list[Any]:
    answer = client.post(f"{API}/recommendations/batch", json={"people": people, **options})
    assert answer.status_code == 200, answer.text
    return answer.json()["lists"]


@pytest.fixture
def rated(client: TestClient, profile: str) -> str:
    """The id of a profile that likes space and hides a film."""
    client.put(f"{profile}/ratings", json={"ratings": SPACE})
    client.put(f"{profile}/hidden/900")
    return profile.rpartition("/")[2]


@pytest.mark.parametrize("options", [{}, {"text_weight": 0.0}, {"filters": {"include_rated": True}}])
def test_each_list_is_the_one_a_person_alone_would_get(client: TestClient, options: dict[str, Any]) -> None:
    people = [{"ratings": SPACE}, {"ratings": []}, {"ratings": LOVE}] * 3
    found = lists(client, people, k=7, **options)
    assert len(found) == 9
    for person, listed in zip(people, found, strict=True):
        alone = client.post(f"{API}/recommendations", json={**person, "k": 7, **options}).json()
        assert [one["item_id"] for one in listed["items"]] == [
            one["item"]["item_id"] for one in alone["items"]
        ]
        assert [one["score"] for one in listed["items"]] == pytest.approx(
            [one["score"] for one in alone["items"]], abs=1e-6
        )
        assert [one["title"] for one in listed["items"]] == [one["item"]["title"] for one in alone["items"]]
        assert listed["notes"] == alone["notes"]


def test_people_with_a_profile_get_what_it_asks_for(client: TestClient, rated: str) -> None:
    mine, given = lists(client, [{"profile_id": rated}, {"ratings": SPACE}], k=24)
    mine, given = ([one["item_id"] for one in some["items"]] for some in (mine, given))
    assert 900 in given
    assert mine == [item_id for item_id in given if item_id != 900]


@pytest.mark.parametrize(
    ("people", "status"),
    [
        ([], 422),
        ([{}], 422),
        ([{"ratings": [], "profile_id": "x"}], 422),
        ([{"ratings": []}] * 1001, 422),
        ([{"ratings": [{"item_id": 1, "rating": 5}]}], 422),
        ([{"ratings": [{"item_id": 700, "rating": 5.5}]}], 422),
        ([{"ratings": SPACE + SPACE}], 422),
        ([{"profile_id": "nobody"}], 404),
    ],
)
def test_what_cannot_be_is_refused(client: TestClient, people: list[Any], status: int) -> None:
    answer = client.post(f"{API}/recommendations/batch", json={"people": people})
    assert answer.status_code == status


def test_a_thousand_people_fit_in_one_request(client: TestClient) -> None:
    found = lists(client, [{"ratings": SPACE}] * 1000, k=3)
    assert len(found) == 1000
    assert all(one == found[0] for one in found)


def test_a_film_may_be_named_by_its_number_elsewhere(client: TestClient, profile: str) -> None:
    imdb = [{"imdb_id": "tt0114715", "rating": 5.0}, {"imdb_id": "tt114716", "rating": 1.0}]
    answers = [
        client.post(f"{API}/recommendations", json={"ratings": ratings}).json()["items"]
        for ratings in (SPACE, imdb)
    ]
    assert answers[0] == answers[1]
    assert client.put(f"{profile}/ratings", json={"ratings": imdb}).json() == {"stored": 2, "unknown": []}
    stored = client.get(profile).json()["ratings"]
    assert {one["item"]["item_id"]: one["rating"] for one in stored} == {700: 5.0, 800: 1.0}


@pytest.mark.parametrize(
    "one",
    [{"imdb_id": "tt9999999"}, {"tmdb_id": 7}, {"imdb_id": "114715"}, {"tmdb_id": "7"}, {"tmdb_id": 0},
     {"imdb_id": "tt0114715", "item_id": 700}, {"item_id": 5}, {"imdb_id": None}],
)  # fmt: skip
def test_a_number_that_no_film_has_is_refused(
    client: TestClient, profile: str, one: dict[str, object]
) -> None:
    body = {"ratings": [{**one, "rating": 4}]}
    assert client.post(f"{API}/recommendations", json=body).status_code == 422
    assert client.put(f"{profile}/ratings", json=body).status_code == 422


@pytest.mark.parametrize("twin", [{"item_id": 700}, {"item_id": 700.0}, {"imdb_id": "tt0114715"}])
@pytest.mark.parametrize("path", ["recommendations", "questions", "explanations", "ratings", "together"])
def test_a_film_rated_twice_is_refused(
    client: TestClient, profile: str, twin: dict[str, object], path: str
) -> None:
    ratings = [{"item_id": 700, "rating": 4}, {**twin, "rating": 4}]
    if path == "ratings":
        answer = client.put(f"{profile}/ratings", json={"ratings": ratings})
    elif path == "together":
        answer = client.post(f"{API}/recommendations", json={"together": ratings})
    else:
        more = {"item_id": 900} if path == "explanations" else {}
        answer = client.post(f"{API}/{path}", json={"ratings": ratings, **more})
    assert answer.status_code == 422
    assert "twice" in answer.json()["detail"]
    assert client.get(profile).json()["ratings"] == []


def test_many_ratings_are_stored_together_or_not_at_all(client: TestClient, profile: str) -> None:
    some = [*SPACE, {"item_id": 1, "rating": 4}, {"imdb_id": "tt9999999", "rating": 4}]
    refused = client.put(f"{profile}/ratings", json={"ratings": some})
    assert refused.status_code == 422
    assert "item_id 1" in refused.json()["detail"]
    assert client.get(profile).json()["ratings"] == []
    kept = client.put(f"{profile}/ratings", json={"ratings": some, "skip_unknown": True})
    assert kept.json() == {"stored": 2, "unknown": ["imdb_id tt9999999", "item_id 1"]}
    assert len(client.get(profile).json()["ratings"]) == 2
    client.put(f"{profile}/ratings", json={"ratings": [{"item_id": 900, "rating": 3, "timestamp": 5}]})
    stored = {one["item"]["item_id"]: one for one in client.get(profile).json()["ratings"]}
    assert set(stored) == {700, 800, 900}
    assert stored[900]["rated_at"] == 5
    assert client.put(f"{API}/profiles/nobody/ratings", json={"ratings": SPACE}).status_code == 404
