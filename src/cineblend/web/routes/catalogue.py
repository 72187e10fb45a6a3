"""The model and its films: card, search, a film, films like it, the map, the comparison's figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query

from cineblend.service.answers import Found, Item
from cineblend.service.recommender import Recommender
from cineblend.web.answers import Data, Figures, Map, ModelCard, Scale, SimilarItems
from cineblend.web.problems import RESPONSES, NotFoundError
from cineblend.web.schemas import ItemsQuery, SimilarQuery
from cineblend.web.state import FromModelAlone, Model, Shared, item_id_in

router = APIRouter(prefix="/api/v1", tags=["catalogue"], dependencies=[FromModelAlone], responses=RESPONSES)


@router.get("/model")
async def model_card(model: Model) -> ModelCard:
    """The model in use: its version, its scale, what it can do and what it was made from."""
    fitted = model.fitted
    data, years = fitted.made_from.get("data", {}), fitted.catalog.year[fitted.catalog.year > 0]
    return ModelCard(
        model_version=model.model_version,
        strategy=fitted.strategy,
        title=fitted.title,
        n_items=len(fitted.catalog),
        scale=Scale(low=fitted.scale.low, high=fitted.scale.high, step=0.5),
        has_words=fitted.text is not None,
        has_map=fitted.films.spot is not None,
        has_figures=fitted.figures is not None,
        data=Data(**{name: str(data.get(name) or "") for name in Data.model_fields}),
        fitted_at=fitted.made_from.get("environment", {}).get("date"),
        genres=sorted({genre for genres in fitted.catalog.genres for genre in genres}),
        years={
            "from": int(years.min()) if years.size else None,
            "to": int(years.max()) if years.size else None,
        },
    )


@router.get("/items")
async def items(shared: Shared, model: Model, asked: Annotated[ItemsQuery, Query()]) -> Found:
    """Films by title, genre, year and number of ratings, a page at a time."""
    return await shared.compute(model.search, **asked.model_dump())


@router.get("/items/{item_id}")
async def item(model: Model, item_id: str) -> Item:
    """One film."""
    return model.item(item_id_in(model, item_id))


@router.get("/items/{item_id}/similar")
async def similar(
    shared: Shared, model: Model, item_id: str, asked: Annotated[SimilarQuery, Query()]
) -> SimilarItems:
    """Films like one: by the people who rate them, by their texts, or both."""
    return SimilarItems(
        items=await shared.compute(model.similar, item_id_in(model, item_id), k=asked.k, by=asked.by)
    )


@router.get("/map")
async def film_map(shared: Shared, model: Model) -> Map:
    """Every film with a place: films of like text and like people are near each other."""
    return await shared.compute(_map, model)


@router.get("/figures")
async def figures(model: Model) -> Figures:
    """How this and other strategies did on held-out ratings, where a comparison was kept."""
    kept = model.fitted.figures
    if kept is None:
        raise NotFoundError("this model was kept without a comparison")
    return Figures(rows=with_tests(kept), protocol=kept["protocol"], data=kept["data"])


def with_tests(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A comparison's rows, each with its tests against the baseline where there is one split to have them."""
    splits = kept.get("splits") or [{}]
    rows = splits[0].get("rows", []) if len(splits) == 1 else []
    tested = {row["strategy"]: {"against": row["against"]} for row in rows if row.get("against")}
    return [{**row, **tested.get(row["strategy"], {})} for row in kept["rows"]]


def _map(model: Recommender) -> Map:
    fitted = model.fitted
    spot, catalog = fitted.films.spot, fitted.catalog
    if spot is None:
        raise NotFoundError("this model was fitted without a map")
    num = np.flatnonzero(np.isfinite(spot).all(axis=1))
    items = [model.item(catalog.items.ids[i].item()) for i in num.tolist()]
    place = np.round(spot[num].astype(np.float64), 5)
    return Map(
        item_id=[one.item_id for one in items],
        x=place[:, 0].tolist(),
        y=place[:, 1].tolist(),
        title=[one.title for one in items],
        year=[one.year for one in items],
        n_ratings=[one.n_ratings for one in items],
        genre=[one.genres[0] if one.genres else None for one in items],
    )
