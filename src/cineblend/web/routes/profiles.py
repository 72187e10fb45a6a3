"""Profiles: stored ratings and lists, and the questions about them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response
from starlette.concurrency import run_in_threadpool

from cineblend.errors import UserError
from cineblend.service.answers import Explanation, Item
from cineblend.service.people.profile import Rated
from cineblend.service.recommender import Recommender
from cineblend.service.trial import Trial
from cineblend.service.wanted import ItemId, Wanted, wanted_from
from cineblend.web.answers import (
    Export,
    ExportedRating,
    Items,
    NewProfile,
    ProfileOut,
    ProfileRating,
    Recommendations,
    Stars,
    Stored,
)
from cineblend.web.given import check_stored, found, name_of
from cineblend.web.routes.recommendations import known, listed, usable
from cineblend.web.routing import router as made
from cineblend.web.schemas import ExplainQuery, NewRating, NewRatings, ProfileQuery, QrRequest, QuestionsQuery
from cineblend.web.state import Model, Shared, item_id_in

if TYPE_CHECKING:
    from cineblend.service.people.store import People

router = made("profiles", "/api/v1/profiles")


@router.post("", status_code=201)
async def create_profile(shared: Shared, response: Response) -> NewProfile:
    """Create an empty profile. Its id is a secret: anybody who has it may read and change the profile."""
    profile_id = await run_in_threadpool(shared.people.create)
    response.headers["Location"] = f"/api/v1/profiles/{profile_id}"
    return NewProfile(profile_id=profile_id)


@router.get("/{profile_id}")
async def read_profile(shared: Shared, model: Model, profile_id: str) -> ProfileOut:
    """A person's ratings and lists; films that the model does not know are only in the export."""
    profile = await run_in_threadpool(shared.people.profile, profile_id)
    return ProfileOut(
        profile_id=profile.profile_id,
        ratings=[
            ProfileRating(item=model.item(rating.item_id), rating=rating.rating, rated_at=rating.rated_at)
            for rating in profile.ratings
            if rating.item_id in model.vocabulary
        ],
        watchlist=_items(model, profile.watchlist),
        hidden=_items(model, profile.hidden),
        owned=_items(model, profile.owned),
    )


@router.delete("/{profile_id}", status_code=204)
async def erase_profile(shared: Shared, profile_id: str) -> None:
    """Erase a person's profile, ratings and lists, from the database and from its log."""
    await run_in_threadpool(shared.people.delete, profile_id)


@router.get("/{profile_id}/export")
async def export_profile(shared: Shared, model: Model, response: Response, profile_id: str) -> Export:
    """All stored data of a person, as a file."""
    profile = await run_in_threadpool(shared.people.profile, profile_id)
    response.headers["Content-Disposition"] = 'attachment; filename="cineblend-profile.json"'
    known = {rating.item_id for rating in profile.ratings if rating.item_id in model.vocabulary}
    return Export(
        profile_id=profile.profile_id,
        created_at=profile.created_at,
        ratings=[
            ExportedRating(
                item_id=rating.item_id,
                title=model.item(rating.item_id).title if rating.item_id in known else None,
                rating=rating.rating,
                rated_at=rating.rated_at,
            )
            for rating in profile.ratings
        ],
        watchlist=list(profile.watchlist),
        hidden=list(profile.hidden),
        owned=list(profile.owned),
    )


@router.put("/{profile_id}/ratings")
async def rate_items(shared: Shared, model: Model, profile_id: str, body: NewRatings) -> Stored:
    """Store many ratings, all or none. Each replaces an older one; ratings of other films stay."""
    return await run_in_threadpool(_store, shared.people, model, profile_id, body)


@router.put("/{profile_id}/ratings/{item_id}", status_code=204)
async def rate_item(shared: Shared, model: Model, profile_id: str, item_id: str, body: NewRating) -> None:
    """Store a rating, replacing an older one. It is on disk before this is answered."""
    check_stored(model.fitted.scale, body.rating)
    await run_in_threadpool(shared.people.rate, profile_id, item_id_in(model, item_id), body.rating)


