"""No file imports itself through others, whether at the top, inside a function or for its types alone."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

FRONT_DOOR = "cineblend"
"""It names modules for type checkers, and imports them only when they are asked for."""


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, each importing the next; none where there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert circle({"a": {"b"}, "b": {"a"}, "c": {"a"}}) in (["a", "b", "a"], ["b", "a", "b"])


def test_no_file_of_the_package_is_in_a_circle() -> None:
    graph = grimp.build_graph("cineblend", cache_dir=None)
    modules = graph.modules - {FRONT_DOOR}
    assert len(modules) > 200
    found = circle({name: graph.find_modules_directly_imported_by(name) & modules for name in modules})
    if found:
        pytest.fail("these files import each other: " + " -> ".join(found))
