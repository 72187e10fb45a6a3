"""Options that stand in a verb's signature as one parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cineblend.cli.options import grouped
from cineblend.cli.own_tables import OwnRatings, OwnTables
from cineblend.errors import UserError


@dataclass(frozen=True)
class Size:
    """A group."""

    high: Annotated[int, typer.Option(min=1, help="How high.")] = 2
    wide: Annotated[int | None, typer.Option(help="How wide.")] = None


def verb(*, name: Annotated[str, typer.Argument(help="Whose.")], size: Size, loud: bool = False) -> None:
    """Say a size."""
    typer.echo(f"{name} {size} {loud}")


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(grouped(verb))
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "100"})
    return done.exit_code, done.output


def test_the_fields_are_options_where_the_group_stands() -> None:
    code, shown = run("--help")
    assert code == 0
    assert "Say a size." in shown
    assert shown.index("How high.") < shown.index("How wide.") < shown.index("--loud")
    assert "size" not in shown.replace("Say a size.", "")


def test_what_is_given_arrives_and_the_rest_keeps_its_default() -> None:
    assert run("tower", "--high", "7") == (0, "tower Size(high=7, wide=None) False\n")
    assert run("hut", "--loud", "--wide", "3") == (0, "hut Size(high=2, wide=3) True\n")
    code, said = run("hole", "--high", "0")
    assert code == 2
    assert "--high" in said


def test_own_tables_say_how_they_are_read_or_nothing() -> None:
    assert OwnTables().columns() is None
    assert OwnRatings().columns() is None
    found = OwnTables(user_column="who", scale="1:10", ids="text").columns()
    assert found is not None
    assert (found.user, found.low, found.high, found.ids) == ("who", 1.0, 10.0, "text")
    for wrong in (OwnTables(ids="float"), OwnTables(scale="10:1"), OwnRatings(scale="1-10")):
        with pytest.raises(UserError, match=r"--ids|--scale"):
            wrong.columns()
