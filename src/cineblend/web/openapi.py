"""The OpenAPI description: FastAPI's own, with problems, the key and the model's scale added."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cineblend.web.answers import EXAMPLE_ITEM
from cineblend.web.given import STEP
from cineblend.web.problems import Problem
from cineblend.web.settings import Settings


def install_openapi(app: FastAPI, settings: Settings) -> None:
    """Make the app describe itself; rebuilt for each model, whose scale bounds the ratings."""
    described: dict[str, dict[str, Any]] = {}

    def describe() -> dict[str, Any]:
        model = app.state.shared.current.recommender
        if model.model_version not in described:
            described.clear()
            described[model.model_version] = _describe(app, settings, model.fitted.scale)
        return described[model.model_version]

    app.openapi = describe


def _describe(app: FastAPI, settings: Settings, scale: Any) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for schema in schemas.values():
        # A dataclass is described by its whole docstring: what it is comes first, its attributes after that.
        if "description" in schema:
            schema["description"] = schema["description"].partition("\n\n")[0]
    schemas["Item"]["examples"] = [EXAMPLE_ITEM]
    for name in ("GivenRating", "ImdbRating", "TmdbRating", "NewRating"):
        schemas[name]["properties"]["rating"] |= {"minimum": scale.low, "maximum": scale.high}
    schemas["NewRating"]["properties"]["rating"]["multipleOf"] = STEP
    if settings.api_key:
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for path, operations in document["paths"].items():
            if not path.startswith("/health/"):
                for operation in operations.values():
                    operation["security"] = [{"key": []}]
    return document
