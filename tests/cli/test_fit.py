"""``cineblend fit`` and ``cineblend info``: from the command line to a model and its card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cineblend.bundle.read import read
from command_line import Run
from small_data import write_csv_release


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(write_csv_release(tmp_path / "data", links="movieId,imdbId,tmdbId\n10,0114709,862\n"))


def test_a_model_is_fitted_kept_and_described(run: Run, data: str, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"protocol": {}, "rows": [{"strategy": "popularity"}]}))
    model = str(tmp_path / "model")
    words = ("--strategy", "popularity", "--out", model, "--results", str(results), "--seed", "7")
    code, said, err = run("fit", "--data", data, *words)
    assert code == 0, err
    assert f"open its page: cineblend serve --model {model}" in said.replace("\n", " ")
    kept = read(Path(model))
    assert kept.catalog.links.imdb_id.tolist() == [0, 114709, 0]
    assert kept.figures is not None
    assert kept.figures["rows"] == [{"strategy": "popularity"}]
    assert str(tmp_path) not in (tmp_path / "model" / "manifest.json").read_text()

    code, said, err = run("info", model)
    assert code == 0, err
    assert kept.version in said
    assert "Most rated (popularity)" in said
    code, said, _ = run("info", model, "--json")
    card = json.loads(said)
    assert (card["version"], card["strategy"], card["seed"]) == (kept.version, "popularity", 7)
    assert card["data"]["ratings"] == 3
    assert "links.csv" in card["data"]["sha256"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--strategy", "popularty"), "did you mean 'popularity'"),
        (("--strategy", "study"), "study stands for 6 strategies"),
        (("--results", "{data}/ratings.csv"), "is not JSON"),
        (("--results", "nowhere.json"), "cannot be read"),
        (("--out", "{data}"), "not part of a model"),
        (("--device", "tpu"), "unknown device"),
    ],
)
def test_a_mistake_is_told_before_anything_is_fitted(
    run: Run, data: str, tmp_path: Path, words: tuple[str, str], message: str
) -> None:
    asked = [word.format(data=data) for word in words]
    out = [] if "--out" in words else ["--out", str(tmp_path / "model")]
    code, _, err = run("fit", "--data", data, *asked, *out)
    assert code == 2
    assert message in " ".join(err.split())
    assert not (tmp_path / "model").exists()


def test_info_on_a_damaged_model_says_which_file(run: Run, data: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    assert run("fit", "--data", data, "--strategy", "popularity", "--out", str(model), "--no-map")[0] == 0
    table = next(model.glob("*/catalog.parquet"))
    table.write_bytes(table.read_bytes()[:-1])
    code, _, err = run("info", str(model))
    assert code == 2
    assert "catalog.parquet" in err
    assert "cineblend fit" in err
