"""The page of the API and the embedded widget in a real browser: themes, widths, axe, and who may frame."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from browsing import serving, watched
from cineblend.bundle.fitted import Fitted
from doc_blocks import ROOT, blocks

pytestmark = pytest.mark.slow


@contextmanager
def another_site() -> Generator[tuple[str, dict[str, str]]]:
    """A site of another origin, and its page, which may be set."""
    page = {"body": ""}

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><html lang=en><title>A blog</title>{page['body']}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}", page
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("path", ["/docs", "/widget/similar?item_id=700&k=6"])
def test_both_read_well_on_any_screen(browser: Browser, fitted: Fitted, tmp_path: Path, path: str) -> None:
    with (
        serving(fitted, tmp_path, framed_by=("https://films.example",)) as address,
        watched(browser, address) as page,
    ):
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for width in (360, 768, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                found = Axe().run(page).response["violations"]
                assert not found, [one["id"] for one in found]


def test_a_site_that_is_named_shows_the_widget_as_the_guide_says(
    browser: Browser, fitted: Fitted, tmp_path: Path
) -> None:
    guide = ROOT / "docs" / "how-to" / "call-the-service.md"
    example = next(block.text for block in blocks(guide) if block.language == "html")
    with (
        another_site() as (site, page_there),
        serving(fitted, tmp_path, framed_by=(site,)) as address,
    ):
        page_there["body"] = example.replace("http://localhost:8000", address).replace(
            "tt0114709", "tt0114715"
        )
        page = browser.new_page()
        page.goto(site)
        inside = page.frame_locator("iframe")
        expect(inside.locator("h1")).to_have_text("Films like space robot laser part6")
        expect(inside.locator("li")).to_have_count(6)
        assert (
            inside.locator("img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        )
        page.close()


def test_a_site_that_is_not_named_shows_nothing(browser: Browser, fitted: Fitted, tmp_path: Path) -> None:
    with (
        another_site() as (site, page_there),
        serving(fitted, tmp_path, framed_by=("https://films.example",)) as address,
    ):
        page_there["body"] = f'<iframe src="{address}/widget/similar?item_id=700" title="x"></iframe>'
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text))
        page.goto(site)
        expect(page.frame_locator("iframe").locator("li")).to_have_count(0)
        page.wait_for_function("() => true")
        assert any("frame-ancestors" in said for said in refused)
        page.close()
