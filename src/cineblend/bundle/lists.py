"""Lists for many people by a kept model, in as many processes as there are processors."""

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
"""People a process is given at once."""


def recommend_in_processes(
    folder: Path, users: UserBatch, *, k: int, workers: int, candidates: npt.NDArray[np.bool_] | None = None
) -> Iterator[Ranked]:
    """``rank.recommend`` of a bundle's model, some thousand people at a time, in their order.

    Each process reads the bundle, whose arrays stay in its files, so that all share one copy of them.
    A list does not depend on how many processes there are.

    Args:
        folder: the bundle.
        users: the people.
        k: length of a list.
        workers: processes, at most: fewer where there are few people, and 1 is this one alone.
        candidates: (n_items,) which items may be listed; None for all.

    Raises:
        UserError: fewer than one worker. Raised by the call itself.
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
    # Started anew, not forked: a fork copies locks that threads of this process may hold.
    with ProcessPoolExecutor(workers, get_context("spawn"), _alone) as pool:
        yield from pool.map(of_people, users.blocks(_PEOPLE))


def _alone() -> None:
    """One thread a process. Of this module, so that what it limits is loaded before it runs."""
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
