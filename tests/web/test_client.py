"""The client and the examples: what they say is what the service has, and all of it runs."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from fastapi.testclient import TestClient

from cineblend import client as ours
from cineblend.client import Client, Rating, ServiceError
from cineblend.web.openapi import in_words
from doc_blocks import ROOT, Block, blocks
from served import served
from system_tools import skip_without

TYPES = {
    name: kind for name, kind in vars(ours).items() if is_typeddict(kind) and kind.__module__ == ours.__name__
}
GUIDE = ROOT / "docs" / "how-to" / "call-the-service.md"
SPACE: list[Rating] = [{"item_id": 700, "rating": 5.0}, {"imdb_id": "tt0114716", "rating": 1.0}]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real service on the made world."""
    with served(tmp_path_factory.mktemp("served") / "people.db") as server:
        yield f"http://localhost:{server.port}"


WORDS = {int: "integer", str: "string", float: "number", NoneType: "null"}


def words(hint: Any) -> str:
    """A type in the words that the service has for it."""
    arguments = get_args(hint)
    if get_origin(hint) is Literal:
        return " or ".join(arguments)
    if get_origin(hint) is list:
        return f"list of {words(arguments[0])}"
    return " or ".join(map(words, arguments)) or WORDS.get(hint) or hint.__name__


@pytest.mark.parametrize("name", sorted(set(TYPES) - {"Rating"}))
def test_every_field_is_one_that_the_service_sends(client: TestClient, name: str) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    sent = {field: in_words(about, str, str) for field, about in schemas[name]["properties"].items()}
    mine = {field: words(hint) for field, hint in get_type_hints(TYPES[name]).items()}
    assert mine.items() <= sent.items()
    assert mine.keys() <= set(schemas[name]["required"])


def test_a_rating_is_one_that_the_service_takes(client: TestClient) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    taken = [schemas[name]["properties"] for name in ("GivenRating", "ImdbRating", "TmdbRating")]
    assert set(Rating.__annotations__) == {name for properties in taken for name in properties}


def test_every_method_is_an_operation(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    names = {one["operationId"] for operations in paths.values() for one in operations.values()}
    methods = {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"}
    assert methods
    assert methods <= names


def test_the_client_asks_and_is_answered(address: str) -> None:
    service = Client(address + "/")
    model = service.read_model()
    assert (model["n_items"], model["noun"], model["nouns"]) == (24, "film", "films")
    films = service.recommend(SPACE, k=3, filters={"genres_any": ["Sci-Fi"]})
    assert len(films["items"]) == 3
    found = service.search_items("robot", limit=2)
    assert len(found["items"]) == 2
    assert len(service.similar_items(700, k=4, by="people")) == 4
    person = service.create_profile()
    assert service.rate_items(person, SPACE) == {"stored": 2, "unknown": []}
    stored = service.recommend_to_profile(person, k=3, genres_any=["Sci-Fi"])
    assert [one["item"] for one in stored["items"]] == [one["item"] for one in films["items"]]
    both = service.recommend_to_many([person, SPACE, []], k=3)
    assert both[0] == both[1] != both[2]
    service.erase_profile(person)
    with pytest.raises(ServiceError, match="no such profile") as refused:
        service.recommend_to_profile(person)
    assert refused.value.status == 404
    with pytest.raises(ServiceError, match="no film 'x y'"):
        service.similar_items("x y")


def example(language: str, address: str) -> str:
    """The first example of a language, for the film and the address of the test."""
    found: Block = next(block for block in blocks(GUIDE) if block.language == language)
    return found.text.replace("http://localhost:8000", address).replace("tt0114709", "tt0114715")


def test_the_example_in_python_runs(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example("python", address), str(GUIDE), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "1 []"


def test_the_example_in_a_shell_runs(address: str) -> None:
    if not shutil.which("curl"):
        skip_without("curl", "example")
    shown = example("console", address).replace("localhost:8000", address)
    done = subprocess.run(
        ["bash", "-c", shown.removeprefix("$ ")], capture_output=True, text=True, check=True
    )
    assert [len(one["items"]) for one in json.loads(done.stdout)["lists"]] == [3, 3]


def test_the_example_in_javascript_runs(address: str, tmp_path: Path) -> None:
    if not shutil.which("node"):
        skip_without("node", "example")
    script = tmp_path / "example.mjs"
    script.write_text(example("javascript", address))
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 5
