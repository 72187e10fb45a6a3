"""A listed set of films written to a file, by the ending of its name."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cineblend.data.noun import Noun
    from cineblend.service.answers import Item

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Write it: .csv for Letterboxd, .imdb.csv for IMDb, .json or .txt.",
    ),
]


def save(items: Iterable[Item], path: Path, noun: Noun) -> None:
    """Write the items and say where.

    Raises:
        UserError: the file's name has no known ending, or it cannot be written.
    """
    from cineblend.files import write_text
    from cineblend.service.written import form_of, written

    listed, form = list(items), form_of(path)
    write_text(path, written(listed, form))
    unknown = sum(item.imdb_id is None for item in listed)
    if form == "imdb" and unknown:
        print(f"note: {noun.counted(unknown)} without a number of IMDb are left out", file=sys.stderr)
    typer.echo(path)
