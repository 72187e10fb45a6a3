"""The suite: cells are found again or made anew, a kill loses one at most, the page is the JSON's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import suite
import tables
from cells import data as datasets
from cells.gather import gather
from cells.judge import mean_by_person, run_cell
from cells.protocols import PROTOCOLS, protocols
from cells.store import Cells, cell_key, data_fingerprint
from cineblend.comparison.experiment import run
from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.errors import UnknownNameError
from cineblend.evaluate.protocol import protocol
from cineblend.models.linear.ease import EaseConfig

ROOT = Path(__file__).parents[1]
SUITE = ROOT / "benchmarks" / "suite.py"


def test_the_page_is_made_of_the_json() -> None:
    found = json.loads(tables.JSON.read_bytes())
    assert tables.PAGE.read_text("utf-8") == tables.markdown(found), "run python benchmarks/tables.py"


@pytest.mark.parametrize("name", ["study", "temporal-global", "first-3"])
def test_a_cells_figures_are_the_comparisons(name: str) -> None:
    world, rules, wanted = datasets.dataset("slice-dense"), PROTOCOLS[name], rows(["popularity", "ease"])
    compared = run(world, wanted, rules, Bench())
    for row, theirs in zip(wanted, compared.rows, strict=True):
        cell = run_cell(world, rules, row)
        assert cell["status"] == "ran"
        assert cell["users"] == theirs.users
        for label in ("NDCG@25", "R@25", "P@25"):
            assert cell[label] == pytest.approx(theirs.metrics[label], abs=1e-6)
        assert 0 <= cell["regret@25"] <= 1
        assert 0 <= cell["AUC"] <= 1
        assert cell["peak_mb"] > 0


def test_a_protocol_that_the_data_has_no_times_for_is_a_cell_without_a_split() -> None:
    [row] = rows(["popularity"])
    cell = run_cell(datasets.dataset("slice-untimed"), PROTOCOLS["temporal-global"], row)
    assert (cell["status"], "no times" in cell["reason"]) == ("no split", True)


def test_everything_a_figure_hangs_on_is_in_the_key() -> None:
    [row] = rows(["ease"])
    other = replace(row, model=EaseConfig(7.0))
    study = protocol("study")
    keys = [
        cell_key("data", study, row, "code"),
        cell_key("atad", study, row, "code"),
        cell_key("data", protocol("study", seed=1), row, "code"),
        cell_key("data", study, other, "code"),
        cell_key("data", study, row, "edoc"),
    ]
    assert len(set(keys)) == len(keys)
    world = datasets.dataset("slice-dense")
    again = datasets.dataset("slice-dense")
    assert data_fingerprint(world) == data_fingerprint(again)
    assert data_fingerprint(world) != data_fingerprint(datasets.untimed(world))


def test_what_is_finished_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells, wanted = Cells(tmp_path), rows(["popularity", "item-knn"])
    asked = (["slice-dense"], protocols(["study", "first-2"]), wanted, cells)
    first = suite.run(*asked, "code")
    assert len(list(tmp_path.glob("cell-*.json"))) == 4
    monkeypatch.setattr(suite, "run_cell", lambda *_: pytest.fail("made again"))
    again = suite.run(*asked, "code")
    assert again["cells"] == first["cells"]
    assert [cell["row"] for cell in first["cells"]] == ["popularity", "item-knn"] * 2
    assert "people" not in first["cells"][0]
    page = tables.markdown(first)
    assert "`first-2`" in page
    assert f"{first['cells'][1]['NDCG@25']:.4f}" in page


def test_a_kill_loses_no_finished_cell(tmp_path: Path) -> None:
    command = [sys.executable, str(SUITE), "--slice", "--out", str(tmp_path)]
    place = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'benchmarks'}"}
    killed = subprocess.Popen(command, env=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if len(list(tmp_path.glob("cell-*.json"))) >= 3 or killed.poll() is not None:
            break
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("cell-*.json")}
    assert len(before) >= 3
    assert all(json.loads(path.read_bytes())["status"] for path in before)
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == at for path, at in before.items())
    found = json.loads((tmp_path / "suite.json").read_bytes())
    assert len(found["cells"]) == len(datasets.SLICE) * len(PROTOCOLS) * 3


def test_a_row_is_tested_against_popularity_on_the_same_people() -> None:
    shared = {"data": "d", "protocol": "p", "status": "ran", "users": 3, "people": [1, 2, 3]}
    floor = {**shared, "row": "popularity", "ndcg_by_person": [0.1, 0.2, 0.3]}
    ours = {**shared, "row": "ease", "ndcg_by_person": [0.2, 0.4, 0.3]}
    absent = {"data": "d", "protocol": "p", "row": "als", "status": "not run", "reason": "no package"}
    first, second, third = gather([floor, ours, absent])
    assert "against" not in first
    assert second["against"]["mean"] == pytest.approx(0.1)
    assert third == absent


def test_a_mean_by_person_leaves_out_what_is_no_number() -> None:
    found = mean_by_person(np.array([0, 1, 0, 2]), np.array([1.0, np.nan, 2.0, 5.0]), 3)
    np.testing.assert_array_equal(found, [1.5, np.nan, 5.0])


def test_made_worlds_have_the_shapes_their_names_say() -> None:
    sparse = datasets.dataset("made-sparse").ratings
    assert np.median(sparse.user_counts) == 2
    assert len(np.unique(datasets.dataset("made-one-second").ratings.timestamp)) == 1
    assert not datasets.dataset("made-untimed").ratings.timestamp.any()
    implicit = datasets.dataset("slice-dense:implicit")
    assert (implicit.ratings.value == implicit.scale.high).all()


def test_an_unknown_protocol_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'first-5'"):
        protocols(["frst-5"])
