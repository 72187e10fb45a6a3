"""Given: ratings as callers send them, by our ids or by those of IMDb and TMDB, and the films they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StrictInt,
    StrictStr,
    Tag,
)

from cineblend.data.dataset import RatingScale
from cineblend.errors import UserError
from cineblend.service.films import Films
from cineblend.service.wanted import MOST_RATINGS, ItemId


def _whole(value: object) -> object:
    """JSON has one kind of number: 3.0 is the whole number 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_EXACT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact."""
Whole = BeforeValidator(_whole)
Id = Annotated[
    Annotated[StrictInt, Field(ge=-_EXACT, le=_EXACT)] | Annotated[StrictStr, Field(max_length=200)],
    Whole,
]
"""A film's outside id: whichever kind the catalogue has."""
Rating = Annotated[float, Field(allow_inf_nan=False, description="On the model's scale, see GET /model.")]
ImdbId = Annotated[str, Field(pattern="^tt[0-9]{1,10}$")]
TmdbId = Annotated[int, Field(ge=1, le=2**31 - 1), Whole]
EXAMPLE_RATINGS: list[JsonValue] = [{"item_id": 1, "rating": 4.5}, {"imdb_id": "tt0076759", "rating": 5.0}]
STEP = 0.5
"""Between one rating and the next that may be stored."""


class Strict(BaseModel):
    """A body: nothing beside the named fields, and no text where a number is due."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Given(Strict):
    rating: Rating
    timestamp: Annotated[int, Field(ge=0, le=2**40), Whole] | None = Field(
        default=None, description="Seconds since 1970."
    )


class GivenRating(_Given):
    """A rating of a film, by its id here."""

    item_id: Id


class ImdbRating(_Given):
    """A rating of a film, by its id at IMDb."""

    imdb_id: ImdbId


class TmdbRating(_Given):
    """A rating of a film, by its number at TMDB."""

    tmdb_id: TmdbId


def has(value: Any, name: str) -> bool:
    """Whether an object of a body, as it came or as a model, has a field."""
    return name in value if isinstance(value, Mapping) else hasattr(value, name)


def _kind(value: Any) -> str:
    return next((name for name in ("imdb_id", "tmdb_id") if has(value, name)), "item_id")


AnyRating = Annotated[
    Annotated[GivenRating, Tag("item_id")]
    | Annotated[ImdbRating, Tag("imdb_id")]
    | Annotated[TmdbRating, Tag("tmdb_id")],
    Discriminator(_kind),
]
Ratings = Annotated[list[AnyRating], Field(max_length=MOST_RATINGS)]


def found(films: Films, ratings: Iterable[AnyRating]) -> tuple[dict[ItemId, AnyRating], list[AnyRating]]:
    """The ratings by the id of their film, and those whose film at IMDb or TMDB is unknown.

    Raises:
        UserError: a film is rated twice.
    """
    known: dict[ItemId, AnyRating] = {}
    unknown: list[AnyRating] = []
    for one in ratings:
        item_id = meant(films, one)
        if item_id is None:
            unknown.append(one)
        elif item_id in known:
            raise UserError(f"{films.noun} {item_id!r} is rated twice", expected=f"each {films.noun} once")
        else:
            known[item_id] = one
    return known, unknown


def meant(films: Films, one: AnyRating) -> ItemId | None:
    """The id of a rating's film; None for a number at IMDb or TMDB that no film has."""
    if isinstance(one, GivenRating):
        return one.item_id
    if isinstance(one, ImdbRating):
        return films.at_site("imdb", int(one.imdb_id[2:]))
    return films.at_site("tmdb", one.tmdb_id)


def all_found(films: Films, ratings: Iterable[AnyRating]) -> dict[ItemId, AnyRating]:
    """The ratings by the id of their film.

    Raises:
        UserError: a film is rated twice, or is unknown.
    """
    known, unknown = found(films, ratings)
    if unknown:
        shown = ", ".join(map(name_of, unknown[:20]))
        raise UserError(
            f"there is no {films.noun} with {shown}", expected=f"{films.noun.many} of GET /api/v1/items"
        )
    return known


def name_of(one: AnyRating) -> str:
    """How a rating names its film."""
    kind = _kind(one)
    return f"{kind} {getattr(one, kind)}"


def history(films: Films, ratings: Iterable[AnyRating]) -> dict[ItemId, float]:
    """Item id to rating; raises as ``all_found`` does."""
    return {item_id: one.rating for item_id, one in all_found(films, ratings).items()}


def times(films: Films, ratings: Sequence[AnyRating]) -> dict[ItemId, int]:
    """Item id to the time of the rating, where it is given; raises as ``all_found`` does."""
    timed = [one for one in ratings if one.timestamp is not None]
    return {item_id: one.timestamp or 0 for item_id, one in all_found(films, timed).items()}


def check_stored(scale: RatingScale, rating: float) -> None:
    """Check a rating that is to be stored.

    Raises:
        UserError: it is off the scale, or between two steps.
    """
    low, high = scale.low, scale.high
    has_steps = _is_whole((high - low) / STEP)
    if not low <= rating <= high or (has_steps and not _is_whole((rating - low) / STEP)):
        steps = f" in steps of {STEP:g}" if has_steps else ""
        raise UserError(f"the rating is {rating}", expected=f"a number from {low:g} to {high:g}{steps}")


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6
