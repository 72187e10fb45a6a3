"""Films that a person's file names and the catalogue lacks: added by title and year, rated by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool

from cineblend.bundle.added import add_items, base_items
from cineblend.bundle.fitted import Fitted
from cineblend.enrich.bare_titles import FIRST_YEAR, LAST_YEAR, LONGEST, SOURCE, bare_titles
from cineblend.enrich.new_items import NewItems, new_items
from cineblend.enrich.source import FilmTable
from cineblend.errors import UserError
from cineblend.service.recommender import Recommender
from cineblend.web.answers import AddedTitles, DoubtfulTitle
from cineblend.web.given import Strict, Whole
from cineblend.web.problems import ForbiddenError
from cineblend.web.routing import router as made
from cineblend.web.state import Shared, State

router = made("catalogue", "/api/v1/items")

MOST = 1000
"""Titles in one request."""
MOST_ADDED = 10_000
"""Added items of a model, since each change encodes them all."""


class GivenTitle(Strict):
    """What is known of a film that the catalogue lacks."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), Whole]


class GivenTitles(Strict):
    """Titles to add."""

    items: Annotated[list[GivenTitle], Field(min_length=1, max_length=MOST)]


@router.post("")
async def add_titles(shared: Shared, given: GivenTitles) -> AddedTitles:
    """Add films that the catalogue lacks, by title and year; nobody has rated them.

    A title that may be a film of the catalogue is not added; the answer names that film. `can_add_items` of
    the model says whether this is allowed: it changes the model for everyone.
    """
    if not shared.can_add_items:
        raise ForbiddenError(
            "this service adds no films",
            remedy="an operator can: start it with CINEBLEND_API_KEY set, on a model that can be written",
        )
    table = bare_titles([(one.title, one.year) for one in given.items])
    new, model = await _added(shared, table)
    return await run_in_threadpool(_answer, model, given.items, new)


class _NothingNewError(Exception):
    """Every title is in the catalogue, or may be; the model stays as it is."""


async def _added(shared: State, table: FilmTable) -> tuple[NewItems, Recommender]:
    found: list[NewItems] = []

    def how(fitted: Fitted) -> Fitted:
        # A change made meanwhile may have added one of them, so each try looks anew.
        new = new_items(table, fitted.catalog, SOURCE)
        found.append(new)
        if not len(new.catalog):
            raise _NothingNewError
        n_added = len(fitted.catalog) - base_items(fitted) + len(new.catalog)
        if n_added > MOST_ADDED:
            raise UserError(
                f"the model would have {n_added:,} added {fitted.noun.many}",
                expected=f"at most {MOST_ADDED:,}",
                remedy="take some out with cineblend remove-items, or fit a model on a larger catalogue",
            )
        return add_items(fitted, new.catalog)

    try:
        _, model = await shared.change(how)
    except _NothingNewError:
        # Another process may have added them.
        await run_in_threadpool(shared.current.look)
        model = shared.current.recommender
    return found[-1], model


def _answer(model: Recommender, given: Sequence[GivenTitle], new: NewItems) -> AddedTitles:
    return AddedTitles(
        model_version=model.model_version,
        n_items=len(model.fitted.catalog),
        added=model.items(new.catalog.items.ids.tolist()),
        already=[
            DoubtfulTitle(title=one.title, year=one.year, items=list(model.may_mean(one.title, one.year)))
            for one in (given[row] for row in new.already)
        ],
    )
