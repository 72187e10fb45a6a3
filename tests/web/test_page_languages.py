"""The page in German, the choice of a language, and a catalogue that holds no films."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import PATIENCE_MS, serving, two_people, watched, with_texts
from cineblend.bundle.fitted import Fitted
from cineblend.data.noun import Noun
from web_world import told

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)

NAMES = ("rate", "tonight", "watchlist", "you", "import", "films", "taste", "map", "about", "nowhere")
VIEWS = ("/", *(f"/{name}" for name in NAMES))
ENGLISH = re.compile(r"\b(the|your|you|and|ratings?|watchlist|loading|none|with)\b", re.IGNORECASE)
UNFILLED = re.compile(r"undefined|(?<![{$])\{[a-zA-Z]+\}")
"""What is left of a text whose key or value is missing; a title of the data has {{7*7}}."""
SAID = """() => [document.title, document.body.innerText,
  ...["aria-label", "placeholder", "title"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name)))].join("\\n")"""


@pytest.fixture
def german(browser: Browser, address: str) -> Iterator[Page]:
    with watched(browser, address, locale="de-DE") as page:
        yield page


def texts(page: Page) -> str:
    """All that a view says, names of controls and placeholders included."""
    expect(page.locator("main h1").first).to_be_attached()
    expect(page.locator("[aria-busy=true], .is-waiting, .skeleton")).to_have_count(0)
    return page.evaluate(SAID)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_german_browser_reads_german(german: Page, width: int) -> None:
    german.set_viewport_size({"width": width, "height": 844})
    german.goto("/")
    expect(german.get_by_role("heading", level=1, name="Finde den Film für heute Abend")).to_be_visible()
    assert german.locator("html").get_attribute("lang") == "de"
    for view in VIEWS:
        german.goto(f"/#{view}")
        german.evaluate("document.querySelector('.ways')?.remove()")  # it quotes the buttons of English sites
        assert ENGLISH.findall(texts(german)) == [], view
        assert german.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
    assert Axe().run(german).response["violations"] == []


def test_another_language_is_chosen_and_kept(german: Page) -> None:
    german.goto("/")
    german.get_by_label("Sprache").select_option(label="English")
    expect(german.get_by_label("Language")).to_have_value("en")
    german.goto("/")
    german.reload()
    expect(german.get_by_role("heading", level=1, name="Find the film for tonight")).to_be_visible()
    assert german.locator("html").get_attribute("lang") == "en"
    german.get_by_label("Language").select_option(label="As in the browser")
    expect(german.get_by_role("heading", level=1, name="Finde den Film für heute Abend")).to_be_visible()


def test_a_german_list_and_its_reasons_are_german(german: Page) -> None:
    german.set_viewport_size({"width": 360, "height": 740})
    two_people(german, "/")
    expect(german.get_by_role("heading", level=1)).to_have_text("Für dich und Ben")
    expect(german.locator(".page-head .lede")).to_contain_text("4 Bewertungen")
    german.locator("[data-part=why]").first.click()
    expect(german.locator(".bar-name").filter(has_text="Alles andere").first).to_be_visible()
    said = texts(german)
    assert ENGLISH.findall(said) == []
    assert UNFILLED.findall(said) == []
    assert german.evaluate("document.documentElement.scrollWidth") == 360


def test_a_language_that_the_page_does_not_speak_reads_english(browser: Browser, address: str) -> None:
    with watched(browser, address, locale="fi-FI") as page:
        page.goto("/")
        expect(page.get_by_role("heading", level=1, name="Find the film for tonight")).to_be_visible()


@pytest.mark.parametrize(("locale", "word"), [("en-GB", "books"), ("de-DE", "Bücher")])
def test_a_catalogue_of_books_says_nothing_of_films(
    browser: Browser, fitted: Fitted, tmp_path: Path, locale: str, word: str
) -> None:
    books = replace(with_texts(told(fitted)), noun=Noun("book", "books"))
    with serving(books, tmp_path) as address, watched(browser, address, locale=locale) as page:
        page.goto("/")
        expect(page.get_by_text(word).first).to_be_visible()
        for view in (*VIEWS, "/?film=600"):
            page.goto(f"/#{view}")
            said = texts(page)
            found = re.findall(r".*\bfilme?s?\b.*", said, re.IGNORECASE)
            assert UNFILLED.findall(said) == [], view
            assert [line for line in found if "Wikipedia" not in line] == [], view  # the name of a source
