"""``cineblend data``, ``fetch`` and ``simulate``: look at a dataset, get one, make one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cineblend.cli.own_tables import OwnTables

DATA_EXAMPLE = "Example: [bold]cineblend data ml-latest-small --plot ratings.png[/bold]"
FETCH_EXAMPLE = "Example: [bold]cineblend fetch ml-latest-small[/bold]"
SIMULATE_EXAMPLE = (
    "Example: [bold]cineblend simulate --users 5000 --items 3000 --ratings 400000 --out world[/bold]"
)


def show(
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME|DIR", help="A release, sample, or a folder, file or zip of tables.")
    ],
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw it too: ratings, long tail, genres.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    own: OwnTables,
) -> None:
    """Say what is in a dataset, what each file and column was taken for, and what was left out."""
    from cineblend.cli.obtain import obtain
    from cineblend.data.describe import describe
    from cineblend.report.dataset import draw_summary, render_summary

    columns = own.columns()
    if plot is not None:
        _require_place_for(plot)
    dataset, _ = obtain(name, columns, say=False)
    summary = describe(dataset)
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), indent=2))
    else:
        render_summary(summary, Console())
    if plot is not None:
        draw_summary(summary, plot)
        typer.echo(f"drawn: {plot}", err=as_json)


def _require_place_for(plot: Path) -> None:
    from cineblend.errors import UserError
    from cineblend.files import writable_directory

    writable_directory(plot.parent)
    if plot.is_dir():
        raise UserError(f"--plot {plot} is a directory", expected="a file that ends in .png")


def fetch(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A MovieLens release, or [bold]wikipedia-films[/bold].")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder that gets NAME/; the cache if not named.")
    ] = None,
) -> None:
    """Download a MovieLens release, or texts about films: checked, resumed when cut, unpacked safely."""
    from cineblend.data.fetch import fetch as fetch_release
    from cineblend.data.fetch_files import FILE_SETS, fetch_files
    from cineblend.data.formats import RELEASES
    from cineblend.errors import UnknownNameError

    if name in FILE_SETS:
        typer.echo(fetch_files(FILE_SETS[name], destination=to))
        return
    if name not in RELEASES:
        raise UnknownNameError("dataset", name, [*RELEASES, *FILE_SETS])
    typer.echo(fetch_release(name, destination=to))


def simulate(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder that gets the tables.")],
    users: Annotated[int, typer.Option(min=1, help="How many people.")] = 600,
    items: Annotated[int, typer.Option(min=1, help="How many films.")] = 1500,
    ratings: Annotated[int, typer.Option(min=1, help="How many ratings, exactly.")] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds make equal worlds.")] = 0,
    popularity_exponent: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=5.0,
            help="How fast appeal falls with a film's rank; like MovieLens' if not named.",
        ),
    ] = None,
) -> None:
    """Make a world of tastes, films and ratings, of any size, as Parquet tables that every verb reads."""
    from cineblend.data.simulate_tables import write_world
    from cineblend.data.world import WorldConfig, usual_exponent

    exponent = usual_exponent(items) if popularity_exponent is None else popularity_exponent
    config = WorldConfig(
        n_users=users, n_items=items, n_ratings=ratings, popularity_exponent=exponent, seed=seed
    )
    write_world(config, out)
    typer.echo(out)
