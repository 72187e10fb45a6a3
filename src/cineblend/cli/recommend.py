"""``cineblend recommend``, ``find``, ``similar`` and ``explain``: what a kept model says of films."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cineblend.cli.list_files import Out, save
from cineblend.cli.list_filters import ListFilters
from cineblend.cli.own_export import film, named, read_export, say
from cineblend.cli.own_tables import OwnRatings
from cineblend.cli.person import Person, history_of, library_of
from cineblend.constants import TEXT_WEIGHT

if TYPE_CHECKING:
    from cineblend.service.answers import Listing
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import By

EXAMPLE = (
    "Example: [bold]cineblend recommend --model model --ratings ratings.csv --text 'slow, no gore'[/bold]"
)
FIND_EXAMPLE = "Example: [bold]cineblend find --model model '80s heist films, no comedy'[/bold]"
SIMILAR_EXAMPLE = "Example: [bold]cineblend similar --model model 'spirited away' -k 5[/bold]"
EXPLAIN_EXAMPLE = (
    "Example: [bold]cineblend explain --model model --ratings ratings.csv --item 'heat 1995'[/bold]"
)

Model = Annotated[
    Path, typer.Option("--model", "-m", metavar="MODEL", help="A folder that cineblend fit wrote.")
]
K = Annotated[int, typer.Option("-k", min=1, max=100, help="Films listed.")]
Words = Annotated[str, typer.Option(metavar="WORDS", help="What the films should be about, and what not.")]
TextWeight = Annotated[
    float, typer.Option(min=0, max=1, help="0: what people like you like; 1: films like yours, or the words.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def recommend(
    *,
    model: Model,
    person: Person,
    k: K = 10,
    text: Words = "",
    text_weight: TextWeight = TEXT_WEIGHT,
    filters: ListFilters,
    diversity: Annotated[float, typer.Option(min=0, max=1, help="Towards 1: films unlike each other.")] = 0.0,
    calibration: Annotated[
        float, typer.Option(min=0, max=1, help="Towards 1: as many little-known films as in the ratings.")
    ] = 0.0,
    new_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of the list for films that nobody has rated; else by score."),
    ] = None,
    together: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A second person's export: both must like it.")
    ] = None,
    owned: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Only films of a Jellyfin, Plex or Kodi library: JSON or .nfo, or a zip."
        ),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    own: OwnRatings,
) -> None:
    """List films for a person of the dataset, or for anyone's export; without either, for anybody."""
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import wanted_from

    loaded = Recommender.load(model)
    history, times, seen = history_of(loaded, person, own)
    wanted = wanted_from(
        history,
        timestamps=times,
        k=k,
        text=text,
        text_weight=text_weight,
        diversity=diversity,
        calibration=calibration,
        new_share=new_share,
        together=None if together is None else read_export(loaded, together).ratings,
        only=None if owned is None else library_of(loaded, owned),
        exclude=() if filters.include_rated else seen,
        **filters.options(),
    )
    _give(loaded.listing(wanted), loaded, out, as_json=as_json)


def find(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What the films should be, and what not.")],
    model: Model,
    k: K = 10,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List the films that best fit words, whoever asks."""
    from cineblend.service.recommender import Recommender

    loaded = Recommender.load(model)
    _give(loaded.find(words, k), loaded, out, as_json=as_json)


def similar(
    of: Annotated[str, typer.Argument(metavar="FILM", help="An item id, or a title as you remember it.")],
    model: Model,
    k: K = 10,
    by: Annotated[str, typer.Option(metavar="both|people|text", help="By what films are alike.")] = "both",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List the films most like one."""
    from cineblend.service.recommender import Recommender

    loaded = Recommender.load(model)
    found = loaded.similar(film(loaded, of), k, cast("By", by))
    if out is not None:
        save((one.item for one in found), out, loaded.fitted.noun)
    elif as_json:
        print_json([asdict(one) for one in found])
    else:
        rows = [
            (str(rank), named(one.item), f"{one.score:.3f}", one.shared.sentence)
            for rank, one in enumerate(found, 1)
        ]
        _print_table(("", loaded.fitted.noun.one, "alike", "shared"), rows)


def explain(
    *,
    model: Model,
    item: Annotated[
        str, typer.Option("--item", "-i", metavar="FILM", help="An item id, or a title as you remember it.")
    ],
    person: Person,
    k: K = 10,
    text: Words = "",
    text_weight: TextWeight = TEXT_WEIGHT,
    as_json: AsJson = False,
    own: OwnRatings,
) -> None:
    """Say what every rating adds to a film's score, and where the film would be without it."""
    from cineblend.service.recommender import Recommender

    loaded = Recommender.load(model)
    history, times, _ = history_of(loaded, person, own)
    found = loaded.explain(
        history, film(loaded, item), timestamps=times, k=k, text=text, text_weight=text_weight
    )
    if as_json:
        print_json(asdict(found))
        return
    act = loaded.fitted.act
    rank = f"not listed: {act or 'rated'} already" if found.rank is None else f"number {found.rank}"
    say(*found.notes)
    typer.echo(f"{named(found.item)}: score {found.score:.3f}, {rank}")
    rows = [(f"{line.contribution:+.3f}", line.sentence) for line in found.lines]
    _print_table(("adds", "why"), rows)
    without = [
        (one.title if act else f"{one.title}, rated {one.rating:g}",
         "" if one.rank_without is None else str(one.rank_without),
         f"leaves the list of {k}" if one.leaves_list else "")
        for one in found.without[:10]
    ]  # fmt: skip
    _print_table(("without", "number", ""), without)


def _give(listing: Listing, loaded: Recommender, out: Path | None, *, as_json: bool) -> None:
    if as_json and out is None:
        print_json({"model_version": loaded.model_version, **asdict(listing)})
        return
    say(*(f"understood: {one.says}" for one in listing.understood if one.kind != "unknown"), *listing.notes)
    if out is not None:
        save((one.item for one in listing.items), out, loaded.fitted.noun)
        return
    rows = [
        (str(one.rank), named(one.item), f"{one.score:.3f}", one.reasons[0].sentence if one.reasons else "")
        for one in listing.items
    ]
    _print_table(("", loaded.fitted.noun.one, "score", "why"), rows)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _print_table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(*header, box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
