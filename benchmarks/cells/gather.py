"""Finished cells as one result: figures, and every row's paired test against popularity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import numpy as np

from cells.judge import NDCG
from cineblend.evaluate.compare import differences
from cineblend.evaluate.result import RowResult

BASELINE = "popularity"
SEED = 42
_KEPT_APART = ("people", "ndcg_by_person")
"""Too long for the result; they stay in the cells."""


def gather(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The cells without per-user figures, each with "against": the tested NDCG@25 minus the baseline's.

    Args:
        cells: all cells of one dataset and protocol.
    """
    found: list[dict[str, Any]] = []
    for _, group in groupby(cells, key=lambda cell: (cell["data"], cell["protocol"])):
        rows = list(group)
        tested = differences(list(_rows(rows)), BASELINE, SEED)
        for cell in rows:
            kept = {name: value for name, value in cell.items() if name not in _KEPT_APART}
            if difference := tested.get(cell["row"], {}).get(NDCG):
                kept["against"] = {name: round(value, 6) for name, value in asdict(difference).items()}
            found.append(kept)
    return found


def _rows(cells: Sequence[Mapping[str, Any]]) -> Iterator[RowResult]:
    for cell in cells:
        if cell["status"] == "ran":
            per_user = {NDCG: np.array(cell["ndcg_by_person"])}
            yield RowResult(cell["row"], cell["row"], "ran", users=cell["users"], per_user=per_user)
