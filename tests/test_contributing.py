"""The worked examples of CONTRIBUTING.md run as written, and a new model is its file alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
GUIDE = TESTS.parent / "CONTRIBUTING.md"

IN_THE_PACKAGE = """
from pathlib import Path
import cineblend.models
cineblend.models.__path__.append(str(Path(__file__).parent / "src/cineblend/models"))
"""
"""What a copy into src/cineblend/models would do."""

IN_EVERY_TABLE = """
import numpy as np

from cineblend.bundle.make import make
from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.comparison.experiment import run
from cineblend.comparison.plan import plan
from cineblend.comparison.spaces import knobs, with_values
from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.data.shape import Shape
from cineblend.data.users import UserBatch
from cineblend.evaluate.protocol import protocol
from worlds import checkerboard

WORLD = checkerboard(n_users=20, n_items=60)


def test_it_is_compared():
    found = run(WORLD, rows(["popularity", "mean-rating"]), protocol("study"), Bench())
    assert [(row.title, row.status) for row in found.rows] == [("Most rated", "ran"), ("Mean rating", "ran")]


def test_it_is_tuned():
    (row,) = rows(["mean-rating"])
    assert list(knobs(row.model)) == ["damping"]
    assert with_values(row.model, {"damping": 3.0}).damping == 3.0


def test_its_memory_is_planned():
    small, large = (plan(*rows(["mean-rating"]), Shape(10, n, 100)).n_bytes for n in (100, 1100))
    assert large - small == 8 * 1000


def test_a_bundle_holds_it(tmp_path):
    fitted = make(WORLD, *rows(["mean-rating"]), Bench(), with_map=False)
    write(fitted, tmp_path / "bundle")
    users = UserBatch.unseen([{0: 5.0}], WORLD.n_items)
    np.testing.assert_array_equal(read(tmp_path / "bundle").model.score(users), fitted.model.score(users))
"""


def test_every_worked_example_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"```python file=(\S+)\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL)
    assert [Path(name).parent.name for name, _ in blocks] == ["models", "models", "text", "data", "evaluate"]
    added = [("conftest.py", IN_THE_PACKAGE), ("tests/models/test_in_every_table.py", IN_EVERY_TABLE)]
    for name, code in [*blocks, *added]:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(code, "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"),
            *("-o", f"pythonpath={TESTS} {TESTS / 'models'}", str(tmp_path)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"2\d passed", done.stdout), done.stdout
