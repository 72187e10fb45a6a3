"""Options that several verbs share."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from cineblend.data.table_columns import TableColumns

Data = Annotated[
    str,
    typer.Option(
        "--data",
        "-d",
        metavar="NAME|DIR",
        help="A known release, [bold]sample[/bold], or a folder of CSV or Parquet tables.",
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where the results go.")]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, max=2**32 - 1, help="Drives the split and every model; 42, and 0 to choose cold films."
    ),
]
Seeds = Annotated[
    str | None,
    typer.Option(
        metavar="1,2,3", help="Several splits, each seed driving one and its models; shows the spread."
    ),
]
UserColumn = Annotated[str | None, typer.Option(metavar="NAME", help="Own tables: the column of user ids.")]
ItemColumn = Annotated[str | None, typer.Option(metavar="NAME", help="Own tables: the column of item ids.")]
RatingColumn = Annotated[str | None, typer.Option(metavar="NAME", help="Own tables: the column of ratings.")]
TimeColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Own tables: the column of times (seconds).")
]
TitleColumn = Annotated[str | None, typer.Option(metavar="NAME", help="Own tables: the column of titles.")]
GenresColumn = Annotated[str | None, typer.Option(metavar="NAME", help="Own tables: the column of genres.")]
Scale = Annotated[
    str | None,
    typer.Option("--scale", metavar="LOW:HIGH", help="Own tables: the rating scale; else as seen."),
]
IdType = Annotated[str, typer.Option("--ids", metavar="int|text", help="Own tables: what ids are.")]
Device = Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where text encoders run.")]
Fast = Annotated[bool, typer.Option("--fast", help="On a CPU, encode faster and not bit for bit the same.")]


Memory = Annotated[
    float | None,
    typer.Option(
        "--memory",
        metavar="GB",
        min=0.1,
        help="Plan with no more than so much memory; else with what is free.",
        envvar="CINEBLEND_MEMORY_GB",
    ),
]


def plan_with(memory: float | None) -> None:
    """Let nothing plan with more gigabytes of memory than that."""
    if memory is not None:
        from cineblend.text.encoders.memory import MEMORY_VARIABLE

        os.environ[MEMORY_VARIABLE] = str(memory)


def columns(**named: str | None) -> TableColumns | None:
    """How to read own tables; None where no flag says anything, so that a folder is recognised.

    Raises:
        UserError: ``ids`` is neither "int" nor "text", or ``scale`` is not LOW:HIGH.
    """
    from cineblend.data.table_columns import TableColumns

    ids = named.pop("ids", None) or "int"
    if ids not in ("int", "text"):
        raise UserError(f"--ids is {ids!r}", expected="int or text")
    low, high = _scale(named.pop("scale", None))
    if ids == "int" and low is None and not any(named.values()):
        return None
    return TableColumns(
        user=named.get("user"),
        item=named.get("item"),
        rating=named.get("rating"),
        timestamp=named.get("timestamp"),
        title=named.get("title"),
        genres=named.get("genres"),
        ids=ids,
        low=low,
        high=high,
    )


def seeds(text: str | None, seed: int | None) -> tuple[int, ...]:
    """The split seeds in ``text``, none where it is None.

    Raises:
        UserError: it is no list of different seeds, or there is a single seed beside it.
    """
    if text is None:
        return ()
    if seed is not None:
        raise UserError(f"both --seed {seed} and --seeds {text}", expected="one of them")
    found = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) < 2**32 for part in found) or len(set(found)) < len(found):
        raise UserError(f"--seeds is {text!r}", expected="different whole numbers below 2**32, such as 1,2,3")
    return tuple(int(part) for part in found)


def _scale(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    low, colon, high = text.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (0.0, 0.0)
    if not (colon and math.isfinite(ends[0]) and math.isfinite(ends[1]) and ends[0] < ends[1]):
        raise UserError(f"--scale is {text!r}", expected="LOW:HIGH, such as 1:10")
    return ends


def device(name: str) -> str:
    """The device's name.

    Raises:
        UnknownNameError: it is none of auto, cpu, cuda.
    """
    known = ("auto", "cpu", "cuda")
    if name not in known:
        raise UnknownNameError("device", name, known)
    return name
