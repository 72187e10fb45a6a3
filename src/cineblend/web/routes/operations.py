"""For operators: liveness, readiness, and reloading the bundle."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from cineblend.web.answers import Health, Reloaded
from cineblend.web.problems import RESPONSES
from cineblend.web.state import Model, Shared

router = APIRouter(tags=["operations"], responses=RESPONSES)


@router.get("/health/live")
async def live() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@router.get("/health/ready")
async def ready(shared: Shared, model: Model) -> Health:
    """Say that the model is loaded and the database can be read."""
    await run_in_threadpool(shared.people.check)
    return Health(status="ok", model_version=model.model_version)


@router.post("/api/v1/admin/reload")
async def reload(shared: Shared) -> Reloaded:
    """Read the bundle again; running requests finish with the old one. Needs the service's key."""
    fresh = await run_in_threadpool(shared.current.reload)
    return Reloaded(model_version=fresh.model_version)
