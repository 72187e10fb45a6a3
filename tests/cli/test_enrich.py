from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from cineblend.data.tables import write_tables
from command_line import Run, runner
from enrich_catalogues import catalogue
from enriched import dataset_of, wikipedia_folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    wikipedia_folder(tmp_path)
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    write_tables(dataset_of(catalogue()), tmp_path / "data")
    return tmp_path / "data"


def test_a_data_set_gets_texts_and_is_read_by_other_verbs(run: Run, data: Path, tmp_path: Path):
    code, out, err = run("enrich", "-d", str(data), "--from", "wikipedia-films", "-o", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert "75.0%" in out
    assert "CC BY-SA" in out
    items = pl.read_parquet(tmp_path / "out" / "items.parquet")
    assert items["people.director"].to_list()[0] == ["Michael Mann"]
    assert json.loads((tmp_path / "out" / "enrichment.json").read_text())["sources"][0]["matched"] == 1
    code, out, _ = run("data", str(tmp_path / "out"))
    assert code == 0


def test_what_is_missing_is_said(run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path / "elsewhere"))
    code, _, err = run("enrich", "-d", str(data), "--from", "wikipedia-films", "-o", str(tmp_path / "out"))
    assert code == 2
    assert "cineblend fetch wikipedia-films" in err
    code, _, err = run("enrich", "-d", str(data), "--from", "wikipedia", "-o", str(tmp_path / "out"))
    assert code == 2
    assert "did you mean 'wikipedia-films'" in err
    monkeypatch.delenv("TMDB_API_KEY", raising=False)
    code, _, err = run("enrich", "-d", str(data), "--from", "tmdb", "-o", str(tmp_path / "out"))
    assert code == 2
    assert "TMDB_API_KEY" in err
    assert not (tmp_path / "out" / "items.parquet").exists()
