"""Lists, explanations and questions for ratings that come with the request and are not stored."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from fastapi import Response

from cineblend.service.answers import Explanation, Listing
from cineblend.service.batch import Person, ShortList, block_size, short_lists
from cineblend.service.people.profile import Profile
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId
from cineblend.service.written import ENDINGS, MEDIA_TYPES, written
from cineblend.web.answers import Batch, Items, Recommendations
from cineblend.web.given import history
from cineblend.web.routing import router as made
from cineblend.web.schemas import (
    BatchRequest,
    ExplanationRequest,
    FilesRequest,
    ProfileOf,
    QuestionsRequest,
    RecommendationsRequest,
)
from cineblend.web.state import Model, Shared, item_id_in

if TYPE_CHECKING:
    from cineblend.service.people.store import People

router = made("recommendations", "/api/v1")


@router.post("/recommendations")
async def recommend(shared: Shared, model: Model, body: RecommendationsRequest) -> Recommendations:
    """The best films for these ratings, with scores and reasons."""
    return listed(model, await shared.listing(model, body.wanted(model.films)))


@router.post("/recommendations/batch")
async def recommend_to_many(shared: Shared, model: Model, body: BatchRequest) -> Batch:
    """The best films for each of up to 1,000 people, in their order; scores as for one person."""
    people = await shared.compute(_people, shared.people, model, body)
    lists: list[ShortList] = []
    size = block_size(model.desk)
    # Between two blocks others have their turn.
    for at in range(0, len(people), size):
        lists += await shared.compute(
            short_lists, model.desk, people[at : at + size], body.k, body.filters.made(), body.text_weight
        )
    return Batch(model_version=model.model_version, lists=lists)


@router.post("/explanations")
async def explain(shared: Shared, model: Model, body: ExplanationRequest) -> Explanation:
    """Explain a film's score, contribution by contribution, and the list without each rating."""
    item_id = item_id_in(model, str(body.item_id))
    return await shared.compute(model.explanation, body.wanted(model.films), item_id)


@router.post("/questions")
async def ask_questions(shared: Shared, model: Model, body: QuestionsRequest) -> Items:
    """Films whose ratings would say most about a taste, given the ratings so far."""
    unseen = None if body.unseen is None else [one for one in body.unseen if one in model.vocabulary]
    ratings = history(model.films, body.ratings)
    return Items(items=await shared.compute(model.questions, ratings, body.k, unseen))


@router.post(
    "/files",
    response_class=Response,
    responses={
        200: {"content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", "text/plain")}}
    },
)
async def files(model: Model, body: FilesRequest) -> Response:
    """Any list as a file: for Letterboxd, for IMDb, as JSON, or as text to share."""
    items = model.items([item_id_in(model, str(item_id)) for item_id in body.item_ids])
    ending = next(ending for ending, form in ENDINGS.items() if form == body.form)
    return Response(
        written(items, body.form),
        headers={"Content-Disposition": f'attachment; filename="films{ending}"'},
        media_type=MEDIA_TYPES[body.form],
    )


def listed(model: Recommender, listing: Listing, *notes: str) -> Recommendations:
    """A list as JSON model."""
    return Recommendations(
        model_version=model.model_version,
        recommendation_id=secrets.token_hex(8),
        items=listing.items,
        notes=(*listing.notes, *notes),
        understood=listing.understood,
    )


def _people(stored: People, model: Recommender, body: BatchRequest) -> list[Person]:
    ids = list(dict.fromkeys(one.profile_id for one in body.people if isinstance(one, ProfileOf)))
    by_id = dict(zip(ids, stored.profiles(ids), strict=True))
    found: list[Person] = []
    for one in body.people:
        if isinstance(one, ProfileOf):
            profile = by_id[one.profile_id]
            ratings, notes = usable(model, profile)
            found.append(Person(ratings, known(model, profile.hidden), notes))
        else:
            found.append(Person(history(model.films, one.ratings)))
    return found


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
    return ratings, (
        f"{left_out} of your ratings do not fit this model: its {model.fitted.noun.many} or its scale differ",
    )


def known(model: Recommender, item_ids: tuple[ItemId, ...]) -> tuple[ItemId, ...]:
    """The films that this model knows."""
    return tuple(item_id for item_id in item_ids if item_id in model.vocabulary)
