"""Lists, explanations and questions for ratings that come with the request and are not stored."""

from __future__ import annotations

import secrets

from fastapi import APIRouter

from cineblend.service.answers import Listing
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId, Wanted
from cineblend.web.answers import Explained, Item, Items, Recommendations
from cineblend.web.problems import RESPONSES
from cineblend.web.schemas import ExplanationRequest, QuestionsRequest, RecommendationsRequest, history
from cineblend.web.state import Model, Shared, item_id_in

router = APIRouter(prefix="/api/v1", tags=["recommendations"], responses=RESPONSES)


@router.post("/recommendations")
async def recommendations(shared: Shared, model: Model, body: RecommendationsRequest) -> Recommendations:
    """The best films for these ratings, with scores and reasons."""
    return listed(model, await shared.listing(model, body.wanted()))


@router.post("/explanations")
async def explanations(shared: Shared, model: Model, body: ExplanationRequest) -> Explained:
    """Explain a film's score, contribution by contribution, and the list without each rating."""
    item_id = item_id_in(model, str(body.item_id))
    return await shared.compute(explained, model, body.wanted(), item_id)


@router.post("/questions")
async def questions(shared: Shared, model: Model, body: QuestionsRequest) -> Items:
    """Films whose ratings would say most about a taste, given the ratings so far."""
    found = await shared.compute(model.questions, history(body.ratings), body.k)
    return Items(items=[Item.of(film) for film in found])


def listed(model: Recommender, listing: Listing, *notes: str) -> Recommendations:
    """A list as JSON model."""
    answer = Recommendations.of(listing, model.model_version, secrets.token_hex(8))
    answer.notes.extend(notes)
    return answer


def explained(model: Recommender, wanted: Wanted, item_id: ItemId) -> Explained:
    """An explanation as JSON model."""
    return Explained.of(model.explanation(wanted, item_id))
