"""Pages: the shell of the page, its assets and the posters."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from cineblend.web.state import ETag, Model, Shared, item_id_in

STATIC = Path(__file__).parent / "static"
router = APIRouter(include_in_schema=False)


def install(app: FastAPI) -> None:
    """Serve the page."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))


@router.get("/")
async def shell() -> FileResponse:
    """The page; all its content comes from the API."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


@router.get("/favicon.ico")
async def icon() -> FileResponse:
    """The icon that browsers request on their own."""
    return FileResponse(STATIC / "icons" / "favicon.svg")


@router.get("/posters/{item_id}.svg")
async def film_poster(shared: Shared, model: Model, item_id: str, etag: ETag) -> Response:
    """A film's poster: the real one if there is a TMDB key and TMDB has it, else a drawn one."""
    from cineblend.service.posters import poster

    item = model.item(item_id_in(model, item_id))
    headers = {"ETag": etag, "Cache-Control": "max-age=3600"}
    if shared.real_posters and item.tmdb_id:
        real = await run_in_threadpool(shared.real_posters.get, item.tmdb_id)
        if real:
            return Response(real, headers=headers, media_type="image/jpeg")
    return Response(poster(item), headers=headers, media_type="image/svg+xml")
