"""Drawn posters in a real browser: no title runs over the edge, at any size."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Browser

from cineblend.service.answers import Item
from cineblend.service.posters import poster

pytestmark = pytest.mark.slow
FILM = Item(7, "", 1999, ("Action", "Crime"), 278, 4.2, None, None, "/posters/7.svg", (), None)
TITLES = (
    "The Terminator",
    "Manhunter",
    "Braveheart",
    "Schindler's List",
    "The Shawshank Redemption",
    "The Godfather: Part II",
    "WWWWWWWWWWWWWWWW MMMMMMMMMMMM",
    "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
    "Night of the Day of the Dawn of the Son of the Bride of the Return of the Revenge of the Terror",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "千と千尋の神隠し",
    "기생충",
    "שתיקת הכבשים והמלחמה הגדולה",
    "صمت الحملان في الليل الطويل",
    "Иди и смотри: возвращение",
    "ธารไหล สู่ความหวัง",
    "🎬🎬🎬🎬 🎬🎬🎬🎬🎬🎬🎬",
    "Ещё 千と Ärger!",
)
MARGIN, WIDTH, HEIGHT = 22, 300, 450


def pictures(browser: Browser, drawings: list[str], width: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Each drawing as (height, width, 3) pixels, twice as many as the page has."""
    context = browser.new_context(viewport={"width": 400, "height": 500}, device_scale_factor=2)
    page = context.new_page()
    for drawing in drawings:
        data = base64.b64encode(drawing.encode()).decode()
        page.set_content(
            f'<img style="display:block" width="{width}" src="data:image/svg+xml;base64,{data}">'
        )
        page.wait_for_function("document.images[0].complete")
        yield np.asarray(Image.open(io.BytesIO(page.locator("img").screenshot())).convert("RGB"))
    context.close()


def panel(drawing: str) -> float:
    """Where the panel with the title begins, from 0 to 1."""
    rects = [node for node in ElementTree.fromstring(drawing) if node.tag.endswith("rect")]
    return min(float(node.get("y", "inf")) for node in rects) / HEIGHT


@pytest.mark.parametrize("width", [300, 150, 72])
def test_no_title_runs_into_the_margin(browser: Browser, width: int) -> None:
    drawings = [poster(replace(FILM, item_id=at, title=title)) for at, title in enumerate(TITLES)]
    wide: list[str] = []
    for title, drawing, picture in zip(TITLES, drawings, pictures(browser, drawings, width), strict=True):
        height, across, _ = picture.shape
        assert (across, height) == (2 * width, 3 * width)
        titled = picture[int((panel(drawing) + 6 / HEIGHT) * height) + 2 : height - 2].astype(int)
        plain = titled[-1, across // 2]
        ink = np.abs(titled - plain).sum(axis=2) > 60
        assert ink.any(), title
        edge = int((MARGIN - 4) * across / WIDTH)  # round letters reach a little over their own room
        if ink[:, :edge].any() or ink[:, -edge:].any():
            wide.append(title)
    assert wide == []
