"""Kills and full disks: the model that is there is the old one or the new one, never a broken one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cineblend.data.tables import write_tables
from worlds import checkerboard

TESTS = Path(__file__).parents[1]


def lines_of(*command: str) -> list[list[object]]:
    paths = os.pathsep.join([str(TESTS), str(TESTS / "models"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "least"), [("fit", 40), ("add-items", 20)])
def test_a_kill_at_any_file_operation_leaves_the_old_model_or_the_new(
    tmp_path: Path, command: str, least: int
) -> None:
    write_tables(checkerboard(40, 60), tmp_path / "data")
    model = tmp_path / "model"
    script = str(TESTS / "fitting_under_fire.py")
    tried = lines_of(sys.executable, script, str(tmp_path / "data"), str(model), command)
    kills = [one for one in tried if one[-1]]
    assert len(kills) >= least
    assert len(tried) == len(kills) + 1
    for _, before, new, after, _, _ in tried:
        assert after in (before, new)
    outcomes = {"old": sum(one[3] == one[1] for one in kills), "new": sum(one[3] == one[2] for one in kills)}
    assert all(outcomes.values())
    assert tried[-1][3:5] == [tried[-1][2], 1]  # the run nobody killed: its model, and no leftovers
    print(f"{len(kills)} kills, a model there after each: {outcomes}")


def test_a_full_disk_leaves_the_old_model(tmp_path: Path) -> None:
    inside = f'mount -t tmpfs -o size=2m tmpfs "{tmp_path}" && exec "{sys.executable}" "$1" "{tmp_path}"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    probe = subprocess.run([*alone, f'mount -t tmpfs tmpfs "{tmp_path}"'], capture_output=True, check=False)
    if probe.returncode:  # containers may forbid mounting
        pytest.skip(f"no small file system can be mounted here: {probe.stderr.decode().strip()}")
    tried = lines_of(*alone, inside, "sh", str(TESTS / "filling_a_disk.py"))
    full = [one for one in tried if one[1]]
    assert len(full) >= 10
    for _, error, old_is_there, folders in full:
        assert "cannot be written" in str(error)
        assert "No space left on device" in str(error)
        assert "free some space" in str(error)
        assert old_is_there
        assert folders == 1
    assert tried[-1][1:] == ["", True, 1]
    print(f"disk full {len(full)} times, at another point each; the old model was there every time")
