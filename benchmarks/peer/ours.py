"""Our own rows on the same split, each in a process of its own, to measure its peak memory."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from cineblend.comparison.experiment import run
from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.evaluate.result import RowResult
from cineblend.evaluate.rules import Protocol


def measured(data: str, names: Sequence[str], rules: Protocol) -> list[tuple[RowResult, int]]:
    """Each row's result on the protocol's split, and the peak memory of its process in bytes."""
    alone = multiprocessing.get_context("spawn")
    found: list[tuple[RowResult, int]] = []
    for name in names:
        with ProcessPoolExecutor(1, mp_context=alone) as process:
            found.append(process.submit(_measure, data, name, rules).result())
    return found


def _measure(data: str, name: str, rules: Protocol) -> tuple[RowResult, int]:
    comparison = run(load(data), rows([name]), rules, Bench())
    return comparison.rows[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
