"""``cineblend compare`` and ``cineblend strategies``: judge strategies by one protocol and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cineblend.cli import options
from cineblend.cli.own_tables import OwnTables
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.comparison.strategies import Strategy
    from cineblend.evaluate.metrics import Metric

EXAMPLE = (
    "Example: [bold]cineblend compare --data ml-latest-small --strategies popularity,mf,mf+minilm[/bold]"
)
LIST_EXAMPLE = "Example: [bold]cineblend strategies[/bold]"
DEFAULT_DATA = "ml-latest-small"


@dataclass(frozen=True)
class Judging:
    """How to split and judge."""

    protocol: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How to split and judge: study, temporal, temporal-global, leave-last-one, "
            "cold-items, new-releases, cold-users.",
        ),
    ] = "study"
    first: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="cold-users: each person's first N ratings by time are the history, the rest is the test.",
        ),
    ] = None
    cuts: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="temporal-global, new-releases: N cut dates, each judged until the next; "
            "everybody counts once.",
        ),
    ] = None
    seed: options.Seed = None
    seeds: options.Seeds = None
    baseline: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The row the others are tested against; popularity, else the first row."
        ),
    ] = ""
    k: Annotated[int, typer.Option("--k", "-k", min=1, max=1000, help="Length of the judged list.")] = 25
    metrics: Annotated[
        str | None,
        typer.Option(metavar="P@25,…", help="What to measure, by comma; the standard set if not named."),
    ] = None


@dataclass(frozen=True)
class EncoderRows:
    """An encoder to compare."""

    encoder: Annotated[
        str | None,
        typer.Option(
            "--encoder",
            "-e",
            metavar="NAME|DIR|ORG/NAME@COMMIT",
            help="Two rows more: this encoder alone, and in the study's blend.",
        ),
    ] = None
    document: Annotated[
        str, typer.Option(metavar="default|study|facts", help="Which text --encoder reads.")
    ] = "default"
    dim: Annotated[
        int, typer.Option("--dim", min=0, help="Numbers of --encoder's vectors to keep; 0 for all.")
    ] = 0


def compare(
    *,
    data: options.Data = DEFAULT_DATA,
    strategies: Annotated[
        str | None,
        typer.Option(metavar="A,B|all", help="Rows, by comma; else study, or no-stars without ratings."),
    ] = None,
    judging: Judging,
    out: options.Out = Path("results"),
    encoder: EncoderRows,
    machine: options.Machine,
    or_sample: Annotated[
        bool,
        typer.Option(
            "--or-sample",
            help="If the data is not available, say so and run on the simulated sample world.",
        ),
    ] = False,
    own: OwnTables,
) -> None:
    """Run strategies on one dataset; print the table, write results.json, .csv, scores.png, report.html.

    The cheapest run first. Each finished row prints a line with the time left on standard error.

    Rows whose weights or hardware are missing are marked "not run", with the reason and the remedy.
    """
    # Everything the caller may have mistyped is checked before the first long step.
    from cineblend.comparison.experiment import baseline_of, run
    from cineblend.evaluate.protocol import protocol as protocol_of
    from cineblend.report.files import prepare_report, write_report

    rules = protocol_of(
        judging.protocol, seed=judging.seed, k=judging.k, first=judging.first, cuts=judging.cuts
    )
    rows = _rows("study" if strategies is None else strategies, encoder, judging.seed)
    metrics = _metrics(judging.metrics)
    seeds = options.seeds(judging.seeds, judging.seed)
    if seeds and len(rules.parts()) > 1:
        raise UserError(f"both --seeds {judging.seeds} and --cuts {judging.cuts}", expected="one of them")
    baseline = baseline_of(rows, judging.baseline)
    columns = own.columns()
    machine.plan()
    prepare_report(out)

    from cineblend.cli.obtain import obtain
    from cineblend.cli.row_lines import row_watch
    from cineblend.comparison.plan import planned
    from cineblend.comparison.workbench import Bench
    from cineblend.report.table import render_table

    dataset, fallback = obtain(data, columns, or_sample=or_sample)
    if strategies is None and dataset.feedback == "implicit":
        typer.echo("note: no ratings, so the rows are those that learn from interactions", err=True)
        rows = _rows("no-stars", encoder, judging.seed)
    rows = planned(rows, dataset, lambda line: typer.echo(line, err=True))
    comparison = run(
        dataset,
        rows,
        rules,
        Bench(device=machine.device, fast=machine.fast),
        metrics=metrics,
        fallback=fallback,
        baseline=baseline,
        seeds=seeds,
        watch=row_watch(rows, dataset, len(seeds) or len(rules.parts())),
    )
    written = write_report(comparison, out)
    render_table(comparison, Console())
    typer.echo(f"\nreport: {written.page}")


def _metrics(labels: str | None) -> list[Metric] | None:
    from cineblend.evaluate.metrics import parse

    if labels is None:
        return None
    if not _names(labels):
        raise UserError(f"--metrics {labels!r} names no metric", expected="labels such as P@25,NDCG@10")
    return [parse(label) for label in _names(labels)]


def list_strategies() -> None:
    """List the rows that compare knows, with what the study published for them."""
    from rich.table import Table

    from cineblend.comparison.strategies import ROWS

    table = Table("strategy", "what it is", "published P@25", "R@25", "NDCG@25 (study)", box=None)
    for row in ROWS:
        printed = row.published
        figures = (
            (f"{printed.precision:.3f}", f"{printed.recall:.3f}", f"{printed.study_ndcg:.3f}")
            if printed
            else ("", "", "")
        )
        table.add_row(row.name, row.title, *figures)
    Console().print(table)


def _rows(strategies: str, encoder: EncoderRows, seed: int | None) -> list[Strategy]:
    from cineblend.comparison.strategies import encoder_rows, reseeded, rows

    named = rows(_names(strategies))
    if encoder.encoder:
        named = *named, *encoder_rows(encoder.encoder, encoder.document, encoder.dim)
    return [row if seed is None else reseeded(row, seed) for row in named]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
