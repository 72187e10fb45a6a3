"""The model and its films: card, search, a film, similar films, the map, the comparison's figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from fastapi import Query, UploadFile

from cineblend.service.answers import Found
from cineblend.service.details import Film
from cineblend.service.exports.media_server import Library
from cineblend.service.facets import KINDS
from cineblend.service.recommender import Recommender
from cineblend.web.answers import Data, Facets, Figures, KindsOfItems, Map, ModelCard, Scale, SimilarItems
from cineblend.web.given import STEP
from cineblend.web.problems import NotFoundError
from cineblend.web.routing import router as made
from cineblend.web.schemas import FacetsQuery, ItemsQuery, KindsQuery, SimilarQuery
from cineblend.web.state import FromModelAlone, Model, Shared, item_id_in

router = made("catalogue", "/api/v1", [FromModelAlone])


@router.get("/model")
async def read_model(shared: Shared, model: Model) -> ModelCard:
    """The model in use: its version, rating scale, abilities and data."""
    fitted = model.fitted
    data, years = fitted.made_from.get("data", {}), fitted.catalog.year[fitted.catalog.year > 0]
    return ModelCard(
        model_version=model.model_version,
        strategy=fitted.strategy,
        title=fitted.title,
        n_items=len(fitted.catalog),
        noun=fitted.noun.one,
        nouns=fitted.noun.many,
        scale=Scale(low=fitted.scale.low, high=fitted.scale.high, step=STEP),
        feedback=fitted.feedback,
        act=fitted.act,
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
        facets={kind: len(model.films.facets.of(kind)) for kind in KINDS},
        has_runtime=bool(fitted.catalog.content.runtime.any()),
        n_unrated=int((fitted.films.n_ratings == 0).sum()),
        can_add_items=shared.can_add_items,
    )


@router.get("/items")
async def search_items(shared: Shared, model: Model, asked: Annotated[ItemsQuery, Query()]) -> Found:
    """Films by title and any filter, a page at a time."""
    return await shared.compute(model.search, **asked.model_dump())


@router.post("/libraries/import")
async def read_library(shared: Shared, model: Model, file: UploadFile) -> Library:
    """Find the films of a Jellyfin or Plex library. Nothing is stored.

    To list films of the library alone, send their ids as `filters.only`.
    """
    return await shared.compute(model.read_library, await file.read())


@router.get("/items/{item_id}")
async def read_item(model: Model, item_id: str) -> Film:
    """One film with its content: texts, people, keywords, languages, countries, runtime and their sources."""
    return model.film(item_id_in(model, item_id))


@router.get("/items/{item_id}/similar")
async def similar_items(
    shared: Shared, model: Model, item_id: str, asked: Annotated[SimilarQuery, Query()]
) -> SimilarItems:
    """Films similar to one: by the people who rate them, by their texts, or both."""
    return SimilarItems(
        items=await shared.compute(model.similar, item_id_in(model, item_id), k=asked.k, by=asked.by)
    )


@router.get("/facets")
async def search_facets(shared: Shared, model: Model, asked: Annotated[FacetsQuery, Query()]) -> Facets:
    """People, keywords, countries or languages by name, with the number of their films."""
    return Facets(items=await shared.compute(model.facets, asked.kind, asked.q, asked.limit))


@router.get("/kinds")
async def read_kinds(shared: Shared, model: Model, asked: Annotated[KindsQuery, Query()]) -> KindsOfItems:
    """Kinds of films, each with films that stand for it and films to rate: where somebody new begins."""
    return KindsOfItems(kinds=await shared.compute(model.kinds, asked.k))


@router.get("/map")
async def read_map(shared: Shared, model: Model) -> Map:
    """Every film with a place on the map: films with similar texts and viewers are close together."""
    return await shared.compute(_map, model)


@router.get("/figures")
async def read_figures(model: Model) -> Figures:
    """Figures of this and other strategies on held-out ratings, if the model has a comparison."""
    kept = model.fitted.figures
    if kept is None:
        raise NotFoundError("this model has no comparison")
    return Figures(rows=with_tests(kept), protocol=kept["protocol"], data=kept["data"])


def with_tests(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A comparison's rows, each with its tests against the baseline if there is one split."""
    splits = kept.get("splits") or [{}]
    rows = splits[0].get("rows", []) if len(splits) == 1 else []
    tested = {row["strategy"]: {"against": row["against"]} for row in rows if row.get("against")}
    return [{**row, **tested.get(row["strategy"], {})} for row in kept["rows"]]


def _map(model: Recommender) -> Map:
    fitted = model.fitted
    spot, catalog = fitted.films.spot, fitted.catalog
    if spot is None:
        raise NotFoundError("this model has no map")
    num = np.flatnonzero(np.isfinite(spot).all(axis=1))
    items = [model.item(catalog.items.ids[i].item()) for i in num.tolist()]
    place = np.round(spot[num].astype(np.float64), 5)
    return Map(
        item_id=[film.item_id for film in items],
        x=place[:, 0].tolist(),
        y=place[:, 1].tolist(),
        title=[film.title for film in items],
        year=[film.year for film in items],
        n_ratings=[film.n_ratings for film in items],
        genre=[film.genres[0] if film.genres else None for film in items],
    )
