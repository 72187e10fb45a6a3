"""What the service answers: the contract that the page and other callers build on."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from web_world import AGAINST, FIGURES, HOSTILE

API = "/api/v1"
LIKES_SPACE = [{"item_id": 700, "rating": 5.0}, {"item_id": 800, "rating": 1.0}]


def ids(answer: dict) -> list[int]:
    return [one["item"]["item_id"] for one in answer["items"]]


def is_problem(answer, status: int) -> bool:
    body = answer.json()
    return (
        answer.status_code == body["status"] == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and set(body) <= {"type", "title", "status", "detail", "remedy", "errors"}
        and bool(body["detail"])
    )


def test_the_model_says_what_it_is_and_what_it_can(client: TestClient) -> None:
    card = client.get(f"{API}/model").json()
    assert card == {
        "model_version": "0123456789abcdef",
        "strategy": "ease",
        "title": "EASE",
        "n_items": 24,
        "noun": "film",
        "nouns": "films",
        "scale": {"low": 0.5, "high": 5.0, "step": 0.5},
        "feedback": "explicit",
        "act": "",
        "has_words": False,
        "has_map": True,
        "has_figures": True,
        "data": {"name": "made", "licence": "free", "citation": "", "caution": "made up"},
        "fitted_at": "2026-01-01T00:00:00+00:00",
        "genres": ["Drama", "Romance", "Sci-Fi"],
        "years": {"from": 1980, "to": 1999},
        "facets": {"people": 0, "keywords": 0, "countries": 0, "languages": 0},
        "has_runtime": False,
        "n_unrated": 2,
        "can_add_items": False,
    }


def test_a_film_is_what_the_catalogue_says(client: TestClient) -> None:
    film = client.get(f"{API}/items/600").json()
    assert film["item_id"] == 600
    assert film["title"] == "love wedding paris part5"
    assert film["year"] == 1985
    assert film["genres"] == ["Romance", "Drama"]
    assert film["imdb_id"] == "tt0114714"
    assert film["tmdb_id"] is None
    assert film["poster"] == "/posters/600.svg"
    assert film["content"] == {
        **{"texts": {}, "people": {}, "keywords": [], "languages": [], "countries": [], "aliases": []},
        **{"runtime": None, "sources": []},
    }


@pytest.mark.parametrize("name", ["1", "abc", "1e3", "-100", "100.0", "9" * 30, "٣٠٠", "%00", " 100", "+100"])
def test_a_film_that_is_not_there_is_404_wherever_it_is_named(
    client: TestClient, profile: str, name: str
) -> None:
    assert is_problem(client.get(f"{API}/items/{name}"), 404)
    assert is_problem(client.get(f"{API}/items/{name}/similar"), 404)
    assert is_problem(client.put(f"{profile}/ratings/{name}", json={"rating": 4}), 404)
    assert is_problem(client.delete(f"{profile}/watchlist/{name}"), 404)
    assert is_problem(client.get(f"{profile}/explanations/{name}"), 404)


def test_search_goes_through_every_film_page_by_page(client: TestClient) -> None:
    seen, cursor = [], None
    while True:
        query = {"limit": 7, "sort": "title"} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"{API}/items", params=query).json()
        seen += [film["item_id"] for film in page["items"]]
        assert page["total"] == 24
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [100 * n for n in range(1, 25)]


def test_search_forgives_a_typing_error(client: TestClient) -> None:
    found = client.get(f"{API}/items", params={"query": "robbot lazer part18"}).json()["items"]
    assert found[0]["item_id"] == 1900


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "*", "a* OR b*", "NEAR(a b)", "title:x", "{{7*7}}", "<script>", "\u202e", "%00", "\\", "-a",
        "a" * 200, "DROP TABLE item", '"unbalanced', "^a", "a AND NOT", "💥", "(", "\x00", "   ",
    ],
)  # fmt: skip
def test_no_query_breaks_the_search(client: TestClient, query: str) -> None:
    answer = client.get(f"{API}/items", params={"query": query})
    assert answer.status_code == 200
    assert answer.json()["total"] >= len(answer.json()["items"])


def test_hostile_titles_come_out_as_the_text_they_are(client: TestClient) -> None:
    for number, title in enumerate(HOSTILE):
        film = client.get(f"{API}/items/{(number + 1) * 100}")
        assert film.headers["Content-Type"] == "application/json"
        assert title.startswith(film.json()["title"])


def test_recommendations_follow_the_taste_with_scores_parts_and_reasons(client: TestClient) -> None:
    answer = client.post(f"{API}/recommendations", json={"ratings": LIKES_SPACE, "k": 5}).json()
    assert answer["model_version"] == "0123456789abcdef"
    assert [one["rank"] for one in answer["items"]] == [1, 2, 3, 4, 5]
    assert all(one["item"]["genres"] == ["Sci-Fi"] for one in answer["items"])
    assert not {700, 800} & set(ids(answer))
    scores = [one["score"] for one in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    first = answer["items"][0]
    assert set(first["parts"]) == {"people", "text"}
    assert first["reasons"]
    assert all(reason["sentence"] for reason in first["reasons"])
    again = client.post(f"{API}/recommendations", json={"ratings": LIKES_SPACE, "k": 5}).json()
    assert ids(again) == ids(answer)
    assert again["recommendation_id"] != answer["recommendation_id"]


def test_filters_and_options_reach_the_list(client: TestClient) -> None:
    def listed(**options: object) -> list[int]:
        body = {"ratings": LIKES_SPACE, "k": 24, **options}
        answer = client.post(f"{API}/recommendations", json=body)
        assert answer.status_code == 200, answer.text
        return ids(answer.json())

    assert set(listed(filters={"genres_any": ["Romance"]})) <= set(range(200, 2500, 200))
    assert not set(listed(filters={"genres_none": ["Romance"]})) & set(range(200, 2500, 200))
    assert set(listed(filters={"only": [900, 1100]})) == {900, 1100}
    assert not {900, 1100} & set(listed(filters={"exclude": [900, 1100]}))
    assert 700 in listed(filters={"include_rated": True})
    assert set(listed(filters={"year_from": 1990, "year_to": 1992})) == {1100, 1200, 1300}
    both = listed(together=[{"item_id": 800, "rating": 5.0}, {"item_id": 700, "rating": 1.0}])
    assert both != listed()


def test_somebody_who_rated_nothing_gets_a_list(client: TestClient) -> None:
    assert len(client.post(f"{API}/recommendations", json={}).json()["items"]) == 10


@pytest.mark.parametrize(
    "body",
    [
        {"k": 0}, {"k": 101}, {"k": 2.5}, {"k": "10"}, {"k": True}, {"text_weight": 1.01},
        {"diversity": -0.1}, {"calibration": 2}, {"text": "x" * 501}, {"surprise": 1},
        {"filters": {"year_from": -1}},
        {"filters": {"year_from": 2000, "year_to": 1990}}, {"filters": {"min_ratings": -1}},
        {"filters": {"nothing": 1}}, {"ratings": [{"item_id": 700, "rating": 5.5}]},
        {"ratings": [{"item_id": 700, "rating": 0}]}, {"ratings": [{"item_id": 700, "rating": "5"}]},
        {"ratings": [{"item_id": 700, "rating": None}]}, {"ratings": [{"item_id": 2**63, "rating": 5}]},
        {"ratings": [{"item_id": 12345, "rating": 5}]}, {"ratings": [{"item_id": "700", "rating": 5}]},
        {"ratings": [{"rating": 5}]}, {"ratings": {"700": 5}}, {"together": [{"item_id": 1, "rating": 3}]},
        {"ratings": [{"item_id": 700, "rating": 5, "timestamp": -1}]}, [], "x", None, 3,
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused_and_never_clamped(client: TestClient, body: object) -> None:
    assert is_problem(client.post(f"{API}/recommendations", json=body), 422)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("field", ["rating", "text_weight", "k"])
def test_what_is_no_number_is_refused(client: TestClient, profile: str, value: str, field: str) -> None:
    headers = {"Content-Type": "application/json"}
    inner = f'{{"ratings": [{{"item_id": 700, "rating": {value}}}]}}'
    body = inner if field == "rating" else f'{{"{field}": {value}}}'
    assert is_problem(client.post(f"{API}/recommendations", content=body, headers=headers), 422)
    rating = client.put(f"{profile}/ratings/700", content=f'{{"rating": {value}}}', headers=headers)
    assert is_problem(rating, 422)
    assert client.get(profile).json()["ratings"] == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"k": ' + b"9" * 5000 + b"}", b'{"text": "\\ud800"}']
)
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"{API}/recommendations", content=body, headers=headers)
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "sort=best", "year_from=-1", "cursor=nonsense", "surprise=1",
     "query=" + "x" * 201, "year_from=2000&year_to=1990", "min_ratings=-1"],
)  # fmt: skip
def test_a_query_that_cannot_be_is_refused(client: TestClient, query: str) -> None:
    assert is_problem(client.get(f"{API}/items?{query}"), 422)


def test_unknown_paths_and_methods_are_problems(client: TestClient) -> None:
    assert is_problem(client.get("/nothing"), 404)
    assert is_problem(client.get("/static/nothing.js"), 404)
    assert is_problem(client.get("/static/../app.py"), 404)
    wrong = client.delete(f"{API}/model")
    assert is_problem(wrong, 405)
    assert wrong.headers["Allow"] == "GET"
    assert is_problem(client.get("/redoc"), 404)  # it would load scripts from elsewhere


@pytest.mark.parametrize(
    "path", ["model", "items", "items?query=robot", "items/700", "items/700/similar", "map", "figures"]
)
def test_what_depends_on_the_model_alone_is_sent_once(client: TestClient, path: str) -> None:
    first = client.get(f"{API}/{path}")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    for held in (etag, f"W/{etag}", f'"other", {etag}'):
        again = client.get(f"{API}/{path}", headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
    assert client.get(f"{API}/{path}", headers={"If-None-Match": '"other"'}).status_code == 200
    assert "ETag" not in client.get(f"{API}/items/1").headers


def test_similar_films_are_of_a_kind(client: TestClient) -> None:
    answer = client.get(f"{API}/items/700/similar", params={"k": 3, "by": "people"}).json()
    assert all(one["item"]["genres"] == ["Sci-Fi"] for one in answer["items"])
    assert all(one["by"] == "people" for one in answer["items"])
    assert 700 not in ids(answer)


def test_an_explanation_adds_up(client: TestClient) -> None:
    body = {"ratings": LIKES_SPACE, "item_id": 900}
    answer = client.post(f"{API}/explanations", json=body).json()
    assert answer["item"]["item_id"] == 900
    assert sum(line["contribution"] for line in answer["lines"]) == pytest.approx(answer["score"], abs=1e-4)
    assert {one["item_id"] for one in answer["without"]} <= {700, 800}
    assert is_problem(client.post(f"{API}/explanations", json={**body, "item_id": 1}), 404)


def test_questions_are_films_not_rated_yet(client: TestClient) -> None:
    answer = client.post(f"{API}/questions", json={"ratings": LIKES_SPACE, "k": 5}).json()
    asked = [film["item_id"] for film in answer["items"]]
    assert len(asked) == len(set(asked)) == 5
    assert not {700, 800} & set(asked)


def test_the_map_has_every_film_with_a_place(client: TestClient) -> None:
    places = client.get(f"{API}/map").json()
    assert {len(column) for column in places.values()} == {23}
    assert all(0 <= x <= 1 for x in places["x"] + places["y"])


def test_the_figures_are_the_comparisons(client: TestClient) -> None:
    floor, ease = client.get(f"{API}/figures").json()["rows"]
    assert floor == FIGURES["rows"][0]
    assert ease == {**FIGURES["rows"][1], "against": AGAINST}


@pytest.fixture
def rated(client: TestClient, profile: str) -> str:
    """The path of a profile that likes space."""
    for one in LIKES_SPACE:
        path = f"{profile}/ratings/{one['item_id']}"
        assert client.put(path, json={"rating": one["rating"]}).status_code == 204
    return profile


def test_a_profile_holds_what_was_put_in_it(client: TestClient, rated: str) -> None:
    client.put(f"{rated}/watchlist/900")
    client.put(f"{rated}/hidden/1100")
    found = client.get(rated).json()
    assert {one["item"]["item_id"]: one["rating"] for one in found["ratings"]} == {700: 5.0, 800: 1.0}
    assert [film["item_id"] for film in found["watchlist"]] == [900]
    assert [film["item_id"] for film in found["hidden"]] == [1100]
    for path in ("ratings/700", "watchlist/900", "hidden/1100"):
        assert client.delete(f"{rated}/{path}").status_code == 204
        assert client.delete(f"{rated}/{path}").status_code == 204
    found = client.get(rated).json()
    assert [one["item"]["item_id"] for one in found["ratings"]] == [800]
    assert found["watchlist"] == found["hidden"] == []


def test_a_new_rating_counts_in_the_very_next_answer(client: TestClient, rated: str) -> None:
    before = client.get(f"{rated}/recommendations").json()
    assert before["items"][0]["item"]["genres"] == ["Sci-Fi"]
    listed = ids(before)[0]
    client.put(f"{rated}/ratings/{listed}", json={"rating": 5})
    assert listed not in ids(client.get(f"{rated}/recommendations").json())
    client.put(f"{rated}/ratings/700", json={"rating": 0.5})
    client.put(f"{rated}/ratings/{listed}", json={"rating": 0.5})
    client.put(f"{rated}/ratings/800", json={"rating": 5})
    after = client.get(f"{rated}/recommendations").json()
    assert after["items"][0]["item"]["genres"] == ["Romance", "Drama"]


def test_a_profiles_answers_are_those_for_its_ratings(client: TestClient, rated: str) -> None:
    stored = client.get(f"{rated}/recommendations", params={"k": 7}).json()
    given = client.post(f"{API}/recommendations", json={"ratings": LIKES_SPACE, "k": 7}).json()
    assert ids(stored) == ids(given)
    why = client.get(f"{rated}/explanations/900").json()
    assert why["item"]["item_id"] == 900
    asked = client.get(f"{rated}/questions", params={"k": 3}).json()["items"]
    assert len(asked) == 3


def test_lists_decide_what_is_shown(client: TestClient, rated: str) -> None:
    client.put(f"{rated}/hidden/900")
    assert 900 not in ids(client.get(f"{rated}/recommendations", params={"k": 24}).json())
    assert ids(client.get(f"{rated}/recommendations?watchlist_only=true").json()) == []
    client.put(f"{rated}/watchlist/1100")
    assert ids(client.get(f"{rated}/recommendations?watchlist_only=true").json()) == [1100]


def test_two_people_get_what_both_must_like(client: TestClient, rated: str) -> None:
    friend = client.post("/api/v1/profiles").json()["profile_id"]
    client.put(f"/api/v1/profiles/{friend}/ratings/800", json={"rating": 5})
    client.put(f"/api/v1/profiles/{friend}/hidden/900")
    both = client.get(f"{rated}/recommendations", params={"with_profile": friend, "k": 24})
    assert both.status_code == 200
    assert 900 not in ids(both.json())
    assert is_problem(client.get(f"{rated}/recommendations?with_profile=nobody"), 404)


def test_my_data_comes_out_whole_and_goes_for_good(client: TestClient, rated: str) -> None:
    client.put(f"{rated}/watchlist/900")
    export = client.get(f"{rated}/export")
    assert "attachment" in export.headers["Content-Disposition"]
    assert {one["item_id"]: one["rating"] for one in export.json()["ratings"]} == {700: 5.0, 800: 1.0}
    assert export.json()["watchlist"] == [900]
    assert client.delete(rated).status_code == 204
    for path in ("", "/export", "/recommendations", "/questions", "/explanations/900"):
        assert is_problem(client.get(rated + path), 404)
    assert is_problem(client.put(f"{rated}/ratings/900", json={"rating": 3}), 404)
    assert is_problem(client.delete(rated), 404)


@pytest.mark.parametrize("rating", [0, 0.49, 5.01, 6, -1, 1e300])
def test_a_rating_off_the_scale_is_refused(client: TestClient, profile: str, rating: float) -> None:
    assert is_problem(client.put(f"{profile}/ratings/700", json={"rating": rating}), 422)
    assert client.get(profile).json()["ratings"] == []


def test_health_says_whether_the_database_can_be_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.service.people.failures import StorageError
    from cineblend.service.people.store import People

    assert client.get("/health/ready").json()["model_version"] == "0123456789abcdef"

    def fail(_: object) -> None:
        raise StorageError("the database cannot be used")

    monkeypatch.setattr(People, "check", fail)
    assert is_problem(client.get("/health/ready"), 503)
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("form", "kind", "first"),
    [
        ("letterboxd", "text/csv", "Title,Year,imdbID,tmdbID,Directors"),
        ("imdb", "text/csv", "Position,Const,Title,Year"),
        ("text", "text/plain", "1. "),
        ("json", "application/json", "["),
    ],
)
def test_any_list_is_given_out_as_a_file(client: TestClient, form: str, kind: str, first: str) -> None:
    answer = client.post(f"{API}/files", json={"item_ids": [700, 600], "form": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"].startswith('attachment; filename="films.')
    assert answer.text.startswith(first)
    assert client.post(f"{API}/files", json={"item_ids": [-7]}).status_code == 404
