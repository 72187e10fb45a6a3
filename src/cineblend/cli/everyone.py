"""``cineblend recommend-all``: everybody's list by a kept model, as Parquet or CSV."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.cli import spark
from cineblend.cli.own_tables import OwnRatings
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.bundle.fitted import Fitted
    from cineblend.data.table_columns import TableColumns

EXAMPLE = (
    "Example: [bold]cineblend recommend-all --model model --data my-folder --out lists.parquet "
    "--engine spark[/bold]"
)


def recommend_all(
    *,
    model: Annotated[
        Path, typer.Option("--model", "-m", metavar="MODEL", help="A folder that cineblend fit wrote.")
    ],
    data: Annotated[str, typer.Option("--data", "-d", metavar="NAME|DIR", help="Whose people get a list.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="A file, CSV or Parquet by its ending; on Spark, a new folder.",
        ),
    ],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Films listed a person.")] = 25,
    workers: Annotated[
        int,
        typer.Option(min=0, max=256, help="Processes; 0 for one a processor."),
    ] = 0,
    engine: spark.Engine,
    own: OwnRatings,
) -> None:
    """List the best films for everybody who rated any: columns user, rank, item, score.

    Each list is what the model makes of the person's ratings in the data, rated films left out. What is
    there under the name already is replaced by a file, and refused where a folder would take its place.
    """
    from cineblend.bundle.read import read

    columns = own.columns()
    _require_place(out, folder=engine.is_spark)
    fitted = read(model)
    skipped = (
        _on_spark(fitted, data, columns, out, k, engine.spark_settings)
        if engine.is_spark
        else _here(fitted, model, data, columns, out, k, workers or os.cpu_count() or 1)
    )
    if skipped:
        print(
            f"note: {skipped} ratings are of {fitted.noun.many} that the model does not know", file=sys.stderr
        )
    typer.echo(out)


def _require_place(out: Path, *, folder: bool) -> None:
    from cineblend.files import writable_directory

    writable_directory(out.absolute().parent)
    if folder and out.suffix == ".csv":
        raise UserError(
            f"{out} ends in .csv, but Spark writes a folder of Parquet files",
            expected="a name for a folder",
            remedy="leave out --engine spark to write CSV",
        )
    if out.is_dir() or (folder and out.exists()):
        raise UserError(
            f"{out} is there already", expected="a name for a new one", remedy="remove it, or name another"
        )


def _on_spark(
    fitted: Fitted, data: str, columns: TableColumns | None, out: Path, k: int, settings: list[str] | None
) -> int:
    from cineblend.engine.lists import list_everyone, write_lists

    with spark.ratings_on_spark(data, columns, settings, fitted.catalog) as ratings:
        write_lists(list_everyone(ratings, fitted, k), out)
        return ratings.n_skipped


def _here(
    fitted: Fitted, model: Path, data: str, columns: TableColumns | None, out: Path, k: int, workers: int
) -> int:
    from cineblend.cli.obtain import obtain
    from cineblend.engine.here import write_everyone

    dataset, _ = obtain(data, columns)
    return write_everyone(dataset, fitted, model, out, k, workers)