@router.delete("/{profile_id}/ratings/{item_id}", status_code=204)
async def unrate_item(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Remove a rating."""
    await run_in_threadpool(shared.people.unrate, profile_id, item_id_in(model, item_id))


@router.put("/{profile_id}/watchlist/{item_id}", status_code=204)
async def watch_item(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Put a film on the watchlist."""
    await run_in_threadpool(shared.people.mark, profile_id, "watchlist", item_id_in(model, item_id))


@router.delete("/{profile_id}/watchlist/{item_id}", status_code=204)
async def unwatch_item(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Take a film off the watchlist."""
    await run_in_threadpool(shared.people.unmark, profile_id, "watchlist", item_id_in(model, item_id))


@router.put("/{profile_id}/hidden/{item_id}", status_code=204)
async def hide_item(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Hide a film from every list."""
    await run_in_threadpool(shared.people.mark, profile_id, "hidden", item_id_in(model, item_id))


@router.delete("/{profile_id}/hidden/{item_id}", status_code=204)
async def unhide_item(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Show a hidden film again."""
    await run_in_threadpool(shared.people.unmark, profile_id, "hidden", item_id_in(model, item_id))


@router.delete("/{profile_id}/owned", status_code=204)
async def forget_owned(shared: Shared, profile_id: str) -> None:
    """Forget which films this person owns; a library is stored by an import."""
    await run_in_threadpool(shared.people.clear, profile_id, "owned")


@router.get("/{profile_id}/recommendations")
async def recommend_to_profile(
    shared: Shared, model: Model, profile_id: str, asked: Annotated[ProfileQuery, Query()]
) -> Recommendations:
    """The best films for one person, or for two, from the ratings stored now."""
    wanted, notes = await shared.compute(_wanted, shared.people, model, profile_id, asked)
    return listed(model, await shared.listing(model, wanted), *notes)


@router.get("/{profile_id}/questions")
async def ask_profile(
    shared: Shared, model: Model, profile_id: str, asked: Annotated[QuestionsQuery, Query()]
) -> Items:
    """Films whose ratings would say most about this person's taste."""
    return await shared.compute(_questions, shared.people, model, profile_id, asked.k)


@router.get("/{profile_id}/explanations/{item_id}")
async def explain_to_profile(
    shared: Shared, model: Model, profile_id: str, item_id: str, asked: Annotated[ExplainQuery, Query()]
) -> Explanation:
    """Explain a film's score for this person."""
    return await shared.compute(_explain, shared.people, model, profile_id, item_id, asked)


@router.get("/{profile_id}/stars/{item_id}")
async def stars(shared: Shared, model: Model, profile_id: str, item_id: str) -> Stars:
    """What this person would probably rate a film; null where that is too unsure."""
    return await shared.compute(_stars, shared.people, model, profile_id, item_id)


@router.post("/{profile_id}/qr", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def qr(shared: Shared, profile_id: str, body: QrRequest) -> Response:
    """The private link as a QR code (SVG), to open the profile on a phone."""
    import segno

    await run_in_threadpool(shared.people.profile, profile_id)
    drawn = io.BytesIO()
    address = f"{body.page}#/join?profile={profile_id}"
    segno.make(address, error="m").save(drawn, kind="svg", scale=4, dark="#12201f", light="#ffffff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@router.get("/{profile_id}/trial")
async def trial(shared: Shared, model: Model, profile_id: str) -> Trial:
    """Of the films that this person likes, those that lists made without them would have had."""
    return await shared.compute(_trial, shared.people, model, profile_id)


def _trial(people: People, model: Recommender, profile_id: str) -> Trial:
    return model.trial(usable(model, people.profile(profile_id))[0])


def _stars(people: People, model: Recommender, profile_id: str, item_id: str) -> Stars:
    ratings, _ = usable(model, people.profile(profile_id))
    return Stars(stars=model.stars(ratings, item_id_in(model, item_id)))


def _wanted(
    people: People, model: Recommender, profile_id: str, asked: ExplainQuery
) -> tuple[Wanted, tuple[str, ...]]:
    """The question for the model, and the notes for its reader."""
    profile = people.profile(profile_id)
    other = people.profile(asked.with_profile) if asked.with_profile else None
    lists: list[tuple[ItemId, ...]] = []
    if isinstance(asked, ProfileQuery):
        asked_for = ((asked.watchlist_only, profile.watchlist), (asked.owned_only, profile.owned))
        lists.extend(item_ids for only, item_ids in asked_for if only)
    ratings, notes = usable(model, profile)
    wanted = wanted_from(
        ratings,
        timestamps=profile.times,
        together=usable(model, other)[0] if other else None,
        only=known(model, tuple(set(lists[0]).intersection(*lists[1:]))) if lists else None,
        exclude=known(model, profile.hidden + (other.hidden if other else ())),
        **asked.model_dump(exclude={"with_profile", "watchlist_only", "owned_only"}),
    )
    return wanted, notes


def _store(people: People, model: Recommender, profile_id: str, body: NewRatings) -> Stored:
    ratings, unknown = found(model.films, body.ratings)
    unknown += [one for item_id, one in ratings.items() if item_id not in model.vocabulary]
    names = [name_of(one) for one in unknown]
    if names and not body.skip_unknown:
        raise UserError(
            f"there is no {model.fitted.noun} with {', '.join(names[:20])}",
            expected=f"{model.fitted.noun.many} of GET /api/v1/items",
            remedy="leave them out, or send skip_unknown: true",
        )
    now = people.now()
    rated = [
        Rated(item_id, one.rating, one.timestamp or now)
        for item_id, one in ratings.items()
        if item_id in model.vocabulary
    ]
    for one in rated:
        check_stored(model.fitted.scale, one.rating)
    people.rate_all(profile_id, rated)
    return Stored(stored=len(rated), unknown=names)


def _questions(people: People, model: Recommender, profile_id: str, k: int) -> Items:
    ratings, _ = usable(model, people.profile(profile_id))
    return Items(items=model.questions(ratings, k))


def _explain(
    people: People, model: Recommender, profile_id: str, item_id: str, asked: ExplainQuery
) -> Explanation:
    wanted, notes = _wanted(people, model, profile_id, asked)
    answer = model.explanation(wanted, item_id_in(model, item_id))
    return replace(answer, notes=(*answer.notes, *notes))


def _items(model: Recommender, item_ids: tuple[ItemId, ...]) -> list[Item]:
    return model.items(known(model, item_ids))
