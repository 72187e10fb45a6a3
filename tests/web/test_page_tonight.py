"""Tonight, the picture of a taste, and the questions that follow the answers, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import PATIENCE_MS, serving, two_people, watched, with_texts
from cineblend.bundle.fitted import Fitted
from cineblend.models.stars import Stars
from web_world import told
from worlds import checkerboard

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def address(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    known = replace(told(with_texts(fitted)), stars=Stars.fit(checkerboard(n_users=12, n_items=24)))
    with serving(known, tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched(browser, address) as page:
        yield page


def fine(page: Page) -> None:
    """No axe violation in either theme, and no view wider than a phone."""
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        result = Axe().run(page)
        assert not result.violations_count, result.generate_report()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_tonight_is_one_film_and_three_others(page: Page) -> None:
    two_people(page, "/tonight")
    first = page.locator(".tonight-first .card")
    expect(first).to_have_count(1)
    expect(page.locator(".tonight-others .card")).to_have_count(3)
    who = first.locator(".reason-who").all_inner_texts()
    assert who == ["You", "Ben"]
    before = page.locator(".page-tonight .card-title").all_inner_texts()
    page.get_by_role("button", name="Surprise me").click()
    expect(first.locator(".card-title")).not_to_have_text(before[0])
    page.get_by_label("How long?").select_option(label="Up to 2 hours")
    expect(page.get_by_text("No films match").or_(first)).to_be_visible()
    page.get_by_label("How long?").select_option(label="Any length")
    page.get_by_label("With whom?").select_option(label="Just me")
    expect(first.locator(".reason-who")).to_have_count(0)
    expect(first.locator(".predicted")).to_contain_text("★ for you")
    fine(page)


def test_a_taste_is_a_picture_that_can_be_saved(page: Page) -> None:
    two_people(page, "/taste")
    picture = page.get_by_role("img", name="The taste of You")
    expect(picture).to_contain_text("agrees with Ben on 1 of 1 film")
    expect(picture).to_contain_text("Sci-Fi")
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {kind}").click()
        assert Path(download.value.path()).read_bytes().startswith(begins)
    fine(page)


def test_a_film_says_what_it_would_get(page: Page) -> None:
    two_people(page, "/films?film=1100")
    line = page.get_by_role("dialog").locator(".predicted-long")
    expect(line).to_contain_text("We think")
    page.get_by_role("dialog").locator(".stars").press("4")
    expect(line).to_be_empty()


def test_a_question_follows_each_answer(page: Page) -> None:
    page.goto("/#/rate")
    expect(page.locator(".question")).to_have_count(4)
    page.locator(".question .stars").first.press("5")
    expect(page.locator(".question")).to_have_count(5)
    gone = page.locator(".question h2").nth(1).inner_text()
    page.get_by_role("button", name="Not seen").nth(0).click()
    expect(page.locator(".question h2").filter(has_text=gone)).to_have_count(0)
    expect(page.locator(".question")).to_have_count(5)


def test_the_private_link_is_a_qr_code_too_and_the_catalogues_end_is_said(page: Page) -> None:
    two_people(page, "/you")
    page.get_by_role("button", name="QR code").click()
    code = page.get_by_role("img", name="QR code of the private link")
    expect(code).to_be_visible()
    assert page.evaluate("image => image.naturalWidth", code.element_handle()) > 100
    expect(page.get_by_text("Films up to 1999.")).to_be_visible()


def test_the_model_is_tried_on_my_ratings(page: Page) -> None:
    two_people(page, "/about")
    expect(page.get_by_text("This needs 10 ratings.")).to_be_visible()
    you = page.evaluate("JSON.parse(localStorage.getItem('cineblend.active'))")
    for item_id in range(1100, 2000, 100):
        value = 5 if item_id % 200 else 1
        page.request.put(f"/api/v1/profiles/{you}/ratings/{item_id}", data={"rating": value})
    page.reload()
    page.get_by_role("button", name="Try it on my ratings").click()
    expect(page.get_by_text("you like would have been among the first 100")).to_be_visible()
