"""Cells that hold JSON or Python literals, as in exports of TMDB."""

from __future__ import annotations

import ast
import json
from typing import Any

_LONGEST = 4 << 20
"""Characters of a cell that is read."""


def parsed(cell: str | None) -> Any:
    """The value in a cell; None where it is empty, too long or neither JSON nor a literal."""
    cell = (cell or "").strip()
    if not cell or len(cell) > _LONGEST:
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None
