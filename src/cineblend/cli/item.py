"""``cineblend item``: everything that a model knows of one film, as text."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.cli.own_export import film
from cineblend.cli.recommend import AsJson, Model, print_json

if TYPE_CHECKING:
    from cineblend.service.details import Film

EXAMPLE = "Example: [bold]cineblend item --model model 'heat 1995'[/bold]"
_WIDTH = 100


def item(
    named: Annotated[str, typer.Argument(metavar="FILM", help="An item id, or a title as you remember it.")],
    model: Model,
    as_json: AsJson = False,
) -> None:
    """Show a film: what it is about, who made it, and where that comes from."""
    from cineblend.service.recommender import Recommender

    loaded = Recommender.load(model)
    found = loaded.film(film(loaded, named))
    if as_json:
        print_json(asdict(found))
        return
    for line in panel(found):
        typer.echo(line)


def panel(found: Film) -> list[str]:
    """The lines of a film's panel; text of the catalogue cannot move the terminal's cursor."""
    from cineblend.service.shown import LONGEST_NAME, LONGEST_PROSE, one_line

    content = found.content
    mean = "" if found.mean_rating is None else f", {found.mean_rating:.1f} on average"
    facts = {
        "genres": found.genres,
        "length": (f"{found.runtime} minutes",) if found.runtime else (),
        "ratings": (f"{found.n_ratings}{mean}",),
        **content.people,
        "countries": content.countries,
        "languages": content.languages,
        "keywords": content.keywords,
        "also": content.aliases,
        "imdb": (found.imdb_id,) if found.imdb_id else (),
    }
    lines = [one_line(f"{found.title} ({found.year})" if found.year else found.title, LONGEST_NAME)]
    for name, values in facts.items():
        said = ", ".join(one_line(value, LONGEST_NAME) for value in values)
        if said:
            lines.append(fill(f"{one_line(name, 20):<10} {said}", _WIDTH, subsequent_indent=" " * 11))
    for text in content.texts.values():
        lines += ["", fill(one_line(text, LONGEST_PROSE), _WIDTH)]
    for source in content.sources:
        where = f" {source.page or source.home}" if source.page or source.home else ""
        what = ", ".join(source.gives)
        lines += ["", one_line(f"{what}: from {source.title} ({source.licence}){where}", 3000)]
    return lines
