"""The command line in the tests' own process."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from cineblend.cli.main import main

Run = Callable[..., tuple[int, str, str]]
"""Words after ``cineblend`` to the exit code, stdout and stderr."""


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a verb, without the network and without weights of the user's."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("CINEBLEND_WEIGHTS", raising=False)

    def go(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cineblend", *words])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return go
