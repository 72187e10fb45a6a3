"""For operators: liveness, readiness, progress of a better model, and reloading the bundle."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from cineblend.web.answers import Health, Reloaded
from cineblend.web.fitting import Status, status_of
from cineblend.web.routing import router as made
from cineblend.web.state import Model, Shared

router = made("operations")


@router.get("/health/live")
async def health_live() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@router.get("/health/ready")
async def health_ready(shared: Shared, model: Model) -> Health:
    """Say that the model is loaded and the database can be read."""
    await run_in_threadpool(shared.people.check)
    return Health(status="ok", model_version=model.model_version)


@router.get("/api/v1/status")
async def read_status(shared: Shared, model: Model) -> Status:
    """Which model answers, and how far a better one is that is fitted in the background."""
    return await run_in_threadpool(status_of, model, shared.settings.progress)


@router.post("/api/v1/admin/reload")
async def reload_model(shared: Shared) -> Reloaded:
    """Read the bundle again; running requests finish with the old one. Needs the service's key."""
    fresh = await run_in_threadpool(shared.current.reload)
    return Reloaded(model_version=fresh.model_version)
