"""Memory: known before loading, a container's limit considered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.errors import NotAvailableError
from cineblend.text.encoders import memory
from cineblend.text.encoders.encoder import ENCODERS
from cineblend.text.encoders.memory import free_mb, needed_mb, require_memory
from cineblend.text.encoders.model_folder import Weights

QWEN = ENCODERS["qwen3-4b"]
WEIGHTS = Weights(Path("here"), "explicit", "digest", "settings", 8_000_000_000, None)


def test_a_row_needs_twice_the_memory_in_twice_the_width() -> None:
    assert needed_mb(QWEN, WEIGHTS, "float16") == QWEN.memory_mb
    assert needed_mb(QWEN, WEIGHTS, "float32") == 2 * QWEN.memory_mb


def test_without_a_figure_the_size_of_the_files_stands_in() -> None:
    unknown = replace(QWEN, memory_mb=0)
    assert needed_mb(unknown, WEIGHTS, "bfloat16") == memory.LIBRARIES_MB + 8000


def test_too_little_is_an_error_with_both_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda _: 23_900.0)
    with pytest.raises(NotAvailableError, match=r"(?s)23.9 GB .* free on the machine.*24.0 GB in float32"):
        require_memory(QWEN, WEIGHTS, "cpu", "float32")
    require_memory(QWEN, WEIGHTS, "cpu", "float16")


def test_where_the_system_does_not_say_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda _: None)
    require_memory(QWEN, WEIGHTS, "cpu", "float32")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    4000 kB\n")
    return tmp_path


def test_free_is_what_the_machine_and_the_container_leave(system: Path) -> None:
    assert free_mb() == 4.096
    (system / "memory.max").write_text("3000000\n")
    (system / "memory.current").write_text("2000000\n")
    (system / "memory.stat").write_text("anon 5\ninactive_file 500000\n")
    assert free_mb() == 1.5
    (system / "memory.max").write_text("max\n")
    assert free_mb() == 4.096


def test_without_a_figure_of_free_memory_the_whole_is_the_bound(system: Path) -> None:
    (system / "meminfo").unlink()
    free = free_mb()
    assert free is not None
    assert free > 100
