"""Speed: measured once, kept, and measured again where what is kept is of another machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cineblend.comparison import speed as speeds
from cineblend.comparison.speed import Speed, measure, speed


def test_a_machine_multiplies_and_gathers() -> None:
    found = measure()
    assert 1e8 < found.flops < 1e14
    assert 1e5 < found.moves < 1e11


def test_it_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speeds, "measure", lambda: Speed(3.0, 2.0))
    assert speed(tmp_path) == Speed(3.0, 2.0)
    monkeypatch.setattr(speeds, "measure", lambda: Speed(9.0, 9.0))
    assert speed(tmp_path) == Speed(3.0, 2.0)


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"machine": "another", "flops": 1, "moves": 1}'])
def test_what_is_no_speed_of_this_machine_is_written_anew(
    kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speeds, "measure", lambda: Speed(3.0, 2.0))
    (tmp_path / "speed.json").write_text(kept)
    assert speed(tmp_path) == Speed(3.0, 2.0)
    assert json.loads((tmp_path / "speed.json").read_text())["flops"] == 3.0
