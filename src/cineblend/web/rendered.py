"""Rendered: pages that are whole HTML and need no script: the API's description, and the widget."""

from __future__ import annotations

import html
import json
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId
from cineblend.web.given import ImdbId, TmdbId
from cineblend.web.openapi import in_words
from cineblend.web.problems import NotFoundError
from cineblend.web.schemas import SimilarQuery
from cineblend.web.state import FromModelAlone, Model, Shared, item_id_in

if TYPE_CHECKING:
    from jinja2 import Environment

router = APIRouter(include_in_schema=False)


class WidgetQuery(SimilarQuery):
    """Which film, and how it looks."""

    item_id: str | None = None
    imdb_id: ImdbId | None = None
    tmdb_id: TmdbId | None = None
    theme: Literal["auto", "light", "dark"] = "auto"


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The OpenAPI description as a page to read."""
    document = request.app.openapi()
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            row = {**operation, "verb": verb.upper(), "path": path}
            tags.setdefault(operation["tags"][0], []).append(row)
    schemas = sorted(document["components"]["schemas"].items())
    return _page("docs.html", document=document, tags=tags, schemas=schemas)


@router.get("/widget/similar", dependencies=[FromModelAlone])
async def similar_widget(
    shared: Shared, model: Model, asked: Annotated[WidgetQuery, Query()]
) -> HTMLResponse:
    """Films like one, to embed in a page of the origins that may frame it."""
    if not shared.settings.framed_by:
        raise NotFoundError(
            "this service has no widgets", remedy="start it with --allow-framing and the origin of your page"
        )
    item_id = _film_of(model, asked)
    similar = await shared.compute(model.similar, item_id, asked.k, asked.by)
    return _page(
        "widget.html",
        item=model.item(item_id),
        nouns=model.fitted.noun.many,
        similar=similar,
        theme=asked.theme,
    )


def _film_of(model: Recommender, asked: WidgetQuery) -> ItemId:
    if asked.item_id is not None:
        return item_id_in(model, asked.item_id)
    found = None
    if asked.imdb_id is not None:
        found = model.films.at_site("imdb", int(asked.imdb_id[2:]))
    elif asked.tmdb_id is not None:
        found = model.films.at_site("tmdb", asked.tmdb_id)
    if found is None:
        raise NotFoundError(
            f"there is no such {model.fitted.noun}", remedy="name one by item_id, imdb_id or tmdb_id"
        )
    return found


def _page(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(name).render(**values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(loader=PackageLoader("cineblend.web"), autoescape=True, undefined=StrictUndefined)
    made.filters["json"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    made.filters["type"] = _type
    return made


def _type(schema: dict[str, Any]) -> str:
    return in_words(schema, _link, _code)


def _link(name: str) -> str:
    return f'<a href="#value-{html.escape(name)}">{html.escape(name)}</a>'


def _code(literal: str) -> str:
    return f"<code>{html.escape(literal)}</code>"
