"""``cineblend fit`` and ``cineblend info``: a model made of all ratings and kept, and what is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cineblend.cli import options, spark
from cineblend.cli.own_tables import OwnTables
from cineblend.constants import SEED
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.bundle.fitted import Fitted
    from cineblend.comparison.strategies import Strategy
    from cineblend.data.noun import Noun
    from cineblend.data.table_columns import TableColumns

EXAMPLE = (
    "Example: [bold]cineblend fit --data ml-latest-small --out model[/bold]; on Spark: "
    "[bold]cineblend fit --engine spark --data DIR --strategy als --out model[/bold]"
)
INFO_EXAMPLE = "Example: [bold]cineblend info model[/bold]"
DEFAULT_STRATEGY = "cineblend"

Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A folder that cineblend fit wrote.")]


def fit(
    *,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="MODEL", help="Where the model goes.")],
    data: options.Data = "ml-latest-small",
    strategy: Annotated[
        str, typer.Option("--strategy", "-s", metavar="NAME", help="A row of `cineblend strategies`.")
    ] = DEFAULT_STRATEGY,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help=f"Drives the model and the map; {SEED}.")
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A comparison's results.json, to be shown beside the model."),
    ] = None,
    with_map: Annotated[bool, typer.Option("--map/--no-map", help="Lay the catalogue out on a map.")] = True,
    noun: Annotated[
        str | None,
        typer.Option(metavar="NOUN", help="What an item is called: book, or person/people; else as found."),
    ] = None,
    machine: options.Machine,
    engine: spark.Engine,
    or_sample: Annotated[
        bool,
        typer.Option(
            "--or-sample",
            help="If the data is not available, say so and learn from the simulated sample world.",
        ),
    ] = False,
    own: OwnTables,
) -> None:
    """Fit a strategy on all ratings of a dataset and keep it in a folder that holds nothing but data.

    A model that is there already is replaced whole, at the end: stopped or killed before, it is as it was.
    """
    from cineblend.bundle.make import read_figures
    from cineblend.bundle.write import require_place, write
    from cineblend.data.noun import noun_from

    called = None if noun is None else noun_from(noun)
    row = _row(strategy, seed)
    columns = own.columns()
    if engine.is_spark and or_sample:
        raise UserError("--or-sample with --engine spark", expected="one of them; --data sample runs on both")
    machine.plan()
    require_place(out)
    figures = None if results is None else read_figures(results)

    from cineblend.progress import bar

    if engine.is_spark:
        fitted = _fit_on_spark(data, columns, row, engine.spark_settings)
        fitted = replace(fitted, noun=called or fitted.noun)
    else:
        fitted = _fit_here(
            data, columns, row, machine, called, or_sample=or_sample, with_map=with_map, map_seed=seed
        )
    with bar("writing", None):
        fitted = write(replace(fitted, figures=figures), out)
    for note in fitted.made_from["notes"]:
        typer.echo(f"note: {note}")
    typer.echo(
        f"{fitted.strategy}, version {fitted.version}: {fitted.noun.counted(len(fitted.catalog))}, "
        f"{fitted.made_from['data']['ratings']} {fitted.rows_called} of {fitted.made_from['data']['name']}\n"
        f"kept in {out}; open its page: cineblend serve --model {out}"
    )


def _row(name: str, seed: int | None) -> Strategy:
    from cineblend.comparison.strategies import reseeded, rows

    row, *others = rows([name])
    if others:
        raise UserError(
            f"{name} stands for {1 + len(others)} strategies",
            expected="one of " + ", ".join(one.name for one in (row, *others)),
        )
    return row if seed is None else reseeded(row, seed)


def _fit_here(
    data: str,
    columns: TableColumns | None,
    row: Strategy,
    machine: options.Machine,
    noun: Noun | None,
    *,
    or_sample: bool,
    with_map: bool,
    map_seed: int | None,
) -> Fitted:
    from cineblend.bundle.make import make
    from cineblend.cli.obtain import obtain
    from cineblend.comparison.plan import plan
    from cineblend.comparison.workbench import Bench
    from cineblend.data.shape import Shape, peek

    if counted := peek(data, columns):
        plan(row, counted)  # what cannot fit is refused before minutes of reading
    dataset, _ = obtain(data, columns, or_sample=or_sample)
    dataset = replace(dataset, noun=noun or dataset.noun)
    chosen = plan(row, Shape.of(dataset), loaded=True)
    if chosen.chosen:
        typer.echo(str(chosen), err=True)
    bench = Bench(device=machine.device, fast=machine.fast)
    return make(
        dataset, chosen.strategy, bench, with_map=with_map, seed=SEED if map_seed is None else map_seed
    )


def _fit_on_spark(
    data: str, columns: TableColumns | None, row: Strategy, settings: list[str] | None
) -> Fitted:
    from cineblend.engine.fit import fit, spark_strategy

    spark_strategy(row)  # said before Java starts
    with spark.ratings_on_spark(data, columns, settings) as ratings:
        return fit(ratings, row)


def info(
    model: Model,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, hyper-parameters included.")] = False,
) -> None:
    """Verify every file of a model and say what it is: strategy, data, versions, figures."""
    from cineblend.bundle.read import card, read_files

    manifest, _ = read_files(model)
    said = card(manifest)
    if as_json:
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in _lines(said):
        table.add_row(name, value)
    Console().print(table, markup=False)


def _lines(said: dict[str, Any]) -> list[tuple[str, str]]:
    data, made_with = said["data"], said["environment"]
    implicit = data.get("feedback") == "implicit"
    rows = f"interactions: people {data['act']} them" if implicit else "ratings"
    found = [
        ("strategy", f"{said['title']} ({said['strategy']})"),
        ("version", said["version"]),
        ("size", f"{said['bytes'] / 1e6:.1f} MB in {said['files']} files, all as they were written"),
        ("data", f"{data['name']}: {data['users']} users, {data['items']} items, {data['ratings']} {rows}"),
        ("items", f"called {said['noun']}, {said['nouns']}"),
        ("scale", "" if implicit else f"{said['scale'][0]:g} to {said['scale'][1]:g}"),
        ("licence", data["licence"]),
        ("citation", data["citation"]),
        ("caution", data["caution"]),
        ("fitted", f"{made_with['date']}, in {said['seconds']['fit']:.1f} s, seed {said['seed']}"),
        ("by", f"cineblend {made_with['cineblend']}, Python {made_with['python']}"),
        *(("note", note) for note in said["notes"]),
    ]
    return [(name, value) for name, value in found if value]
