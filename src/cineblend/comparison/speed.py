"""Speed: how fast this machine multiplies and gathers, measured once and kept."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from cineblend.files import write_text
from cineblend.models.costs import Speed
from cineblend.paths import cache_dir

_SIZE, _GATHERED, _TRIES = 1500, 1 << 22, 3


REFERENCE = Speed(3.7e10, 5.7e7)
"""Two cores of an EPYC with AVX2, on which the costs of parts were measured: choices are made for it."""


def measure() -> Speed:
    """Time both, the best of three tries; takes about a second."""
    rng = np.random.default_rng(0)
    square = rng.normal(size=(_SIZE, _SIZE))
    places, numbers = rng.integers(_GATHERED, size=_GATHERED), rng.normal(size=_GATHERED)
    return Speed(
        2 * _SIZE**3 / _best(lambda: square @ square), _GATHERED / _best(lambda: float(numbers[places].sum()))
    )


def speed(folder: Path | None = None) -> Speed:
    """This machine's speed: as kept in the cache folder, else measured and kept there.

    Args:
        folder: where it is kept; the cache folder by default.
    """
    path = (folder or cache_dir()) / "speed.json"
    key = f"{platform.node()} {platform.processor()} {os.cpu_count()} numpy {np.__version__}"
    try:
        said = json.loads(path.read_bytes())
        if said["machine"] == key:
            return Speed(float(said["flops"]), float(said["moves"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # Nothing was kept, or something else: it is measured and written anew.
    found = measure()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"machine": key} | asdict(found)))
    except OSError:
        return found  # A cache that cannot be written costs a second each time.
    return found


def _best(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(_TRIES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return max(min(times), 1e-6)
