"""What the package, its citation and its licences say agrees."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.licenses import canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from trove_classifiers import classifiers

from release_check import pins

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_the_version_comes_from_the_tag_alone(pyproject: dict[str, Any], citation: dict[str, Any]) -> None:
    assert pyproject["project"]["dynamic"] == ["version"]
    assert pyproject["tool"]["hatch"]["version"]["source"] == "vcs"
    assert "version" not in citation


def test_the_licences_are_named_and_shipped(pyproject: dict[str, Any], citation: dict[str, Any]) -> None:
    expression = pyproject["project"]["license"]
    assert canonicalize_license_expression(expression) == expression
    assert expression.split(" AND ") == citation["license"]
    notice = (ROOT / "NOTICE").read_text("utf-8")
    for name in pyproject["project"]["license-files"]:
        assert (ROOT / name).is_file()
        assert Path(name).name == "NOTICE" or Path(name).name in notice


def test_classifiers_and_keywords_are_known(pyproject: dict[str, Any], citation: dict[str, Any]) -> None:
    assert set(pyproject["project"]["classifiers"]) <= classifiers
    assert pyproject["project"]["keywords"] == citation["keywords"]


def test_the_citation_has_what_the_format_asks_for(
    pyproject: dict[str, Any], citation: dict[str, Any]
) -> None:
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "abstract", "type"} <= set(citation)
    assert citation["authors"] == pyproject["project"]["authors"]


def test_every_direct_requirement_is_pinned_within_its_bounds(pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    # Word vectors are an extra that nothing here installs.
    extras = {name: asked for name, asked in project["optional-dependencies"].items() if name != "static"}
    versions = pins((ROOT / "constraints.txt").read_text("utf-8"))
    checked = 0
    for text in (*project["dependencies"], *(one for asked in extras.values() for one in asked)):
        requirement = Requirement(text)
        if requirement.name != "cineblend":
            assert versions[canonicalize_name(requirement.name)] in requirement.specifier, text
            checked += 1
    assert checked > 40
