"""Boosting: LightGBM, loaded so that its threads do not keep a core busy while they wait for each other."""

from __future__ import annotations

import os
from threading import Lock
from types import ModuleType

_POLICY = "OMP_WAIT_POLICY"
_loading = Lock()


def lightgbm() -> ModuleType:
    """The module.

    A tree is hundreds of short steps that all threads end together. OpenMP lets those that are done turn
    in circles, and where another process has their core the slowest one waits for its turn behind them: 60
    trees took 50 s beside two busy processes, and 9 s where threads sleep. The policy is read once, when the
    library is loaded; one that the user has set stands.
    """
    with _loading:
        given = os.environ.get(_POLICY)
        os.environ[_POLICY] = given or "PASSIVE"
        try:
            import lightgbm
        finally:
            if given is None:
                del os.environ[_POLICY]
    return lightgbm
