"""Pages: the shell of the page, its assets and the posters."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from cineblend import __version__

HERE = Path(__file__).parent
router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(HERE / "templates")


def install(app: FastAPI) -> None:
    """Serve the page."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static", check_dir=False))


@router.get("/")
async def shell(request: Request) -> Response:
    """The page; everything on it comes from the API."""
    return _templates.TemplateResponse(
        request, "index.html", {"version": __version__}, headers={"Cache-Control": "no-cache"}
    )
