"""Options that several verbs share, one by one or in groups."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cineblend.constants import SEED
from cineblend.errors import UnknownNameError, UserError

Data = Annotated[
    str,
    typer.Option(
        "--data",
        "-d",
        metavar="NAME|DIR",
        help="A known release, [bold]sample[/bold], or a folder, file or zip of tables.",
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where the results go.")]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, max=2**32 - 1, help=f"Drives the split and every model; {SEED}, and 0 to choose cold films."
    ),
]
Seeds = Annotated[
    str | None,
    typer.Option(
        metavar="1,2,3", help="Several splits, each seed driving one and its models; shows the spread."
    ),
]
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


def grouped(verb: Callable[..., None]) -> Callable[..., None]:
    """A verb for typer, in which each parameter that is a dataclass of options stands as its fields."""
    signature = inspect.signature(verb, eval_str=True)
    parameters: list[inspect.Parameter] = []
    groups: dict[str, tuple[Any, list[str]]] = {}
    for one in signature.parameters.values():
        kind: Any = one.annotation
        if is_dataclass(one.annotation):
            members = inspect.signature(kind, eval_str=True).parameters
            groups[one.name] = kind, list(members)
            parameters += members.values()
        else:
            parameters.append(one)

    def run(**given: Any) -> None:
        made = {
            name: group(**{member: given.pop(member) for member in members})
            for name, (group, members) in groups.items()
        }
        verb(**given, **made)

    run.__doc__ = verb.__doc__
    shown = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    run.__signature__ = signature.replace(parameters=shown)  # pyright: ignore[reportFunctionMemberAccess]
    return run


@dataclass(frozen=True)
class Machine:
    """What may be used, and where."""

    memory: Memory = None
    device: Device = "auto"
    fast: Fast = False

    def __post_init__(self) -> None:
        device(self.device)

    def plan(self) -> None:
        """Let nothing plan with more memory than was said."""
        if self.memory is not None:
            from cineblend.text.encoders.memory import MEMORY_VARIABLE

            os.environ[MEMORY_VARIABLE] = str(self.memory)


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


def device(name: str) -> str:
    """The device's name.

    Raises:
        UnknownNameError: it is none of auto, cpu, cuda.
    """
    known = ("auto", "cpu", "cuda")
    if name not in known:
        raise UnknownNameError("device", name, known)
    return name
