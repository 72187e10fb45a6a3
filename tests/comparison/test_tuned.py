"""strategy.json: what tune writes becomes a row again; whatever else is in the file is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cineblend.comparison.strategies import rows
from cineblend.comparison.tuned import write
from cineblend.data.split import SplitRecord
from cineblend.errors import UserError
from cineblend.evaluate.trials import Search, Trial
from cineblend.models.blend import BlendConfig
from cineblend.models.content import ContentConfig

VALUES = {"parts.0.weight": 0.6, "parts.*.normaliser": "zscore"}
RECORD = SplitRecord("a" * 64, "study", 42, "b" * 64)


def written(folder: Path) -> Path:
    base = Trial("base", {**VALUES, "parts.0.weight": 0.85}, 0.1, 0.0, 0.2, 0.0, 0.0, 0.0, (0.1,), 1.0)
    best = Trial("search", VALUES, 0.2, 0.1, 0.3, 0.1, 0.05, 0.15, (0.2,), 1.0)
    folder.mkdir()
    write(Search("mf+minilm", "NDCG@25", (base, best), 7, (1,), 3, RECORD, {}, {}), folder / "strategy.json")
    return folder / "strategy.json"


def test_it_becomes_a_row_that_says_what_it_was_tuned_on(tmp_path: Path) -> None:
    floor, row = rows(["popularity", str(written(tmp_path / "mine"))])
    assert floor.tuned_on is None
    assert (row.name, row.tuned_on) == ("mf+minilm@mine", RECORD)
    assert not row.reproduces_study
    assert isinstance(row.model, BlendConfig)
    mf, content = row.model.parts
    assert [(one.weight, one.normaliser) for one in (mf, content)] == [(0.6, "zscore"), (0.4, "zscore")]
    assert isinstance(content.model, ContentConfig)
    assert content.model.text.document == "default"


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    paths = [str(written(tmp_path / letter / "mine")) for letter in "ab"]
    with pytest.raises(UserError, match="two rows are called mf"):
        rows(paths)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "format is 2"),
        ({"more": 1}, "keys unknown or missing: more"),
        ({"base": "mf+minlm"}, "did you mean 'mf+minilm'"),
        ({"base": 3}, "base is no text"),
        ({"changed": [1]}, "changed no object"),
        ({"changed": {"parts.0.wieght": 0.5}}, "did you mean 'parts.0.weight'"),
        ({"changed": {"parts.0.model.build": 0.5}}, "unknown number to vary"),
        ({"changed": {"parts.0.weight": "0.5"}}, "is '0.5'"),
        ({"changed": {"parts.0.weight": 1.5}}, "from 0 to 1"),
        ({"changed": {"parts.*.normaliser": ["rank"]}}, "one of minmax"),
        ({"tuned_on": None}, "tuned_on is None"),
        ({"tuned_on": {"protocol": "study"}}, "an object of data_sha256"),
        ({"tuned_on": {**vars(RECORD), "seed": True}}, "tuned_on is"),
    ],
)
def test_a_file_that_says_something_else_is_refused_by_name(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = written(tmp_path / "mine")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UserError) as refused:
        rows([str(path)])
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize("content", ["", "[1]", "{", "\xff", "{}", '{"format": 1}'])
def test_a_file_that_is_no_such_object_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "strategy.json"
    path.write_text(content, "latin-1")
    with pytest.raises(UserError, match=r"strategy\.json"):
        rows([str(path)])


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        rows([str(tmp_path / "strategy.json")])
    with pytest.raises(UserError, match="cannot read"):
        rows([str(tmp_path / "a" / "odd.json")])
