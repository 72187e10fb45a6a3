"""The GPU benchmark runs: with a tiny shape, on a CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "gpu_qwen.py"


@pytest.mark.slow
def test_the_tiny_shape_is_measured_on_a_cpu() -> None:
    pytest.importorskip("peft")
    pytest.importorskip("bitsandbytes")
    done = subprocess.run(
        [sys.executable, BENCHMARK, "--tiny", "--device", "cpu"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    found = json.loads(done.stdout)
    assert done.stderr == ""
    assert found["encoding"]["films_per_second"] > 0
    assert found["encoding"]["tokens"] <= found["encoding"]["padded_tokens"]
    # Rank 16 on q (64 to 64) and v (64 to 32), in two layers.
    assert {step["trained"] for step in found["training"]} == {2 * 16 * (64 + 64 + 64 + 32)}
    assert [step["tokens_a_text"] for step in found["training"]] == [30, 512, 512]
