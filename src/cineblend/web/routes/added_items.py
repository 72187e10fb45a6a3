"""Items that nobody has rated: put into the model in use, and taken out again, by an operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from cineblend.bundle.added import add_items, remove_items
from cineblend.bundle.fitted import Fitted
from cineblend.data.catalog import Catalog, Links
from cineblend.data.content import LISTS, PEOPLE, RUNTIME, TEXT, Content
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.web.answers import Changed
from cineblend.web.given import Id, Strict
from cineblend.web.routing import router as made
from cineblend.web.schemas import Year
from cineblend.web.state import Model, Shared, State, item_id_in

router = made("operations", "/api/v1/admin/items")

_MOST = 1000
"""Items in one request."""
Name = Annotated[str, Field(min_length=1, max_length=300)]
Key = Annotated[str, Field(pattern=r"^\w{1,40}$")]
Names = Annotated[list[Name], Field(max_length=200)]
LongText = Annotated[str, Field(max_length=20_000)]


class GivenItem(Strict):
    """An item and what it is about."""

    item_id: Id
    title: Name
    year: Year = 0
    genres: Names = Field(default_factory=list)
    texts: dict[Key, LongText] = Field(default_factory=dict, examples=[{"overview": "A heist goes wrong."}])
    people: dict[Key, Names] = Field(default_factory=dict, examples=[{"director": ["Michael Mann"]}])
    keywords: Names = Field(default_factory=list)
    languages: Names = Field(default_factory=list)
    countries: Names = Field(default_factory=list)
    aliases: Names = Field(default_factory=list)
    runtime: Annotated[int, Field(ge=0, le=100_000)] = 0
    imdb_id: Annotated[int, Field(ge=0)] = 0
    tmdb_id: Annotated[int, Field(ge=0)] = 0


class GivenItems(Strict):
    """Items to add."""

    items: Annotated[list[GivenItem], Field(min_length=1, max_length=_MOST)]


@router.post("")
async def add_items_to_model(shared: Shared, given: GivenItems) -> Changed:
    """Add items that nobody has rated; the model scores them by their content. Needs the service's key."""
    catalog = await run_in_threadpool(catalog_of, given.items)
    return await _changed(shared, lambda fitted: add_items(fitted, catalog))


@router.delete("/{item_id}")
async def remove_item(shared: Shared, model: Model, item_id: str) -> Changed:
    """Take an added item out again. Needs the service's key."""
    found = item_id_in(model, item_id)
    return await _changed(shared, lambda fitted: remove_items(fitted, [found]))


async def _changed(shared: State, how: Callable[[Fitted], Fitted]) -> Changed:
    made, fresh = await shared.change(how)
    return Changed(model_version=fresh.model_version, n_items=len(made.catalog))


def catalog_of(items: list[GivenItem]) -> Catalog:
    """The items as a catalogue.

    Raises:
        UserError: two items have one id, or ids are of both kinds.
    """
    texts = sorted({name for item in items for name in item.texts})
    roles = sorted({role for item in items for role in item.people})
    frame = pl.DataFrame(
        {
            **{TEXT + name: [item.texts.get(name) or None for item in items] for name in texts},
            **{PEOPLE + role: [item.people.get(role, []) for item in items] for role in roles},
            **{name: [getattr(item, name) for item in items] for name in LISTS},
            RUNTIME: [item.runtime or None for item in items],
        }
    )
    known = [name for name in frame.columns if not frame[name].is_null().all()]
    return Catalog(
        Vocabulary(np.array(_ids(items))),
        tuple(item.title if not item.year else f"{item.title} ({item.year})" for item in items),
        np.array([item.year for item in items], np.int32),
        tuple(tuple(item.genres) for item in items),
        Links(
            np.array([item.imdb_id for item in items], np.int64),
            np.array([item.tmdb_id for item in items], np.int64),
        ),
        Content(frame.select(known)),
    )


def _ids(items: list[GivenItem]) -> list[int] | list[str]:
    ids = [item.item_id for item in items]
    whole = [one for one in ids if isinstance(one, int)]
    text = [one for one in ids if isinstance(one, str)]
    if whole and text:
        raise UserError("some ids are text and some are numbers", expected="ids of one kind")
    return whole or text
