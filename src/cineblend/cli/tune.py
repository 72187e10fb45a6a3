"""``cineblend tune``: choose a strategy's numbers on inner hold-outs, never on the test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cineblend.cli import options
from cineblend.cli.own_tables import OwnTables
from cineblend.constants import SEED

EXAMPLE = (
    "Example: [bold]cineblend tune mf+minilm --data ml-latest-small --out tuned[/bold], then "
    "[bold]cineblend compare --strategies popularity,mf+minilm,tuned/strategy.json[/bold]"
)


def tune(
    *,
    strategy: Annotated[str, typer.Argument(metavar="STRATEGY", help="The row whose numbers are chosen.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where the search and its outcome are kept.")
    ],
    data: options.Data = "ml-latest-small",
    protocol: Annotated[
        str, typer.Option(metavar="NAME", help="How to split, outside and inside: see compare.")
    ] = "study",
    seed: options.Seed = None,
    trials: Annotated[int, typer.Option(min=1, help="Sets of numbers to try.")] = 30,
    folds: Annotated[int, typer.Option(min=1, max=50, help="Inner hold-outs.")] = 3,
    metric: Annotated[str, typer.Option(metavar="NDCG@25", help="What to maximise.")] = "NDCG@25",
    vary: Annotated[
        str,
        typer.Option(
            metavar="weight,…|all",
            help="Which numbers, by name; if none is named a blend's weights and normalisers, else all.",
        ),
    ] = "",
    device: options.Device = "auto",
    own: OwnTables,
) -> None:
    """Search a strategy's numbers on inner hold-outs of the split's training ratings.

    Writes strategy.json (compare takes it as a row), tuning.png and study.db. Stopped or killed, the same
    command goes on where it was; with more --trials it goes on from there.
    """
    from cineblend.comparison.spaces import chosen_knobs
    from cineblend.comparison.strategies import reseeded, tuning_base
    from cineblend.evaluate.metrics import parse
    from cineblend.evaluate.protocol import protocol as protocol_of
    from cineblend.report.figure import require_matplotlib
    from cineblend.tune.search import TuneConfig
    from cineblend.tune.store import require_optuna

    columns = own.columns()
    rules = protocol_of(protocol, seed=seed)
    base = tuning_base(strategy)
    row = base if seed is None else reseeded(base, seed)
    names = tuple(name.strip() for name in vary.split(",") if name.strip())
    config = TuneConfig(parse(metric), trials, folds, names, seed=SEED if seed is None else seed)
    chosen_knobs(row.model, names)
    place = options.device(device)
    require_optuna()
    require_matplotlib()

    from rich.console import Console

    from cineblend.cli.obtain import obtain
    from cineblend.comparison import tuned
    from cineblend.comparison.workbench import Bench
    from cineblend.report.tuning import render_search
    from cineblend.report.tuning_chart import draw_tuning
    from cineblend.tune.search import tune as search

    dataset, _ = obtain(data, columns)
    found = search(dataset, row, rules, Bench(device=place), config, out)
    draw_tuning(found, out / "tuning.png")
    tuned.write(found, out / "strategy.json")
    render_search(found, Console())
    typer.echo(
        f"\nkept in {out}; judge it: cineblend compare --data {data} --protocol {protocol}"
        + ("" if seed is None else f" --seed {seed}")
        + f" --strategies {strategy},{out / 'strategy.json'}"
    )
