"""Pages: the shell of the page, its assets and the posters."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
router = APIRouter(include_in_schema=False)


def install(app: FastAPI) -> None:
    """Serve the page."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False))


@router.get("/")
async def shell() -> FileResponse:
    """The page; everything on it comes from the API."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
