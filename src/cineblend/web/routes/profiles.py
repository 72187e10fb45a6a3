"""Profiles: stored ratings and lists, and the questions about them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from cineblend.errors import UserError
from cineblend.service.answers import Explanation, Item
from cineblend.service.people.profile import Profile
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
)
from cineblend.web.problems import RESPONSES
from cineblend.web.routes.recommendations import listed
from cineblend.web.schemas import ExplainQuery, NewRating, ProfileQuery, QrRequest, QuestionsQuery
from cineblend.web.state import Model, Shared, item_id_in

if TYPE_CHECKING:
    from cineblend.service.people.store import People

router = APIRouter(prefix="/api/v1/profiles", tags=["profiles"], responses=RESPONSES)


@router.post("", status_code=201)
async def create(shared: Shared, response: Response) -> NewProfile:
    """Create an empty profile. Its id is a secret: anybody who has it may read and change the profile."""
    profile_id = await run_in_threadpool(shared.people.create)
    response.headers["Location"] = f"/api/v1/profiles/{profile_id}"
    return NewProfile(profile_id=profile_id)


@router.get("/{profile_id}")
async def read(shared: Shared, model: Model, profile_id: str) -> ProfileOut:
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
    )


@router.delete("/{profile_id}", status_code=204)
async def erase(shared: Shared, profile_id: str) -> None:
    """Erase a person's profile, ratings and lists, from the database and from its log."""
    await run_in_threadpool(shared.people.delete, profile_id)


@router.get("/{profile_id}/export")
async def export(shared: Shared, model: Model, response: Response, profile_id: str) -> Export:
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
    )


@router.put("/{profile_id}/ratings/{item_id}", status_code=204)
async def rate(shared: Shared, model: Model, profile_id: str, item_id: str, body: NewRating) -> None:
    """Store a rating, replacing an older one. It is on disk before this is answered."""
    _on_scale(model, body.rating)
    await run_in_threadpool(shared.people.rate, profile_id, item_id_in(model, item_id), body.rating)


@router.delete("/{profile_id}/ratings/{item_id}", status_code=204)
async def unrate(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Remove a rating."""
    await run_in_threadpool(shared.people.unrate, profile_id, item_id_in(model, item_id))


@router.put("/{profile_id}/watchlist/{item_id}", status_code=204)
async def watch(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Put a film on the watchlist."""
    await run_in_threadpool(shared.people.mark, profile_id, "watchlist", item_id_in(model, item_id))


@router.delete("/{profile_id}/watchlist/{item_id}", status_code=204)
async def unwatch(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Take a film off the watchlist."""
    await run_in_threadpool(shared.people.unmark, profile_id, "watchlist", item_id_in(model, item_id))


@router.put("/{profile_id}/hidden/{item_id}", status_code=204)
async def hide(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Hide a film from every list."""
    await run_in_threadpool(shared.people.mark, profile_id, "hidden", item_id_in(model, item_id))


@router.delete("/{profile_id}/hidden/{item_id}", status_code=204)
async def unhide(shared: Shared, model: Model, profile_id: str, item_id: str) -> None:
    """Show a hidden film again."""
    await run_in_threadpool(shared.people.unmark, profile_id, "hidden", item_id_in(model, item_id))


@router.get("/{profile_id}/recommendations")
async def recommendations(
    shared: Shared, model: Model, profile_id: str, asked: Annotated[ProfileQuery, Query()]
) -> Recommendations:
    """The best films for one person, or for two, from the ratings stored now."""
    wanted, notes = await shared.compute(_wanted, shared.people, model, profile_id, asked)
    return listed(model, await shared.listing(model, wanted), *notes)


@router.get("/{profile_id}/questions")
async def questions(
    shared: Shared, model: Model, profile_id: str, asked: Annotated[QuestionsQuery, Query()]
) -> Items:
    """Films whose ratings would say most about this person's taste."""
    return await shared.compute(_questions, shared.people, model, profile_id, asked.k)


@router.get("/{profile_id}/explanations/{item_id}")
async def explanation(
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
    only_watchlist = isinstance(asked, ProfileQuery) and asked.watchlist_only
    ratings, notes = usable(model, profile)
    wanted = wanted_from(
        ratings,
        timestamps=profile.times,
        together=usable(model, other)[0] if other else None,
        only=_known(model, profile.watchlist) if only_watchlist else None,
        exclude=_known(model, profile.hidden + (other.hidden if other else ())),
        **asked.model_dump(exclude={"with_profile", "watchlist_only"}),
    )
    return wanted, notes


def _questions(people: People, model: Recommender, profile_id: str, k: int) -> Items:
    ratings, _ = usable(model, people.profile(profile_id))
    return Items(items=model.questions(ratings, k))


def _explain(
    people: People, model: Recommender, profile_id: str, item_id: str, asked: ExplainQuery
) -> Explanation:
    wanted, notes = _wanted(people, model, profile_id, asked)
    answer = model.explanation(wanted, item_id_in(model, item_id))
    return replace(answer, notes=(*answer.notes, *notes))


def _on_scale(model: Recommender, rating: float) -> None:
    scale = model.fitted.scale
    if not scale.low <= rating <= scale.high:
        raise UserError(f"the rating is {rating}", expected=f"a number from {scale.low} to {scale.high}")


def usable(model: Recommender, profile: Profile) -> tuple[dict[ItemId, float], tuple[str, ...]]:
    """The ratings that fit this model; stored ones may be from another catalogue or scale."""
    scale = model.fitted.scale
    ratings = {
        item_id: rating
        for item_id, rating in profile.history.items()
        if item_id in model.vocabulary and scale.low <= rating <= scale.high
    }
    left_out = len(profile.ratings) - len(ratings)
    if not left_out:
        return ratings, ()
    return ratings, (f"{left_out} of your ratings do not fit this model: its films or its scale differ",)


def _known(model: Recommender, item_ids: tuple[ItemId, ...]) -> tuple[ItemId, ...]:
    return tuple(item_id for item_id in item_ids if item_id in model.vocabulary)


def _items(model: Recommender, item_ids: tuple[ItemId, ...]) -> list[Item]:
    return model.items(_known(model, item_ids))
