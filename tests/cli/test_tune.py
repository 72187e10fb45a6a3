"""``cineblend tune``: from the command line to a row of compare."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from command_line import Run


@pytest.mark.slow
def test_what_tune_writes_is_a_row_of_compare_on_its_own_split_only(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    words = ("--data", "sample", "--seed", "3", "--trials", "3", "--folds", "2", "--out", str(mine))
    code, said, err = run("tune", "bias", *words)
    assert code == 0, err
    assert "3 suggestions" in said.replace("\n", " ")
    assert {"strategy.json", "tuning.png", "study.db"} <= {path.name for path in mine.iterdir()}
    assert (mine / "tuning.png").read_bytes().startswith(b"\x89PNG")
    first = (mine / "strategy.json").read_bytes()
    again, _, _ = run("tune", "bias", *words)
    assert again == 0
    assert (mine / "strategy.json").read_bytes() == first

    compare = ("compare", "--data", "sample", "--strategies", f"bias,{mine}/strategy.json")
    code, _, err = run(*compare, "--seed", "3", "--out", str(tmp_path / "out"))
    assert code == 0, err
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert [row["strategy"] for row in results["rows"]] == ["bias", "bias@mine"]
    assert "1 tuned rows" in str(results["leakage"])
    code, _, err = run(*compare, "--seed", "4", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "tuned on another split" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mf+minlm",), "did you mean 'mf+minilm'?"),
        (("popularity",), "no number to tune"),
        (("mf+minilm", "--vary", "wieght"), "did you mean 'weight'?"),
        (("mf", "--metric", "NDGC@25"), "did you mean 'NDCG'?"),
        (("mf", "--protocol", "studdy"), "did you mean 'study'?"),
        (("mf", "--device", "cudda"), "did you mean 'cuda'?"),
        (("mf", "--metric", "Coverage@5"), "not an accuracy metric"),
        (("mf", "--trials", "0"), "--trials"),
    ],
)
def test_a_mistake_is_exit_2_and_writes_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, _, err = run("tune", *words, "--data", "sample", "--out", str(tmp_path / "out"))
    assert code == 2
    assert said in err
    assert not (tmp_path / "out").exists()


def test_without_optuna_it_says_how_to_get_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    code, _, err = run("tune", "bias", "--data", "sample", "--out", str(tmp_path / "out"))
    assert code == 1
    assert 'pip install "cineblend[tune]"' in err
    assert not (tmp_path / "out").exists()
