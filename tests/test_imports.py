"""What may import what, beyond the layers: no circles, and no model that imports another.

Imports count wherever they are: at the top of a file, inside a function, or for types alone.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from cineblend.models.registry import registered

FRONT_DOOR = "cineblend"
"""It names modules for type checkers, and imports them only when they are asked for."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("cineblend", cache_dir=None)


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


def test_no_file_of_the_package_is_in_a_circle(graph: grimp.ImportGraph) -> None:
    modules = graph.modules - {FRONT_DOOR}
    assert len(modules) > 200
    found = circle({name: graph.find_modules_directly_imported_by(name) & modules for name in modules})
    if found:
        pytest.fail("these files import each other: " + " -> ".join(found))


def test_no_model_imports_another(graph: grimp.ImportGraph) -> None:
    models = {model.config.__module__ for model in registered() if model.config.__module__ in graph.modules}
    assert len(models) > 20
    found = [
        " -> ".join(graph.find_shortest_chain(one, other) or ())
        for one in sorted(models)
        for other in sorted(graph.find_upstream_modules(one) & models)
    ]
    assert found == [], "a model gets another one from the workbench, by its config"
