"""The documents keep their promises: no placeholder, no dead link, every page short, built and up to date."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import docs_pages
import results_pages
from cineblend.cli.main import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LONGEST = {"README.md": 120, "docs/why/results.md": 200, "docs/why/architecture.md": 80}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def links(page: Path) -> list[str]:
    """Where a page's links within the project lead, pictures too."""
    return re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", page.read_text("utf-8"))


@every_page
def test_no_placeholder_is_left(page: Path) -> None:
    assert not re.findall(r"\b[A-Z]+_TABLE\b|\bTODO\b|\bTBD\b", page.read_text("utf-8"))


@every_page
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    made = {DOCS / path for path in docs_pages.PAGES}
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve()
        assert path in made or path.exists(), link
        if anchor and path not in made:
            titles = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}
            assert anchor in slugs, link


def test_every_page_is_in_the_navigation() -> None:
    # A leading slash is a page that is left out of the site by name: a pointer to where it has moved.
    named = set(
        re.findall(r"\s/?([^\s/]\S*\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), flags=re.MULTILINE)
    )
    there = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert named == there | set(docs_pages.PAGES)


@pytest.mark.parametrize(("name", "most"), LONGEST.items())
def test_a_page_for_everybody_is_short(name: str, most: int) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= most


@pytest.mark.parametrize("page", results_pages.pages(), ids=lambda page: page.name)
def test_figures_are_those_of_the_json(page: Path) -> None:
    assert page.read_text("utf-8") == results_pages.pages()[page], "run make benchmarks-doc"


def test_every_json_file_of_figures_is_shown() -> None:
    shown = {name for _, names in results_pages.PAGES.values() for name in names}
    assert shown | {"suite"} == {path.stem for path in results_pages.FOLDER.glob("*.json")}


def test_a_table_writes_each_column_by_its_rule() -> None:
    columns = [{"name": "row"}, {"name": "x", "digits": 2, "best": "max"}, {"name": "lead", "digits": 1}]
    rows = [["a", 0.5, None], ["b", 0.25, [0.3, -0.1, 0.7]]]
    assert results_pages.table(columns, rows).splitlines() == [
        "| row | x | lead |",
        "| --- | ---: | ---: |",
        "| a | **0.50** |  |",
        "| b | 0.25 | +0.3 (-0.1 to +0.7) |",
    ]


def test_the_made_pages_know_every_verb_row_and_route() -> None:
    text = docs_pages.command_line()
    for command in app.registered_commands:
        assert f"## `cineblend {command.name}`" in text
    assert "[bold]" not in text
    assert all(f"`{row.name}`" in docs_pages.strategies() for row in docs_pages.ROWS)
    rest = docs_pages.rest_api()
    for path, operations in docs_pages.openapi()["paths"].items():
        for verb in operations:
            assert f"## {verb.upper()} {path}\n" in rest


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None,
    reason="mkdocs is not installed: pip install 'cineblend[docs]'",
)
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert (built.stdout + built.stderr).strip() == ""
    assert "cineblend recommend-all" in (tmp_path / "reference" / "cli.html").read_text("utf-8")
    assert "score_items" in (tmp_path / "reference" / "python.html").read_text("utf-8")


def test_every_metric_is_explained() -> None:
    from cineblend.report.page import MEANINGS

    page = (ROOT / "docs" / "why" / "protocols.md").read_text("utf-8")
    assert all(f"| `{name}` | {meaning} |" in page for name, meaning in MEANINGS.items())
