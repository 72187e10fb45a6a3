"""Files and functions stay small enough to be read at one go."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

PACKAGE = Path(__file__).parents[1] / "src" / "cineblend"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION = 70
LONGEST_FILE = 300
LONGEST_MEDIAN = 130


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = [
        (f"{path.relative_to(PACKAGE)}: {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(lengths) > 1000
    assert [one for one in lengths if one[1] > LONGEST_FUNCTION] == []


def test_files_are_short_and_most_are_shorter() -> None:
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert len(lines) > 100
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}
    assert median(lines.values()) <= LONGEST_MEDIAN
