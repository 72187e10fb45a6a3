"""Boosting: LightGBM's threads sleep while they wait, unless the user wants it otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LOAD = (
    "import os; from cineblend.models.shared.boosting import lightgbm; lightgbm(); "
    "print(os.environ.get('OMP_WAIT_POLICY'))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="only GNU's OpenMP tells")
@pytest.mark.parametrize("policy", [None, "ACTIVE"])
def test_waiting_threads_sleep_unless_told_otherwise(policy: str | None) -> None:
    env = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    env |= {"OMP_DISPLAY_ENV": "true"} | ({"OMP_WAIT_POLICY": policy} if policy else {})
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, env=env)
    assert f"OMP_WAIT_POLICY = '{policy or 'PASSIVE'}'" in done.stderr
    assert done.stdout.strip() == str(policy)  # what was not set is not left set
