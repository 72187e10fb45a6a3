"""Routing: the routers of the API, whose routes read JSON strictly and are named after their functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.routing import APIRoute

from cineblend.web.problems import RESPONSES


def router(tag: str, prefix: str = "", dependencies: Sequence[Any] = ()) -> APIRouter:
    """A router of the API; the name of a route's function is its operationId."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        dependencies=dependencies,
        responses=RESPONSES,
        route_class=_Route,
        generate_unique_id_function=lambda route: route.name,
    )


class _Request(Request):
    """A request whose JSON has each key once."""

    async def json(self) -> Any:
        """The body; readers differ on which of two equal keys counts, so both are refused."""
        return json.loads(await self.body(), object_pairs_hook=_once)


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handler


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise HTTPException(422, f"the key {twice[:60]!r} is there twice in one object; expected: once")
    return found
