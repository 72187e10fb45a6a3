"""``cineblend encoders``: the text encoders there are, and which of them can be used here."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from cineblend.text.encoders.availability import Presence
    from cineblend.text.encoders.encoder import EncoderSpec

EXAMPLE = "Example: [bold]cineblend encoders[/bold]"


def list_encoders(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the text encoders: size, licence, memory, and whether they are on this machine.

    A sentence-transformers folder and a hub repository (org/name@commit) are encoders too.
    """
    from cineblend.paths import cache_dir
    from cineblend.text.embeddings.store import EmbeddingStore
    from cineblend.text.encoders.availability import look
    from cineblend.text.encoders.encoder import ENCODERS

    store = EmbeddingStore(cache_dir() / "embeddings")
    found = [(spec, look(spec, store)) for spec in ENCODERS.values()]
    if as_json:
        typer.echo(json.dumps([_plain(spec, presence) for spec, presence in found], indent=2))
    else:
        _print(found)


def _plain(spec: EncoderSpec, presence: Presence) -> dict[str, object]:
    fields = (
        *("name", "kind", "hub_id", "revision", "dimension", "licence", "download_mb", "memory_mb"),
        *("dtype", "needs_gpu"),
    )
    return {name: getattr(spec, name) for name in fields} | asdict(presence)


def _print(found: list[tuple[EncoderSpec, Presence]]) -> None:
    from rich.table import Table

    table = Table("encoder", box=None)
    for title in ("dimension", "download", "memory"):
        table.add_column(title, justify="right")
    for title in ("licence", "runs on", "here"):
        table.add_column(title)
    for spec, presence in found:
        table.add_row(
            spec.name,
            str(spec.dimension),
            _size(spec.download_mb),
            _size(spec.memory_mb),
            spec.licence,
            "a GPU" if spec.needs_gpu else "any machine",
            presence.state,
        )
    console = Console()
    console.print(table)
    for spec, presence in found:
        if presence.where or presence.needs:
            about = "; ".join(filter(None, (presence.where, presence.needs and f"needs: {presence.needs}")))
            console.print(f"\n{spec.name}: {about}", markup=False, highlight=False, soft_wrap=True)


def _size(megabytes: int) -> str:
    if not megabytes:
        return ""
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
