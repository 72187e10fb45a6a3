"""A real browser before a real server: a free port, Debian's Chromium, and what may not happen there."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import uvicorn
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from cineblend.bundle.fitted import Fitted
from cineblend.service.recommender import Recommender
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.features import TextFeatures
from cineblend.web.app import create_app
from cineblend.web.reload import Load
from cineblend.web.settings import Settings
from system_tools import skip_without

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 90_000
"""How long a step may take before it counts as never happening; CI is slow and shared."""


def with_texts(fitted: Fitted) -> Fitted:
    """The same model with texts that part the films otherwise than people do, so that the blend matters."""
    n = len(fitted.catalog)
    vectors = np.eye(3, dtype=np.float32)[np.arange(n) % 3]
    rng = np.random.default_rng(3)
    vectors += rng.normal(scale=0.2, size=vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode(texts: object) -> Embeddings:
        return np.tile(vectors[:1], (len(list(texts)), 1))  # type: ignore[call-overload] (texts is any iterable)

    return replace(fitted, text=TextFeatures(vectors, encode))


@contextmanager
def serving(
    fitted: Fitted, folder: Path, *, load: Load | None = None, progress: Path | None = None, **more: Any
) -> Generator[str]:
    """Serve a model on a free port of loopback; gives the address.

    With ``load`` it is that which is served, and asked again whenever the model's manifest changes.
    ``more`` are other settings.
    """
    app = create_app(
        Settings(
            model=folder / "model",
            database=folder / "people.db",
            reload_seconds=0.1 if load else 0,
            progress=progress,
            **more,
        ),
        load=load or (lambda _: Recommender(fitted)),
    )
    # Bound and listening before the server runs: whoever calls early waits in the queue, nobody polls.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


@contextmanager
def chromium() -> Generator[Browser]:
    """Debian's Chromium; a test without it is skipped, see ``skip_without``."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        skip_without("chromium", "page")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser: Browser, address: str, locale: str = "en-US") -> Generator[Page]:
    """A fresh visitor; at the end nothing may have gone wrong in the console or asked elsewhere."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale=locale
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    wrong: list[str] = []

    def refuse(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", refuse)
    page.on("request", lambda asked: wrong.append(asked.url) if _elsewhere(asked.url, address) else None)
    yield page
    context.close()
    assert wrong == []


def two_people(page: Page, view: str) -> None:
    """Somebody with four ratings, and a companion with two, before a view."""
    page.goto("/")
    ids: list[str] = []
    for ratings in ({600: 5, 700: 4.5, 900: 5, 800: 1}, {1000: 5, 600: 4}):
        ids.append(page.request.post("/api/v1/profiles").json()["profile_id"])
        for item_id, value in ratings.items():
            page.request.put(f"/api/v1/profiles/{ids[-1]}/ratings/{item_id}", data={"rating": value})
    page.evaluate(
        "([you, ben]) => { localStorage.setItem('cineblend.people', JSON.stringify("
        "[{ id: you, name: 'You' }, { id: ben, name: 'Ben' }]));"
        " localStorage.setItem('cineblend.active', JSON.stringify(you));"
        " localStorage.setItem('cineblend.companion', JSON.stringify(ben)); }",
        ids,
    )
    page.goto("about:blank")
    page.goto(f"/#{view}")


def _elsewhere(url: str, address: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(address).netloc
