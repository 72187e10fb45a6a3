"""The Qwen rows end to end, on a CPU, with a tiny Qwen3 in the place of the real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cineblend.comparison.experiment import run
from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.evaluate.protocol import RandomHoldout
from cineblend.evaluate.result import Comparison
from cineblend.text.document import documents
from tiny_qwen import save_tiny_qwen
from worlds import checkerboard

pytest.importorskip("cornac")
pytest.importorskip("peft")
pytest.importorskip("bitsandbytes")

DATASET = checkerboard(n_users=30, n_items=40)
NAMES = ("mf+qwen3-4b", "mf+qwen3-4b-lora")


def compare(cache: Path) -> Comparison:
    return run(DATASET, rows(NAMES), RandomHoldout("study", k=5), Bench(cache))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:cornac.*")
def test_both_rows_run_on_a_cpu_and_say_that_the_weights_are_not_the_pinned_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    save_tiny_qwen(tmp_path / "weights" / "qwen3-4b", documents(DATASET))
    found = compare(tmp_path / "cache")
    assert [row.status for row in found.rows] == ["ran", "ran"], [row.reason for row in found.rows]
    for row in found.rows:
        assert any("are not the pinned ones: sha256" in note for note in row.notes)
        assert np.isfinite(list(row.metrics.values())).all()
    [adapter] = (tmp_path / "cache" / "tuned").glob("*/adapter_model.safetensors")
    assert not (adapter.parent / "model.safetensors").exists()
    again = compare(tmp_path / "cache")
    assert [row.metrics for row in again.rows] == [row.metrics for row in found.rows]
