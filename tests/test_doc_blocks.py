"""The code of the README, the quickstart and the how-to pages runs as it is printed."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import typer

from cineblend.cli.main import app
from command_line import Run, runner
from doc_blocks import EXECUTED, ROOT, Block, blocks


def executable(block: Block) -> bool:
    return (block.language == "python" or block.run) and not block.not_run


RUN = [page for page in EXECUTED if any(map(executable, blocks(page)))]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def test_every_code_block_says_what_it_is() -> None:
    for page in EXECUTED:
        for block in blocks(page):
            assert block.info in {"", "run", f'not-run="{block.not_run}"'}, f"{page.name}:{block.line}"
            assert block.language in {"python", "console", "text", "javascript", "html"}, (
                f"{page.name}:{block.line}"
            )


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_is_one_the_command_line_takes(page: Path) -> None:
    group = typer.main.get_command(app)
    commands = [words for block in blocks(page) if block.language == "console" for words in block.commands()]
    for words in commands:
        verb = group.get_command(typer.Context(group), words[0])  # type: ignore[attr-defined]
        assert verb is not None, words
        verb.make_context(words[0], list(words[1:]))


def test_what_a_python_block_imports_is_there_where_it_is_not_executed() -> None:
    idle = [
        block for page in EXECUTED for block in blocks(page) if block.language == "python" and block.not_run
    ]
    named = [
        (node.module, alias.name)
        for block in idle
        for node in ast.walk(ast.parse(block.text))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    ]
    assert named
    for module, name in named:
        assert hasattr(import_module(module), name), f"{module} has no {name}"


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run_in_order(
    page: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: dict[str, object] = {"__name__": "page"}
    # Python in a block may define dataclasses, which look their module up.
    monkeypatch.setitem(sys.modules, "page", sys.modules[__name__])
    for block in filter(executable, blocks(page)):
        _execute(block, page, run, seen)


def _execute(
    block: Block, page: Path, run: Callable[..., tuple[int, str, str]], seen: dict[str, object]
) -> None:
    if block.language == "python":
        # The line numbers of a traceback are those of the page.
        exec(compile("\n" * block.line + block.text, str(page), "exec"), seen)
        return
    for words in block.commands():
        code, out, err = run(*words)
        assert code == 0, f"{page.name}:{block.line}: cineblend {' '.join(words)}\n{out}{err}"
