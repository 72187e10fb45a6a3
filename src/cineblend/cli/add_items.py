"""``cineblend add-items`` and ``remove-items``: items that nobody has rated, in a model that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cineblend.errors import UserError

EXAMPLE = (
    "Example: [bold]cineblend add-items runs/model --from wikipedia-films --year-from 2019[/bold], "
    "or [bold]cineblend add-items runs/model --items new.csv[/bold]"
)
REMOVE_EXAMPLE = "Example: [bold]cineblend remove-items runs/model --added[/bold]"

ModelDir = Annotated[Path, typer.Argument(metavar="MODEL", help="A folder that [bold]fit[/bold] wrote.")]


def add_items(
    model: ModelDir,
    *,
    items: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A table of items, such as new.csv.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="SOURCE", help="A source of [bold]enrich[/bold]: wikipedia-films."),
    ] = None,
    year_from: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Only items of this year or later.")
    ] = None,
    year_to: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Only items of this year or earlier.")
    ] = None,
) -> None:
    """Add items that nobody has rated to a model, without fitting it again."""
    import numpy as np

    from cineblend.bundle.added import add_items as added_to
    from cineblend.bundle.added import change
    from cineblend.bundle.read import read
    from cineblend.enrich.new_items import new_items
    from cineblend.enrich.source import Setting
    from cineblend.enrich.sources import source_named
    from cineblend.models.new_items.extended import Extended
    from cineblend.paths import cache_dir

    if (items is None) == (source is None):
        raise UserError(
            "which items to add is not said" if items is None else "both --items and --from are given",
            expected="one of --items FILE and --from SOURCE",
        )
    fitted = read(model)
    found, path = source_named(str(items) if items is not None else str(source))
    table = found.read(path, fitted.catalog, Setting(cache=cache_dir(), bare=True))
    new = new_items(table, fitted.catalog, found.name, year_from=year_from, year_to=year_to)
    if not len(new.catalog):
        raise UserError(
            f"there is nothing to add: {new.known} items are in the model already, or may be",
            expected="items that the model lacks",
            remedy="use other years, or another table",
        )
    made = change(model, lambda current: added_to(current, new.catalog))
    typer.echo(f"added {len(new.catalog):,} items to {model}; {new.known:,} are in it already, or may be")
    if isinstance(made.model, Extended) and not made.model.scores_added:
        typer.echo(
            f"note: {fitted.strategy} does not score items that nobody has rated; they are found by search "
            "and by their texts alone"
        )
    dull = int(np.sum([not names for names in new.catalog.genres]))
    if not new.catalog.content:
        typer.echo(
            "note: only their titles and years are known, so their ratings say nothing of other items yet"
        )
    elif dull:
        typer.echo(f"note: {dull:,} of them have no genre that the model knows")


def remove_items(
    model: ModelDir,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Ids of added items.")] = None,
    *,
    added: Annotated[bool, typer.Option("--added", help="Every item that was added.")] = False,
) -> None:
    """Take added items out of a model again."""
    from cineblend.bundle.added import base_items, change
    from cineblend.bundle.added import remove_items as removed_from
    from cineblend.bundle.read import read

    fitted = read(model)
    every = fitted.catalog.items.ids[base_items(fitted) :].tolist()
    if added == bool(ids):
        raise UserError("which items to remove is not said", expected="ids of added items, or --added")
    known = {str(one): one for one in every}
    chosen = every if added else [known.get(one, one) for one in ids or ()]
    if not chosen:
        raise UserError(f"{model} has no added items", expected="a model to which items were added")
    change(model, lambda current: removed_from(current, chosen))
    typer.echo(f"removed {len(chosen):,} items from {model}")
