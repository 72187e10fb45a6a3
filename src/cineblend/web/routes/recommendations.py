"""Lists, explanations and questions for ratings that come with the request and are not stored."""

from __future__ import annotations

import secrets

from fastapi import APIRouter

from cineblend.service.answers import Explanation, Listing
from cineblend.service.recommender import Recommender
from cineblend.web.answers import Items, Recommendations
from cineblend.web.problems import RESPONSES
from cineblend.web.schemas import ExplanationRequest, QuestionsRequest, RecommendationsRequest, history
from cineblend.web.state import Model, Shared, item_id_in

router = APIRouter(prefix="/api/v1", tags=["recommendations"], responses=RESPONSES)


@router.post("/recommendations")
async def recommendations(shared: Shared, model: Model, body: RecommendationsRequest) -> Recommendations:
    """The best films for these ratings, with scores and reasons."""
    return listed(model, await shared.listing(model, body.wanted()))


@router.post("/explanations")
async def explanations(shared: Shared, model: Model, body: ExplanationRequest) -> Explanation:
    """Explain a film's score, contribution by contribution, and the list without each rating."""
    item_id = item_id_in(model, str(body.item_id))
    return await shared.compute(model.explanation, body.wanted(), item_id)


@router.post("/questions")
async def questions(shared: Shared, model: Model, body: QuestionsRequest) -> Items:
    """Films whose ratings would say most about a taste, given the ratings so far."""
    unseen = None if body.unseen is None else [one for one in body.unseen if one in model.vocabulary]
    return Items(items=await shared.compute(model.questions, history(body.ratings), body.k, unseen))


def listed(model: Recommender, listing: Listing, *notes: str) -> Recommendations:
    """A list as JSON model."""
    return Recommendations(
        model_version=model.model_version,
        recommendation_id=secrets.token_hex(8),
        items=listing.items,
        notes=(*listing.notes, *notes),
        understood=listing.understood,
    )
