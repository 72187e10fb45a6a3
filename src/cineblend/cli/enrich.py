"""``cineblend enrich``: join texts, people and facts onto a catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.cli.options import Data
from cineblend.cli.own_tables import OwnTables

if TYPE_CHECKING:
    from rich.console import Console

    from cineblend.enrich.enrich import Enriched

EXAMPLE = (
    "Example: [bold]cineblend enrich --data ml-latest-small --from wikipedia-films --out enriched[/bold]"
)


def enrich(
    *,
    data: Data = "ml-latest-small",
    sources: Annotated[
        list[str],
        typer.Option(
            "--from",
            metavar="SOURCE",
            help="[bold]wikipedia-films[/bold], [bold]imdb[/bold], [bold]tmdb-files[/bold], "
            "[bold]tmdb[/bold] (the API), NAME=DIR for files elsewhere, or a table such as items.csv. "
            "May be repeated: the first that knows a value gives it.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder that gets the tables.")],
    tmdb_key: Annotated[
        str, typer.Option(metavar="KEY", envvar="TMDB_API_KEY", help="Your key for TMDB's API.")
    ] = "",
    tmdb_url: Annotated[
        str, typer.Option(metavar="URL", help="Another address of TMDB's API.", hidden=True)
    ] = "",
    own: OwnTables,
) -> None:
    """Join texts, people, keywords and facts onto a data set's films, and write it as tables."""
    from rich.console import Console

    from cineblend.cli.obtain import obtain
    from cineblend.data.tables import write_tables
    from cineblend.enrich.enrich import enrich as join_sources
    from cineblend.enrich.record import write_record
    from cineblend.enrich.source import Setting
    from cineblend.enrich.sources import source_named
    from cineblend.files import writable_directory
    from cineblend.paths import cache_dir

    named = [source_named(words) for words in sources]
    writable_directory(out)
    dataset, _ = obtain(data, own.columns())
    setting = Setting(tmdb_key=tmdb_key, cache=cache_dir())
    if tmdb_url:
        setting = Setting(tmdb_key=tmdb_key, tmdb_url=tmdb_url, cache=cache_dir())
    enriched = join_sources(dataset, named, setting)
    write_tables(enriched.dataset, out)
    write_record(enriched, out)
    _print(enriched, Console())
    typer.echo(f"written: {out}; read it with --data {out}")


def _print(enriched: Enriched, console: Console) -> None:
    from rich.table import Table

    from cineblend.enrich.record import CSV_FILE, counts, fields

    found = Table("source", "matched", "ambiguous", "missing", "share of ratings", box=None, pad_edge=False)
    for one in enriched.outcomes:
        numbers = (f"{number:,}" for number in counts(one).values())
        found.add_row(one.source.name, *numbers, f"{one.ratings:.1%}")
    console.print(found)
    console.print(f"Each film's row: {CSV_FILE}", highlight=False)
    console.print()
    what = Table("field", "films", "from", "licence", box=None, pad_edge=False)
    for row in fields(enriched):
        what.add_row(row["field"], f"{row['films']:,}", row["origin"], row["licence"])
    console.print(what)
