"""App: the assembled service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator import Instrumentator
from threadpoolctl import threadpool_limits

from cineblend import __version__
from cineblend.paths import cache_dir
from cineblend.service.recommender import Recommender
from cineblend.web import pages, problems, rendered
from cineblend.web.conditional import Conditional
from cineblend.web.guard import Guard
from cineblend.web.logs import log_event
from cineblend.web.openapi import install_openapi
from cineblend.web.real_posters import RealPosters
from cineblend.web.reload import Current, Load
from cineblend.web.routes import (
    added_items,
    added_titles,
    catalogue,
    imports,
    operations,
    profiles,
    recommendations,
)
from cineblend.web.settings import Settings
from cineblend.web.state import State


def create_app(settings: Settings | None = None, load: Load = Recommender.load) -> FastAPI:
    """Build the service as an ASGI app.

    Args:
        settings: the settings; None reads CINEBLEND_* variables.
        load: reads a bundle.

    Raises:
        CineblendError: the bundle cannot be read; at start-up, the database cannot be opened.
    """
    settings = settings or Settings()  # pyright: ignore[reportCallIssue] (from the environment)
    current = Current(settings.model, load)

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncGenerator[None]:
        # SQLAlchemy is a fifth of all imports, and the API description does not need it.
        from cineblend.service.people.store import People

        # The pool has a thread per core already, so more threads under each would only compete.
        with threadpool_limits(1):
            key = settings.tmdb_key
            shared = State(
                settings,
                current,
                People.open(settings.database),
                RealPosters(key, cache_dir() / "posters") if key else None,
            )
            app.state.shared = shared
            log_event("started", model_version=current.recommender.model_version)
            watching = asyncio.create_task(current.watch(settings.reload_seconds))
            if not settings.reload_seconds:
                watching.cancel()
            try:
                yield
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching
                shared.close()
                log_event("stopped")

    app = FastAPI(
        title="cineblend",
        version=__version__,
        description="Recommendations that blend what people rated with what films are about.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=running,
    )
    problems.install(app)
    for routes in (recommendations, profiles, catalogue, imports, operations, added_items, added_titles):
        app.include_router(routes.router)
    pages.install(app)
    app.include_router(rendered.router)
    install_openapi(app, settings)
    # A separate registry, so that two apps in one process do not add up.
    metrics = Instrumentator(
        should_group_status_codes=False, excluded_handlers=["/metrics"], registry=CollectorRegistry()
    )
    metrics.instrument(app).expose(app, include_in_schema=False)
    app.add_middleware(Conditional)
    app.add_middleware(Guard, settings=settings)
    return app
