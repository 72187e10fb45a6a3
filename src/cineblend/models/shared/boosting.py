"""Boosting: loads LightGBM so that its threads sleep while they wait for each other."""

from __future__ import annotations

import os
from threading import Lock
from types import ModuleType

_POLICY = "OMP_WAIT_POLICY"
_loading = Lock()


def lightgbm() -> ModuleType:
    """Import and return the module.

    Building a tree takes hundreds of short steps, and all threads wait for each other after each. By default,
    OpenMP threads that wait keep their core busy. If another process shares the cores, the slowest thread
    waits behind them: 60 trees took 50 s beside two busy processes, but 9 s with sleeping threads. OpenMP
    reads the policy once, when the library is loaded. A policy that the user has set is kept.
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
