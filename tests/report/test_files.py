"""The four files: what is in them, and that they come together or not at all."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend import files
from cineblend.errors import NotAvailableError, UserError
from cineblend.evaluate.result import Comparison
from cineblend.report import files as report_files
from cineblend.report.files import plain, prepare_report, results_csv, results_json, write_report
from report_cases import comparison_of

NAMES = {"results.json", "results.csv", "scores.png", "report.html"}


def strict_json(text: str) -> Any:
    return json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} in JSON"))


def test_json_has_the_promised_keys_in_order(study: Comparison):
    document = strict_json(results_json(study))
    assert list(document) == [
        *("data", "protocol", "environment", "rows", "notes"),
        *("statistics", "segments", "splits", "leakage"),
    ]
    assert list(document["rows"][0]) == [
        *("strategy", "title", "status", "reason", "remedy", "users", "hits"),
        *("metrics", "seconds", "published", "notes", "leak", "spread", "segments"),
    ]
    assert document["data"] == study.data
    assert document["protocol"] == study.protocol
    assert [row["strategy"] for row in document["rows"]] == [row.strategy for row in study.rows]
    mf = document["rows"][1]
    assert mf["metrics"] == dict(study.rows[1].metrics)
    assert mf["published"] == {"P@25": 0.049, "R@25": 0.088, "NDCG@25 (study)": 0.277}
    assert (mf["users"], mf["hits"], mf["status"]) == (600, 739, "ran")


def test_what_is_no_number_is_null(study: Comparison):
    popularity, *_, lora = strict_json(results_json(study))["rows"]
    assert popularity["metrics"]["ILD@25"] is None
    assert popularity["published"] is None
    assert lora["hits"] is lora["users"] is None
    assert lora["status"] == "not run"
    assert lora["reason"]
    assert lora["remedy"]


def test_csv_has_one_line_a_strategy_and_one_column_a_figure(study: Comparison):
    lines = list(csv.DictReader(io.StringIO(results_csv(study))))
    assert [line["strategy"] for line in lines] == [row.strategy for row in study.rows]
    for line, row in zip(lines[:4], study.rows, strict=False):
        assert int(line["hits"]) == row.hits
        for label, value in row.metrics.items():
            assert line[label] == ("" if np.isnan(value) else repr(value))
        assert float(line["fit seconds"]) == row.seconds["fit"]
    assert lines[1]["published NDCG@25 (study)"] == "0.277"
    assert lines[0]["published P@25"] == lines[5]["hits"] == lines[5]["P@25"] == ""


def test_hostile_text_comes_back_from_json_and_csv_as_it_went_in(hostile: Comparison):
    assert strict_json(results_json(hostile))["data"]["name"] == hostile.data["name"]
    assert list(csv.DictReader(io.StringIO(results_csv(hostile))))[1]["strategy"] == hostile.rows[1].strategy


def test_all_four_are_written_and_nothing_else(hostile: Comparison, tmp_path: Path):
    written = write_report(hostile, tmp_path / "new" / "out")
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == NAMES
    assert all(path.stat().st_size for path in written.paths())
    assert strict_json(written.json.read_text("utf-8"))["environment"]["lone"] == "\udc80"


def test_the_same_comparison_gives_the_same_bytes(study: Comparison, tmp_path: Path):
    first, second = (write_report(study, tmp_path / name) for name in "ab")
    for one, other in zip(first.paths(), second.paths(), strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("step", ["results_json", "results_csv", "render_scores", "render_page"])
def test_a_failure_while_rendering_leaves_what_was_there(
    study: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    (tmp_path / "results.json").write_text("old")

    def fail(_: Comparison) -> str:
        raise RuntimeError(step)

    monkeypatch.setattr(report_files, step, fail)
    with pytest.raises(RuntimeError, match=step):
        write_report(study, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"results.json": "old"}


def test_a_full_disk_leaves_what_was_there(
    study: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "scores.png").write_text("old")
    written: list[Path] = []
    write = Path.write_bytes

    def write_until_full(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_until_full)
    with pytest.raises(UserError, match="No space left on device"):
        write_report(study, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"scores.png": "old"}


def test_nothing_is_moved_before_everything_is_staged(
    study: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen: list[int] = []
    sync = files.sync

    def count(path: Path) -> None:
        seen.append(len(list(tmp_path.glob(".*.tmp*"))))
        sync(path)

    monkeypatch.setattr(files, "sync", count)
    write_report(study, tmp_path)
    assert seen[0] == len(NAMES)


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write to"):
        prepare_report(tmp_path / "file" / "out")
    (tmp_path / "scores.png").mkdir()
    with pytest.raises(UserError, match="it is a directory"):
        prepare_report(tmp_path)


@pytest.mark.parametrize("library", ["matplotlib", "altair", "vl_convert", "jinja2"])
def test_a_library_that_is_missing_is_told_before_the_work(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(NotAvailableError, match=library):
        prepare_report(tmp_path / "out")
    assert not (tmp_path / "out").exists()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_whatever_a_comparison_holds_can_be_written_as_strict_json(value: object):
    comparison = comparison_of(environment={"value": value})
    assert strict_json(results_json(comparison))["environment"] == plain({"value": value})


def test_numpy_values_and_paths_become_plain():
    given_values = {
        "a": np.float32(0.5),
        "b": np.int64(3),
        "c": np.array([1.0, np.nan]),
        "d": (Path("x"), np.bool_(True)),
    }
    assert plain(given_values) == {"a": 0.5, "b": 3, "c": [1.0, None], "d": ["x", True]}


def test_what_cannot_be_written_is_named(study: Comparison):
    with pytest.raises(TypeError, match="a report cannot hold"):
        results_json(replace(study, environment={"odd": object()}))
