"""``cineblend recommend``, ``find``, ``similar`` and ``explain``: what a kept model says of films."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cineblend.cli.list_files import Out, save
from cineblend.cli.list_filters import ListFilters
from cineblend.cli.own_tables import OwnRatings
from cineblend.constants import TEXT_WEIGHT
from cineblend.errors import DataNotFoundError, UserError

if TYPE_CHECKING:
    from cineblend.service.answers import Listing
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import By, ItemId

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


@dataclass(frozen=True)
class Person:
    """Whose ratings; nobody's where nothing is said."""

    ratings: Annotated[
        Path | None,
        typer.Option(
            "--ratings", "-r", metavar="FILE.csv", help="An export of Letterboxd, IMDb or MovieLens."
        ),
    ] = None
    user: Annotated[
        str | None,
        typer.Option("--user", "-u", metavar="ID", help="A person of the dataset named by --data."),
    ] = None
    data: Annotated[
        str | None,
        typer.Option("--data", "-d", metavar="NAME|DIR", help="Where --user is: a model keeps no people."),
    ] = None


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
        Path | None, typer.Option(metavar="FILE.csv", help="A second person's export: both must like it.")
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    own: OwnRatings,
) -> None:
    """List films for a person of the dataset, or for anyone's export; without either, for anybody."""
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import wanted_from

    loaded = Recommender.load(model)
    history, times = _person(loaded, person, own)
    wanted = wanted_from(
        history,
        timestamps=times,
        k=k,
        text=text,
        text_weight=text_weight,
        diversity=diversity,
        calibration=calibration,
        new_share=new_share,
        together=None if together is None else _export(loaded, together)[0],
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
    named: Annotated[str, typer.Argument(metavar="FILM", help="An item id, or a title as you remember it.")],
    model: Model,
    k: K = 10,
    by: Annotated[str, typer.Option(metavar="both|people|text", help="By what films are alike.")] = "both",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """List the films most like one."""
    from cineblend.service.recommender import Recommender

    loaded = Recommender.load(model)
    found = loaded.similar(film(loaded, named), k, cast("By", by))
    if out is not None:
        save((one.item for one in found), out)
    elif as_json:
        print_json([asdict(one) for one in found])
    else:
        rows = [
            (str(rank), _named(one.item), f"{one.score:.3f}", one.shared.sentence)
            for rank, one in enumerate(found, 1)
        ]
        _print_table(("", "film", "alike", "shared"), rows)


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
    history, times = _person(loaded, person, own)
    found = loaded.explain(
        history, film(loaded, item), timestamps=times, k=k, text=text, text_weight=text_weight
    )
    if as_json:
        print_json(asdict(found))
        return
    act = loaded.fitted.act
    rank = f"not listed: {act or 'rated'} already" if found.rank is None else f"number {found.rank}"
    _say(*found.notes)
    typer.echo(f"{_named(found.item)}: score {found.score:.3f}, {rank}")
    rows = [(f"{line.contribution:+.3f}", line.sentence) for line in found.lines]
    _print_table(("adds", "why"), rows)
    without = [
        (one.title if act else f"{one.title}, rated {one.rating:g}",
         "" if one.rank_without is None else str(one.rank_without),
         f"leaves the list of {k}" if one.leaves_list else "")
        for one in found.without[:10]
    ]  # fmt: skip
    _print_table(("without", "number", ""), without)


def _person(
    loaded: Recommender, who: Person, own: OwnRatings
) -> tuple[dict[ItemId, float], dict[ItemId, int]]:
    """Item id to rating, and to time."""
    if who.ratings is not None and who.user is not None:
        raise UserError(f"both --ratings {who.ratings} and --user {who.user}", expected="one of them")
    if who.ratings is not None:
        return _export(loaded, who.ratings)
    return ({}, {}) if who.user is None else _known(loaded, who.user, who.data, own)


def _export(loaded: Recommender, path: Path) -> tuple[dict[ItemId, float], dict[ItemId, int]]:
    """The ratings of a person's export."""
    if not path.is_file():
        raise DataNotFoundError(f"there is no file {path}", expected="an export of ratings as CSV")
    done = loaded.read_export(path.read_bytes())
    if not done.matched:
        raise UserError(
            f"{path}: none of its films is known ({len(done.not_found)} not found, "
            f"{len(done.ambiguous)} ambiguous, {len(done.skipped)} rows skipped)",
            expected="ratings of films that the model knows",
        )
    _say(
        f"{path.name}: {len(done.matched)} films matched, {len(done.ambiguous)} ambiguous, "
        f"{len(done.not_found)} not found, {len(done.skipped)} rows skipped"
    )
    return done.ratings, done.timestamps


def _known(
    loaded: Recommender, user: str, data: str | None, own: OwnRatings
) -> tuple[dict[ItemId, float], dict[ItemId, int]]:
    """The ratings of a person of a dataset."""
    from cineblend.cli.obtain import obtain
    from cineblend.data.users import UserBatch

    if data is None:
        name = loaded.fitted.made_from.get("data", {}).get("name", "NAME")
        raise UserError(
            f"--user {user} needs the dataset: a model keeps no people", remedy=f"add --data {name}"
        )
    dataset, _ = obtain(data, own.columns())
    if dataset.users.ids.dtype.kind == "U":
        num = dataset.users.num(user)
    else:
        num = dataset.users.num(int(user)) if re.fullmatch(r"-?[0-9]{1,18}", user) else -1
    if num < 0:
        raise UserError(f"there is no person {user!r} in {data}", expected="an id of its ratings")
    import numpy as np

    person = UserBatch.known(dataset.ratings, np.array([num], np.int32))
    item_ids = dataset.catalog.items.ids[person.item_num].tolist()
    known = [item_id in loaded.vocabulary for item_id in item_ids]
    if not all(known):
        _say(f"{known.count(False)} of the person's {len(known)} films are not in the model")
    rated = dict(zip(item_ids, person.value.tolist(), strict=True))
    times = dict(zip(item_ids, person.timestamp.tolist(), strict=True))
    kept = [item_id for item_id, here in zip(item_ids, known, strict=True) if here]
    return {one: rated[one] for one in kept}, {one: times[one] for one in kept}


def film(loaded: Recommender, said: str) -> ItemId:
    """The film of an id, or of a title; of a title it is said which film was taken."""
    for item_id in (said, int(said) if said.isdecimal() and len(said) < 19 else said):
        if item_id in loaded.vocabulary:
            return item_id
    found = loaded.search(said, limit=1).items
    if not found:
        raise UserError(f"there is no film like {said!r}", expected="an item id or a title")
    _say(f"{said}: taken as {_named(found[0])}, id {found[0].item_id}")
    return found[0].item_id


def _named(item: Any) -> str:
    return f"{item.title} ({item.year})" if item.year else item.title


def _give(listing: Listing, loaded: Recommender, out: Path | None, *, as_json: bool) -> None:
    if as_json and out is None:
        print_json({"model_version": loaded.model_version, **asdict(listing)})
        return
    _say(*(f"understood: {one.says}" for one in listing.understood if one.kind != "unknown"), *listing.notes)
    if out is not None:
        save((one.item for one in listing.items), out)
        return
    rows = [
        (str(one.rank), _named(one.item), f"{one.score:.3f}", one.reasons[0].sentence if one.reasons else "")
        for one in listing.items
    ]
    _print_table(("", "film", "score", "why"), rows)


def _say(*notes: str) -> None:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


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
