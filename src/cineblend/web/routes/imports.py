"""Import: a person's export from another site, matched to the catalogue, stored and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Query, UploadFile
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from cineblend.errors import UserError
from cineblend.service.exports.answers import Import
from cineblend.service.people.importing import take, undo
from cineblend.service.people.profile import ListName, Rated
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId
from cineblend.web.routing import router as made
from cineblend.web.schemas import ImportQuery
from cineblend.web.state import Shared

if TYPE_CHECKING:
    from cineblend.service.people.store import People

router = made("profiles", "/api/v1/profiles")
_CHOICES = TypeAdapter(dict[str, ItemId])


@router.post("/{profile_id}/import")
async def import_ratings(
    shared: Shared,
    profile_id: str,
    file: UploadFile,
    asked: Annotated[ImportQuery, Query()],
    choices: Annotated[
        str,
        Form(description='JSON: the "Title (Year)" of rows to the ids of the films that they mean.'),
    ] = "{}",
) -> Import:
    """Read an export, such as Letterboxd's zip or IMDb's ratings; store it unless it is a dry run.

    Films seen or liked without a rating are hidden from lists; those of a media server's library become the
    person's own. The same file again changes nothing.
    """
    content = await file.read()
    chosen = _chosen(choices)
    # Another process may have added a film that the file names, a moment ago.
    await run_in_threadpool(shared.current.look)
    return await shared.compute(
        _import,
        shared.people,
        shared.current.recommender,
        profile_id,
        content,
        file.filename or "",
        chosen,
        asked,
    )


@router.delete("/{profile_id}/import", status_code=204)
async def undo_import(shared: Shared, profile_id: str) -> None:
    """Undo the last import that changed something; what was rated anew after it stays."""
    await run_in_threadpool(undo, shared.people.storage, profile_id)


def _chosen(text: str) -> dict[str, ItemId]:
    try:
        return _CHOICES.validate_json(text)
    except ValidationError as error:
        raise UserError(
            "choices are not a JSON object of item ids", expected='such as {"Crash (1996)": 885}'
        ) from error


def _import(
    people: People,
    model: Recommender,
    profile_id: str,
    content: bytes,
    name: str,
    chosen: dict[str, ItemId],
    asked: ImportQuery,
) -> Import:
    people.profile(profile_id)
    found = model.read_export(content, name, chosen)
    if asked.dry_run:
        return found
    likes = found.likes_rated if asked.rate_likes else {}
    given = [
        Rated(one, rating, found.timestamps.get(one, 0)) for one, rating in (found.ratings | likes).items()
    ]
    unrated = found.unrated
    hidden = [*(item.item_id for item in found.hidden), *unrated["seen"]]
    if not asked.rate_likes:
        hidden.extend(unrated["liked"])
    lists: dict[ListName, list[ItemId]] = {
        "watchlist": [item.item_id for item in found.watchlist],
        "hidden": hidden,
        "owned": [item.item_id for item in found.owned],
    }
    marked: list[tuple[ListName, ItemId]] = []
    for on, items in lists.items():
        marked.extend((on, one) for one in items)
    take(people.storage, profile_id, given, marked, people.now())
    return found
