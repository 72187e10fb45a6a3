"""Boosting: LightGBM's threads sleep while they wait, unless the user set another policy."""

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
def test_waiting_threads_sleep_unless_the_user_set_a_policy(policy: str | None) -> None:
    env = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    env |= {"OMP_DISPLAY_ENV": "true"} | ({"OMP_WAIT_POLICY": policy} if policy else {})
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, env=env)
    assert f"OMP_WAIT_POLICY = '{policy or 'PASSIVE'}'" in done.stderr
    assert done.stdout.strip() == str(policy)  # a variable that was not set stays unset
