"""Kinds of films on the page: somebody new chooses one, and is asked about its films."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browsing import PATIENCE_MS

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)


def test_a_kind_is_chosen_and_its_films_rated(page: Page) -> None:
    page.goto("/")
    kinds = page.locator(".kinds")
    expect(kinds.get_by_role("link", name="Romance")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    kinds.get_by_role("link", name="Romance").click()
    expect(page.get_by_role("heading", level=1, name="What do you know?")).to_be_visible()
    questions = page.locator(".deck .question")
    expect(questions).to_have_count(10)
    expect(questions.filter(has_text="Romance")).to_have_count(10)
    expect(page.get_by_role("status").filter(has_text="Romance")).to_be_visible()
    kinds.get_by_text("Begin with what you like").click()
    expect(kinds.get_by_role("link", name="Romance")).to_have_attribute("aria-current", "true")
    assert Axe().run(page).response["violations"] == []
    with page.expect_response(re.compile("/questions")):
        questions.first.get_by_role("slider").press("5")
    expect(questions).to_have_count(11)  # what is asked next follows the answers
    page.get_by_role("button", name="Other films").click()
    expect(questions).to_have_count(4)


def test_an_address_of_a_kind_that_is_gone_asks_about_other_films(page: Page) -> None:
    page.goto("/#/rate?like=genre%3ANothing")
    expect(page.locator(".deck .question")).to_have_count(4)
    expect(page.get_by_text("These are other films.")).to_be_visible()
