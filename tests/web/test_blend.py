"""The learned blend behind the service: lists, reasons and explanations whose lines add up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cineblend.models.content import ContentConfig
from cineblend.models.learned_blend.config import BoostConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.text.features import TextSpec
from cineblend.web.settings import Settings
from fitted_worlds import fit
from web_world import client_of
from worlds import checkerboard

API = "/api/v1"
WORDS = TextSpec("words")
BLEND = RankerConfig(
    (
        Part("ease", EaseConfig(5.0), 1.0),
        Part("ease+words", EaseConfig(5.0, text=(WORDS,)), 0.5),
        Part("period", PeriodConfig()),
        Part("text", TextRidgeConfig((WORDS,))),
    ),
    cold=ContentConfig(WORDS),
    n_candidates=15,
    n_folds=2,
    boosts=(BoostConfig(rounds=4, leaves=4, min_in_leaf=5, bags=1),),
)
RATINGS = [{"item_id": item_id, "rating": rating} for item_id, rating in ((100, 5), (300, 4.5), (200, 1))]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("blend")
    settings = Settings(model=folder / "model", database=folder / "people.db", reload_seconds=0)
    with client_of(settings, fit(checkerboard(n_users=30, n_items=30, cold=3), BLEND)) as client:
        yield client


def listed(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.post(f"{API}/recommendations", json={"ratings": RATINGS, **asked})
    assert answer.status_code == 200
    return answer.json()["items"]


def test_lists_the_films_of_that_taste_with_reasons_that_are_ratings(client: TestClient) -> None:
    films = listed(client, k=5)
    assert all(film["item"]["item_id"] % 200 == 100 for film in films)
    scores = [film["score"] for film in films]
    assert scores == sorted(scores, reverse=True)
    for film in films:
        assert 1 <= len(film["reasons"]) <= 3
        said = [line["contribution"] for line in film["reasons"]]
        assert said == sorted(said, reverse=True)
    rated = {line["item_id"] for film in films for line in film["reasons"]}
    assert rated & {100, 300}


@pytest.mark.parametrize("weight", [0.0, 0.15, 1.0])
def test_the_lines_of_every_film_add_up_to_its_score(client: TestClient, weight: float) -> None:
    # All 27 films that are not rated: candidates, those beyond them, and those nobody rated.
    films = listed(client, k=30, text_weight=weight)
    assert len(films) == 27
    for film in films[::3] + films[-2:]:
        body = {"ratings": RATINGS, "item_id": film["item"]["item_id"], "k": 30, "text_weight": weight}
        why = client.post(f"{API}/explanations", json=body).json()
        assert why["rank"] == film["rank"]
        assert why["score"] == pytest.approx(film["score"], abs=1e-5)
        assert sum(line["contribution"] for line in why["lines"]) == pytest.approx(why["score"], abs=1e-5)
        assert {one["item_id"] for one in why["without"]} == {100, 200, 300}


def test_a_profile_gets_the_list_of_its_ratings(client: TestClient) -> None:
    profile = f"{API}/profiles/{client.post(f'{API}/profiles').json()['profile_id']}"
    for one in RATINGS:
        client.put(f"{profile}/ratings/{one['item_id']}", json={"rating": one["rating"]}).raise_for_status()
    films = client.get(f"{profile}/recommendations", params={"k": 5}).json()["items"]
    assert {film["item"]["item_id"] for film in films} <= set(range(100, 3000, 200))
    film = films[0]["item"]["item_id"]
    why = client.get(f"{profile}/explanations/{film}").json()
    assert sum(line["contribution"] for line in why["lines"]) == pytest.approx(why["score"], abs=1e-5)
