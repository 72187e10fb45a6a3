"""``fit --noun``: what the commands and the service then call the items."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cineblend.bundle.manifest import read_manifest
from cineblend.bundle.read import read
from cineblend.data.tables import write_tables
from cineblend.service.recommender import Recommender
from cineblend.web.settings import Settings
from command_line import Run
from web_world import client_of
from worlds import checkerboard

FILM = re.compile(r"(?i)\b(?:film|movie)s?\b")


@pytest.fixture
def data(tmp_path: Path) -> str:
    write_tables(checkerboard(40, 30), tmp_path / "data")
    return str(tmp_path / "data")


@pytest.fixture
def model(run: Run, data: str, tmp_path: Path) -> Path:
    model = tmp_path / "model"
    code, said, err = run(
        "fit", "--data", data, "--strategy", "ease", "--no-map", "--noun", "tale/tales", "--out", str(model)
    )
    assert code == 0, err
    assert "30 tales" in said
    assert not FILM.search(said + err)
    return model


def test_the_model_keeps_it_and_the_commands_say_it(run: Run, data: str, model: Path, tmp_path: Path) -> None:
    export = tmp_path / "ratings.csv"
    export.write_text("movieId,rating\n100,5.0\n300,1.5\n77,5.0\n")
    asked = {
        ("info", str(model)): "called tale, tales",
        ("recommend", "-m", str(model), "-r", str(export), "-k", "20"): "2 tales matched",
        ("recommend", "-m", str(model)): "most popular tales",
        ("find", "space robot", "-m", str(model)): " tale ",
        ("similar", "100", "-m", str(model)): " tale ",
        ("explain", "-m", str(model), "-r", str(export), "--item", "500"): "An average tale",
        ("item", "100", "-m", str(model)): "",
        ("similar", "nothing at all like it", "-m", str(model)): "no tale like",
    }
    for words, expected in asked.items():
        _, said, err = run(*words)
        told = f" {said} {err} "
        assert expected in told, words
        assert not FILM.search(told), words


def test_the_service_says_it(model: Path, tmp_path: Path) -> None:
    settings = Settings(model=model, database=tmp_path / "people.db", reload_seconds=0)
    with client_of(settings, read(model)) as client:
        card = client.get("/api/v1/model").json()
        assert (card["noun"], card["nouns"]) == ("tale", "tales")
        rated = [{"item_id": 100, "rating": 5.0}, {"item_id": 300, "rating": 1.0}]
        answers = [
            client.get("/api/v1/items/7777"),
            client.get("/api/v1/items/100"),
            client.post("/api/v1/recommendations", json={"ratings": rated, "k": 20}),
            client.post("/api/v1/recommendations", json={"ratings": rated + rated}),
            client.post("/api/v1/recommendations", json={"ratings": [{"imdb_id": "tt9", "rating": 5.0}]}),
            client.post("/api/v1/recommendations", json={"ratings": [], "text": "space robot"}),
        ]
    told = " ".join(answer.text for answer in answers)
    assert "there is no tale" in told
    assert not FILM.search(told)


def test_a_model_of_films_is_written_as_before(run: Run, data: str, model: Path) -> None:
    assert json.loads((model / "manifest.json").read_bytes())["noun"] == ["tale", "tales"]
    assert Recommender.load(model).films.noun.one == "tale"
    code, _, err = run("fit", "--data", data, "--strategy", "popularity", "--no-map", "--out", str(model))
    assert code == 0, err
    assert "noun" not in json.loads((model / "manifest.json").read_bytes())
    assert read_manifest(model).noun.many == "films"


def test_a_wrong_noun_is_told_before_anything_is_fitted(run: Run, data: str, tmp_path: Path) -> None:
    code, _, err = run("fit", "--data", data, "--noun", "book 2", "--out", str(tmp_path / "other"))
    assert code == 2
    assert "an item is called 'book 2'" in err
    assert not (tmp_path / "other").exists()
