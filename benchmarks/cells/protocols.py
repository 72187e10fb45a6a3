"""The suite's protocols by names that are short enough for a table's column."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cineblend.errors import UnknownNameError
from cineblend.evaluate.protocol import protocol
from cineblend.evaluate.rules import Protocol

FIRST = (1, 2, 3, 5, 10, 20)
"""The numbers of first ratings that form an unknown user's history."""

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        "study": protocol("study"),
        "temporal": protocol("temporal"),
        "temporal-global": protocol("temporal-global", cuts=5),
        **{f"first-{n}": protocol("cold-users", first=n) for n in FIRST},
        "cold-items": protocol("cold-items"),
    }
)


def protocols(names: list[str]) -> dict[str, Protocol]:
    """The protocols of these names; all of them without names.

    Raises:
        UnknownNameError: there is no such protocol; suggests the nearest.
    """
    for name in names:
        if name not in PROTOCOLS:
            raise UnknownNameError("protocol", name, PROTOCOLS)
    return {name: PROTOCOLS[name] for name in names or PROTOCOLS}
