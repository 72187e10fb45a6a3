"""Table: the words of ``synonyms.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table() -> dict[str, Any]:
    """Every section by its name."""
    return tomllib.loads((files("cineblend.service.words") / "synonyms.toml").read_text("utf-8"))


def words(name: str) -> frozenset[str]:
    """A list of the section ``words``."""
    return frozenset(table()["words"][name].split())
