"""Lists for many users by a saved model, with one process per processor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from cineblend.bundle.manifest import read_manifest
from cineblend.bundle.read import read
from cineblend.data.users import UserBatch
from cineblend.errors import InputError, UserError
from cineblend.models.base import Recommender
from cineblend.ranking.rank import Ranked, recommend

_PEOPLE = 2048
"""Users given to a process at once."""


def recommend_in_processes(
    folder: Path, users: UserBatch, *, k: int, workers: int, candidates: npt.NDArray[np.bool_] | None = None
) -> Iterator[Ranked]:
    """Run ``rank.recommend`` with a bundle's model, about a thousand users at a time, in their order.

    Each process reads the bundle, whose arrays stay in its files, so that all share one copy. A list does not
    depend on the number of processes.

    Args:
        folder: the bundle.
        users: the users.
        k: length of the lists.
        workers: the most processes; few users need fewer, and 1 is this process only.
        candidates: (n_items,) which items may be listed; None for all.

    Raises:
        UserError: fewer than one worker. The call itself raises it.
        InputError: the bundle cannot be read.
    """
    if workers < 1:
        raise UserError(f"workers is {workers}", expected="at least 1")
    return _listed(folder, users, k, workers, candidates)


def _listed(
    folder: Path, users: UserBatch, k: int, workers: int, candidates: npt.NDArray[np.bool_] | None
) -> Iterator[Ranked]:
    version, workers = read_manifest(folder).version, min(workers, -(-len(users) // _PEOPLE))
    of_people = partial(_list, folder, version, k, candidates)
    if workers <= 1:
        yield from map(of_people, users.blocks(_PEOPLE))
        return
    # Spawned, not forked: a fork copies locks that threads of this process may hold.
    with ProcessPoolExecutor(workers, get_context("spawn"), _alone) as pool:
        yield from pool.map(of_people, users.blocks(_PEOPLE))


def _alone() -> None:
    """Limit a process to one thread. This module loads the libraries that it limits."""
    threadpool_limits(1)


def _list(
    folder: Path, version: str, k: int, candidates: npt.NDArray[np.bool_] | None, users: UserBatch
) -> Ranked:
    return recommend(_model(folder, version), users, k=k, candidates=candidates)


@lru_cache(maxsize=1)
def _model(folder: Path, version: str) -> Recommender:
    fitted = read(folder)
    if fitted.version != version:
        raise InputError(folder, "was replaced while lists were made", remedy="make them again")
    return fitted.model
