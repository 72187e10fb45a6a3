"""Data sets through the command line: what is printed, the exit code, and no advice without an option."""

from __future__ import annotations

import ast
import os
import re
import runpy
import sys
from pathlib import Path

import pytest
import typer

import cineblend
from brought_tables import BAD, FORMATS, READINGS, write_bad
from cineblend.cli.main import app
from cineblend.comparison import strategies
from cineblend.data.noun import noun_from
from command_line import Run, runner
from worlds import checkerboard

CASES = Path(os.environ.get("CINEBLEND_DATA", "data")).parent / "cases"
with_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the data")

OTHERS = {"--help", "--version", "--revision", "--local-dir", "--choose", "--no-deps", "--force-reinstall"}
"""Options of the root command and of other programs."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("COLUMNS", "300")
    return runner(monkeypatch, capsys)


@pytest.mark.parametrize("name", READINGS)
def test_data_says_what_it_read(run: Run, name: str):
    said = READINGS[name]
    code, out, err = run("data", str(FORMATS / name))
    assert code == 0, err
    shown = re.sub(r" +", " ", out)
    assert f"\nusers {len(said['users'])} \n" in shown
    items = noun_from(said.get("noun", "film")).counted(len(said["items"]))
    assert f"\nitems {items}, of which" in shown
    kind = "interactions" if said.get("feedback") == "implicit" else "ratings"
    assert re.search(rf"\n{kind} {len(said['values'])}\b", shown)
    assert ("no times" in shown) == (not any(said["times"]))
    assert all(told in shown for told in (said.get("layout", ""), said.get("note", "")))


@pytest.mark.parametrize("name", BAD)
def test_an_error_is_said_with_its_place_and_ends_with_2(run: Run, tmp_path: Path, name: str):
    problem = write_bad(name, tmp_path)
    code, out, err = run("data", str(tmp_path))
    assert (code, out) == (2, "")
    assert re.search(problem, err)
    assert err.startswith("cineblend: ")


@pytest.mark.parametrize("name", ["plays", "thumbs", "ids-text"])
def test_a_layout_is_fitted_and_asked(run: Run, tmp_path: Path, name: str):
    fitted_and_asked(run, tmp_path, FORMATS / name, str(READINGS[name]["users"][0]))


@with_cases
@pytest.mark.parametrize("name", ["A-ratings-only", "D-separators/bookcrossing", "H-implicit", "J-thumbs"])
def test_a_case_is_fitted_and_asked(run: Run, tmp_path: Path, name: str):
    fitted_and_asked(run, tmp_path, CASES / name, "1")


def fitted_and_asked(run: Run, tmp_path: Path, folder: Path, user: str) -> None:
    """Fit and list with no option beyond the person: none may need to be told how to read."""
    model = str(tmp_path / "model")
    code, _, err = run("fit", "--data", str(folder), "--strategy", "ease", "--no-map", "--out", model)
    assert code == 0, err
    code, _, err = run("recommend", "--model", model, "--data", str(folder), "--user", user)
    assert code == 0, err
    nobody = "-5"
    code, out, err = run("explain", "-m", model, "-d", str(folder), "-u", nobody, "--item", "1")
    assert (code, out) == (2, "")
    assert f"there is no person {nobody!r}" in err


def test_data_without_ratings_is_compared_by_rows_that_need_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(strategies, "GROUPS", {**strategies.GROUPS, "no-stars": ("popularity", "ease")})
    plays = checkerboard(n_users=12, n_items=24).to_polars().select("user", "item")
    plays.write_csv(tmp_path / "plays.csv")
    code, out, err = run("compare", "--data", str(tmp_path / "plays.csv"), "--out", str(tmp_path / "out"))
    assert code == 0, err
    assert "note: no ratings, so the rows" in err
    assert "ease" in out
    assert "mf" not in out


@with_cases
def test_no_call_ends_in_an_error_of_pythons(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    folder = str(CASES / "I-ml10m")
    run("fit", "--data", folder, "--strategy", "ease", "--no-map", "--out", str(tmp_path / "model"))
    (tmp_path / "empty").mkdir()
    words = ["python_bare_errors.py", str(tmp_path / "model"), folder, str(tmp_path / "empty")]
    monkeypatch.setattr(sys, "argv", words)
    runpy.run_path(str(CASES / words[0]))
    said = capsys.readouterr().out
    assert said.count("REFUSED") > 10
    assert [line for line in said.splitlines() if "CRASH" in line] == []


def test_every_option_that_a_message_names_exists():
    verbs = typer.main.get_command(app).commands.values()  # type: ignore[attr-defined] (a group of verbs)
    known = {option for verb in verbs for one in verb.params for option in (*one.opts, *one.secondary_opts)}
    sources = [path.read_text("utf-8") for path in Path(cineblend.__file__).parent.rglob("*.py")]
    named = {
        option
        for source in sources
        if " --" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", node.value)
    }
    assert len(named) > 30
    assert named - known - OTHERS == set()
