"""What an export names and the model lacks: written as a table, added to the model, then matched."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.cli.main import app
from cineblend.errors import UserError
from web_world import made_world

ROWS = [
    "space robot laser part6,1986,5",
    "The Long Way Round,2025,4.5",
    '"A ""quoted"", title",1931,3',
    "=HYPERLINK(1),1932,3",
    "No Year At All,,4",
    "!?,1999,4",
]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write(made_world(), tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "mine.csv"
    file.write_text("\n".join(["title,year,rating", *ROWS, ""]))
    return file


def run(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def test_what_was_not_found_is_written_added_and_found(model: Path, export: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    done = run("recommend", "--model", model, "--ratings", export, "--missing", missing)
    assert done.exit_code == 0, done.output
    assert f"cineblend add-items MODEL --items {missing}" in done.stderr
    assert "2 without a title or year are left out of it" in done.stderr
    assert missing.read_text().splitlines() == [
        "title,year",
        "The Long Way Round,2025",
        '"A ""quoted"", title",1931',
        "=HYPERLINK(1),1932",
    ]
    added = run("add-items", model, "--items", missing)
    assert added.exit_code == 0, added.output
    assert "added 3 items" in added.stdout
    assert "only their titles and years are known" in added.stdout
    assert read(model).catalog.title[-3:] == (
        "The Long Way Round (2025)",
        'A "quoted", title (1931)',
        "=HYPERLINK(1) (1932)",
    )
    again = run("recommend", "--model", model, "--ratings", export)
    assert "4 films matched" in again.stderr
    twice = run("add-items", model, "--items", missing)
    assert isinstance(twice.exception, UserError)
    assert "3 items are in the model already" in twice.exception.problem


def test_it_is_written_where_nothing_else_is_known(model: Path, tmp_path: Path) -> None:
    export, missing = tmp_path / "mine.csv", tmp_path / "missing.csv"
    export.write_text("title,year,rating\nThe Long Way Round,2025,4.5\n")
    done = run("recommend", "--model", model, "--ratings", export, "--missing", missing)
    assert isinstance(done.exception, UserError)
    assert missing.read_text() == "title,year\nThe Long Way Round,2025\n"


def test_the_way_is_said_and_mistakes_are(model: Path, export: Path, tmp_path: Path) -> None:
    assert (
        "--missing missing.csv writes what was not found"
        in run("recommend", "-m", model, "-r", export).stderr
    )
    for words, fault in (
        (["-r", export, "--missing", tmp_path / "m.txt"], "--missing"),
        (["--missing", tmp_path / "m.csv"], "about an export"),
    ):
        refused = run("recommend", "-m", model, *words)
        assert isinstance(refused.exception, UserError)
        assert fault in refused.exception.problem


def test_enrich_still_wants_content(tmp_path: Path) -> None:
    table = tmp_path / "bare.csv"
    table.write_text("title,year\nHeat,1995\n")
    done = run("enrich", "--data", "sample", "--from", table, "--out", tmp_path / "out")
    assert isinstance(done.exception, UserError)
    assert "no column has content" in done.exception.problem


def test_no_other_file_is_written_over(model: Path, export: Path) -> None:
    before = export.read_text()
    done = run("recommend", "--model", model, "--ratings", export, "--missing", export)
    assert isinstance(done.exception, UserError)
    assert "nothing is written over" in str(done.exception)
    assert export.read_text() == before


def test_the_option_is_offered_where_it_is_taken(model: Path, export: Path) -> None:
    offered = "--missing missing.csv"
    assert offered in run("recommend", "--model", model, "--ratings", export).stderr
    assert offered not in run("recommend", "--model", model, "--together", export).stderr
