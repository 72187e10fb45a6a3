"""Import: a person's export from another site, matched to the catalogue and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, UploadFile

from cineblend.service.answers import Item
from cineblend.service.exports.answers import Import
from cineblend.service.people.profile import ListName, Rated
from cineblend.service.recommender import Recommender
from cineblend.web.routing import router as made
from cineblend.web.schemas import ImportQuery
from cineblend.web.state import Model, Shared

if TYPE_CHECKING:
    from cineblend.service.people.store import People

router = made("profiles", "/api/v1/profiles")


@router.post("/{profile_id}/import")
async def import_ratings(
    shared: Shared, model: Model, profile_id: str, file: UploadFile, asked: Annotated[ImportQuery, Query()]
) -> Import:
    """Read an export of Letterboxd, IMDb, MovieLens or our own; store the matches unless it is a dry run."""
    content = await file.read()
    return await shared.compute(_import, shared.people, model, profile_id, content, asked.dry_run)


def _import(people: People, model: Recommender, profile_id: str, content: bytes, is_dry_run: bool) -> Import:
    people.profile(profile_id)
    found = model.read_export(content)
    if not is_dry_run:
        now = people.now()
        rated = [Rated(match.item.item_id, match.rating, match.rated_at or now) for match in found.matched]
        people.rate_all(profile_id, rated)
        lists: tuple[tuple[ListName, tuple[Item, ...]], ...] = (
            ("watchlist", found.watchlist),
            ("hidden", found.hidden),
        )
        for name, items in lists:
            for item in items:
                people.mark(profile_id, name, item.item_id)
    return found
