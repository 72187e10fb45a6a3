"""Problems: every error of the service as application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from cineblend.bundle.write import ReplacedError
from cineblend.errors import CineblendError, UserError
from cineblend.service.people.failures import StorageError, StorageFullError
from cineblend.service.people.importing import NothingToUndoError
from cineblend.service.people.profile import ProfileFullError, UnknownProfileError

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One error in a request."""

    where: list[str | int] = Field(description="The path to the value: body, query or path, then names.")
    problem: str


class Problem(BaseModel):
    """An error."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:cineblend:problem:not-found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no film 99999999",
                }
            ]
        }
    )

    type: str = Field(description="Names the kind of problem, for programs.")
    title: str
    status: int
    detail: str
    remedy: str | None = Field(default=None, description="What to do about it.")
    errors: list[FieldProblem] | None = None


RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for code, text in ((422, "The request has invalid values."), ("default", "Something went wrong."))
}
"""Responses for the OpenAPI description of every route."""


# The standard renamed these phrases, and so did Python.
_KINDS = {413: "too-large", 422: "invalid"}


class NotFoundError(UserError):
    """The resource in the path does not exist."""


class ForbiddenError(UserError):
    """The caller may not do this."""


class OverloadedError(CineblendError):
    """More requests are waiting than can be answered in time."""


def problem(
    status: int,
    detail: str,
    *,
    kind: str = "",
    remedy: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the response for an error."""
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {
        "type": "urn:cineblend:problem:" + (kind or _KINDS.get(status) or title.lower().replace(" ", "-")),
        "title": title,
        "status": status,
        "detail": detail,
    }
    if remedy:
        body["remedy"] = remedy
    if errors:
        body["errors"] = list(errors)
    # JSON escapes everything beyond ASCII, so a stray surrogate in a message cannot break the answer.
    return Response(json.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make the app answer its errors as problems."""
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(CineblendError)(_ours)


async def _http(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, error.detail, headers=error.headers)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    # The input is left out: it may be private, and NaN has no JSON.
    found = [{"where": list(fault["loc"]), "problem": fault["msg"]} for fault in error.errors()[:20]]
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return problem(400, "the body is not JSON", kind="not-json", errors=found)
    return problem(422, "the request has invalid values", kind="invalid", errors=found)


async def _ours(_: Request, error: CineblendError) -> Response:
    status, kind = _status(error)
    detail = error.problem if not error.expected else f"{error.problem}; expected: {error.expected}"
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, detail, kind=kind, remedy=error.remedy, headers=headers)


def _status(error: CineblendError) -> tuple[int, str]:
    for kinds, status, kind in (
        ((UnknownProfileError, NotFoundError, NothingToUndoError), 404, ""),
        (ForbiddenError, 403, ""),
        (ProfileFullError, 409, "profile-full"),
        (StorageFullError, 507, "disk-full"),
        (StorageError, 503, "storage"),
        (OverloadedError, 503, "overloaded"),
        (ReplacedError, 503, "busy"),
        (UserError, 422, "invalid"),
    ):
        if isinstance(error, kinds):
            return status, kind
    return 500, ""
