"""Reference pages made from the code when the site is built: commands, Python, REST, strategies, encoders."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import typer
import typer.cli

import cineblend
from cineblend.cli.main import app
from cineblend.comparison.strategies import ROWS
from cineblend.data.dataset import RatingScale
from cineblend.text.encoders.encoder import ENCODERS
from cineblend.web.openapi import in_words

ROOT = Path(__file__).parents[1]
HTTP_VERBS = ("get", "put", "post", "patch", "delete")


def command_line() -> str:
    """Every verb with its options, as ``--help`` has them."""
    group = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(
        obj=group, ctx=typer.Context(group), name="cineblend", title="Command line"
    )
    # Rich's marks are for terminals; an example is a code block here.
    text = re.sub(r"^Example: \[bold\](.*?)\[/bold\]", r"```console\n$ \1\n```", text, flags=re.MULTILINE)
    return re.sub(r"\[/?(bold|italic|dim)\]", "", text)


def python_api() -> str:
    """The public names of the package, each by its docstring."""
    names = [name for name in cineblend.__all__ if not name.startswith("_")]
    parts = "\n\n".join(f"::: cineblend.{name}" for name in names)
    return f"# Python API\n\nThe public names of `cineblend`. Everything else may change.\n\n{parts}\n"


def rest_api() -> str:
    """Every operation of the service, from the OpenAPI description it gives of itself."""
    described = openapi()
    parts = [
        "# REST API",
        "`GET /api/v1/openapi.json` gives this description as OpenAPI 3.1. "
        "[The service](service.md) explains errors, keys and storage. A service with a key wants it for "
        "every operation but those of `/health`.",
    ]
    for path, operations in described["paths"].items():
        for verb in HTTP_VERBS:
            if verb in operations:
                parts.append(_operation(verb, path, operations[verb]))
    parts.append("## Values\n\nThe objects that requests and answers are made of.")
    for name, schema in sorted(described["components"]["schemas"].items()):
        parts.append(f"### {name}\n\n{schema.get('description', '').strip()}\n\n{_fields(schema)}")
    return "\n\n".join(parts) + "\n"


def openapi() -> dict[str, Any]:
    """The service's OpenAPI document; no model is needed to describe it."""
    from cineblend.web.app import create_app
    from cineblend.web.settings import Settings

    # Stands in for the recommender of a bundle: the description needs its scale and version alone.
    stand_in = MagicMock(model_version="docs")
    stand_in.fitted.scale = RatingScale(0.5, 5.0)
    service = create_app(Settings(model=ROOT, database=Path("unused.db")), lambda _: stand_in)
    service.state.shared = SimpleNamespace(current=SimpleNamespace(recommender=stand_in))
    return service.openapi()


def _operation(verb: str, path: str, operation: dict[str, Any]) -> str:
    about = operation.get("description", "").strip() or f"{operation.get('summary', '')}."
    lines = [f"## {verb.upper()} {path}", about]
    if parameters := operation.get("parameters"):
        table = ["| parameter | in | type | |", "|---|---|---|---|"]
        for one in parameters:
            needed = "required. " if one.get("required") else ""
            what = _cell(needed + one.get("description", one["schema"].get("description", "")))
            table.append(f"| `{one['name']}` | {one['in']} | {_type(one['schema'])} | {what} |")
        lines.append("\n".join(table))
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        lines.append(f"Body: `{kind}`, {_type(content.get('schema', {}))}.")
    answers = ["| status | answer | |", "|---|---|---|"]
    for status, answer in operation["responses"].items():
        schemas = [_type(content.get("schema", {})) for content in answer.get("content", {}).values()]
        answers.append(f"| {status} | {', '.join(filter(None, schemas))} | {_cell(answer['description'])} |")
    return "\n\n".join([*lines, "\n".join(answers)])


def _fields(schema: dict[str, Any]) -> str:
    if "properties" not in schema:
        return _type(schema)
    required = schema.get("required", [])
    table = ["| field | type | required | |", "|---|---|---|---|"]
    for name, field in schema["properties"].items():
        needed = "yes" if name in required else "no"
        table.append(f"| `{name}` | {_type(field)} | {needed} | {_cell(field.get('description', ''))} |")
    return "\n".join(table)


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words, with a link where it is a value of its own."""
    return in_words(schema, lambda name: f"[{name}](#{name.lower()})", lambda literal: f"`{literal}`")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def strategies() -> str:
    """The rows that ``compare`` and ``fit`` know, with the model behind each."""
    lines = ["| name | what it is | model |", "|---|---|---|"]
    for row in ROWS:
        module = inspect.getmodule(type(row.model))
        about = (inspect.getdoc(module) or "").splitlines()[0] if module else ""
        lines.append(f"| `{row.name}` | {row.title} | {_cell(about)} |")
    return (
        "# Strategies and models\n\nA strategy is a model with its numbers. `cineblend strategies` prints "
        "the names; [compare strategies](../how-to/compare.md) shows how to use them.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def encoders() -> str:
    """The text encoders known by name."""
    lines = [
        "| name | numbers | licence | download | memory | hub | commit |",
        "|---|---:|---|---:|---:|---|---|",
    ]
    for spec in ENCODERS.values():
        size = f"{spec.download_mb:,} MB" if spec.download_mb else "none"
        where = "a GPU" if spec.needs_gpu else "any machine"
        lines.append(
            f"| `{spec.name}` | {spec.dimension:,} | {spec.licence or 'none needed'} | {size} | "
            f"{spec.memory_mb:,} MB, {where} | {spec.hub_id or '–'} | {spec.revision[:12] or '–'} |"
        )
    return (
        "# Text encoders\n\nEvery encoder is pinned: to a commit of its repository, and to the sha256 of its "
        "weights where they are one file. `cineblend encoders` says which are on this machine. "
        "[Choose and fine-tune an encoder](../how-to/encoders.md) says which to take. The memory of the Qwen "
        "encoders is an estimate from the size of their weights; Qwen3-Embedding pools the last token, and "
        "its documents take no prompt.\n\n" + "\n".join(lines) + "\n"
    )


def contributing() -> str:
    """CONTRIBUTING.md as a page, its links turned to where the pages are."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.replace("](docs/", "](")


PAGES = {
    "contributing.md": contributing,
    "reference/cli.md": command_line,
    "reference/python.md": python_api,
    "reference/rest.md": rest_api,
    "reference/models.md": strategies,
    "reference/encoders.md": encoders,
}
"""Path under docs/ to what makes the page; none of these is committed."""


def on_files(files: Any, config: Any) -> Any:
    """Called by mkdocs: add the pages to those that lie in docs/."""
    from mkdocs.structure.files import File

    for path, make in PAGES.items():
        files.append(File.generated(config, path, content=make()))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by mkdocs: drop what a code block tells the tests; link to the page of CONTRIBUTING.md."""
    markdown = re.sub(r"^(\s*```\w+) [^\n]*$", r"\1", markdown, flags=re.MULTILINE)
    return markdown.replace("../../CONTRIBUTING.md", "../contributing.md")


if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
