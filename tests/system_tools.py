"""What the tests need beside Python: a skip where it is missing, a failure where CI could have got it."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def skip_without(tool: str, tests: str) -> NoReturn:
    """Skip, or fail in CI where ``scripts/test-setup`` may install it: as root on a system with apt-get."""
    message = f"no {tool} here, so {tests} tests are skipped; try: scripts/test-setup"
    if os.environ.get("CI") == "true" and may_install():
        pytest.fail(message)
    pytest.skip(message)  # a failure in CI, above


def may_install() -> bool:
    """Whether ``scripts/test-setup`` installs what is missing here."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
