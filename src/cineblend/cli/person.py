"""Whose ratings a verb is about: a person's own export, or somebody of the dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.cli.own_export import read_export, say
from cineblend.cli.own_tables import OwnRatings
from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.service.recommender import Recommender
    from cineblend.service.wanted import ItemId


@dataclass(frozen=True)
class Person:
    """Whose ratings; nobody's where nothing is said."""

    ratings: Annotated[
        Path | None,
        typer.Option(
            "--ratings",
            "-r",
            metavar="FILE",
            help="An export, such as Letterboxd's zip, IMDb's or Trakt's ratings; - is the standard input.",
        ),
    ] = None
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar='"TITLE (YEAR)=FILM"', help="Which film a row of --ratings means."),
    ] = None
    rate_likes: Annotated[
        bool,
        typer.Option(
            "--rate-likes", help="Films that --ratings likes without a rating count as 4 of 5 stars."
        ),
    ] = False
    missing: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the films of --ratings that the model lacks, for add-items."
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


def history_of(
    loaded: Recommender, who: Person, own: OwnRatings
) -> tuple[dict[ItemId, float], dict[ItemId, int], tuple[ItemId, ...]]:
    """Item id to rating, and to time; and the films that are not to be listed."""
    if who.ratings is not None and who.user is not None:
        raise UserError(f"both --ratings {who.ratings} and --user {who.user}", expected="one of them")
    if who.ratings is None:
        if who.choose or who.rate_likes or who.missing:
            raise UserError(
                "--choose, --rate-likes and --missing are about an export", remedy="add --ratings FILE"
            )
        rated, times = ({}, {}) if who.user is None else _known(loaded, who.user, who.data, own)
        return rated, times, ()
    done = read_export(loaded, who.ratings, who.choose or (), who.missing, offer=True)
    seen, liked = done.unrated["seen"], done.unrated["liked"]
    hidden = tuple(item.item_id for item in done.hidden)
    if who.rate_likes:
        return {**done.likes_rated, **done.ratings}, done.timestamps, (*seen, *hidden)
    return done.ratings, done.timestamps, (*seen, *liked, *hidden)


def library_of(loaded: Recommender, path: Path) -> tuple[ItemId, ...]:
    """The films of a media server's library."""
    found = read_export(loaded, path)
    if found.kind != "library":
        raise UserError(
            f"{path.name} is no library of a media server", expected="Jellyfin's or Plex' JSON, or .nfo files"
        )
    return tuple(one.item_id for one in found.owned)


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
        nouns = loaded.fitted.noun.many
        say(f"{known.count(False)} of the person's {len(known)} {nouns} are not in the model")
    rated = dict(zip(item_ids, person.value.tolist(), strict=True))
    times = dict(zip(item_ids, person.timestamp.tolist(), strict=True))
    kept = [item_id for item_id, here in zip(item_ids, known, strict=True) if here]
    return {one: rated[one] for one in kept}, {one: times[one] for one in kept}
