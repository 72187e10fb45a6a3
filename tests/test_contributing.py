"""The worked examples of CONTRIBUTING.md run as written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
GUIDE = TESTS.parent / "CONTRIBUTING.md"


def test_every_worked_example_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"```python file=(\S+)\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL)
    assert {name.split("/")[0] for name, _ in blocks} == {"models", "text", "data", "evaluate"}
    for name, code in blocks:
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(code, "utf-8")
    helpers = [TESTS, TESTS / "models", tmp_path / "models"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"),
            *("-o", "pythonpath=" + " ".join(map(str, helpers)), str(tmp_path)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"1\d passed", done.stdout), done.stdout
