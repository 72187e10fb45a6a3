"""A person's own data on the page, a phone, and the keyboard: nothing is trapped or out of reach."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import PATIENCE_MS, serving, watched
from cineblend.bundle.fitted import Fitted
from cineblend.data.dataset import RatingScale

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)
SMALL = """() => [...document.querySelectorAll('button, input, select, summary, [role=slider], .nav-link')]
  .filter(one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter(one => !one.closest('.visually-hidden'))
  .map(one => [one, (one.closest('label.segment') ?? one).getBoundingClientRect()])
  .filter(([one, box]) => box.width && Math.min(box.width, box.height) < 43.5)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize(
    ("scale", "said", "buttons", "marked"),
    [
        (RatingScale(0, 1), {"feedback": "implicit", "act": "played"}, ["Like"], "♥"),
        (RatingScale(-1, 1), {}, ["Like", "Dislike"], "liked"),
    ],
)
def test_without_stars_there_is_a_heart_or_two_thumbs(
    browser: Browser, fitted: Fitted, tmp_path: Path, scale: RatingScale, said: dict[str, str],
    buttons: list[str], marked: str,
) -> None:  # fmt: skip
    data = {"name": "made", "licence": "free", **said}
    model = replace(fitted, scale=scale, made_from={**fitted.made_from, "data": data})
    with serving(model, tmp_path) as address, watched(browser, address) as page:
        page.goto("/")
        card = page.locator(".card").first
        assert card.get_by_role("slider").count() == 0
        toggles = card.get_by_role("group", name="Your opinion of").get_by_role("button")
        assert [one.get_attribute("data-tip") for one in toggles.all()] == buttons
        toggles.first.click()
        expect(page.get_by_text(f": {marked}")).to_be_visible()
        expect(page.get_by_text("Because you " + said.get("act", "liked")).first).to_be_visible()
        assert Axe().run(page).response["violations"] == []


def test_a_list_and_the_watchlist_are_saved_as_files(page: Page) -> None:
    rated(page)
    for address, form, name in (
        ("/#/", "letterboxd", "films.csv"),
        ("/#/watchlist", "text", "watchlist.txt"),
    ):
        page.goto(address)
        with page.expect_download() as saved:
            page.get_by_label("Save this list").select_option(form)
        assert saved.value.suggested_filename == f"cineblend-{name}"
        lines = Path(saved.value.path()).read_text("utf-8").splitlines()
        assert lines[0].startswith(("Title,Year,imdbID", "1. "))
    assert Axe().run(page).response["violations"] == []


def rated(page: Page) -> str:
    """A visitor with three ratings and a film on the watchlist, under You; their profile's id."""
    page.goto("/")
    made = page.request.post("/api/v1/profiles").json()["profile_id"]
    for item_id, value in ((600, 5), (1000, 1), (1100, 3.5)):
        page.request.put(f"/api/v1/profiles/{made}/ratings/{item_id}", data={"rating": value})
    page.request.put(f"/api/v1/profiles/{made}/watchlist/900")
    page.evaluate(
        "id => localStorage.setItem('cineblend.people', JSON.stringify([{ id, name: 'You' }]))", made
    )
    page.goto("about:blank")
    page.goto("/#/you")
    expect(page.locator(".you-main .card")).to_have_count(3)
    return made


def test_a_private_link_brings_a_profile_into_another_browser(
    browser: Browser, address: str, page: Page
) -> None:
    rated(page)
    link = page.get_by_label("Private link").input_value()
    with watched(browser, address) as other:
        other.goto(link)
        expect(other.get_by_text("3 ratings, 1 film on the watchlist")).to_be_visible()
        assert Axe().run(other).response["violations"] == []
        other.get_by_role("button", name="Use it here").press("Enter")
        expect(other.locator(".you-main .card")).to_have_count(3)
    with watched(browser, address) as third:  # the same link, typed where people are added
        third.goto("/#/you")
        third.get_by_label("Your name").fill(link)
        third.keyboard.press("Enter")
        expect(third.locator(".you-main .card")).to_have_count(3)


def test_what_was_exported_is_imported(browser: Browser, address: str, page: Page, tmp_path: Path) -> None:
    rated(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "cineblend-my-data.json"
    download.value.save_as(file)
    assert len(json.loads(file.read_text())["ratings"]) == 3
    with watched(browser, address) as other:
        other.goto("/#/import")
        other.locator("input[type=file]").set_input_files(file)
        expect(other.locator(".found")).to_contain_text("3 matched")
        other.get_by_role("button", name="Import 4 films").click()
        expect(other.locator(".home-list .card").first).to_be_visible()
        other.goto("/#/watchlist")
        expect(other.locator(".card")).to_have_count(1)


def test_all_ratings_are_found_sorted_and_saved(page: Page) -> None:
    rated(page)
    titles = page.locator(".you-main .card-title")
    page.get_by_label("Order").select_option("Lowest first")
    expect(titles).to_have_text(
        ["love wedding paris part9", "space robot laser part10", "love wedding paris part5"]
    )
    page.get_by_label("Find among your ratings").fill("PART5")
    expect(titles).to_have_text(["love wedding paris part5"])
    expect(page.locator(".you-main .section-note").first).to_have_text("1 film of 3")
    page.get_by_label("Find among your ratings").fill("nothing like it")
    expect(page.get_by_text("None of your ratings")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert {row["Name"]: row["Rating"] for row in rows}["love wedding paris part5"] == "5"
    assert len(rows) == 3


def test_the_keyboard_is_soon_at_the_films_and_a_card_has_three_stops(page: Page) -> None:
    rated(page)
    page.goto("/#/")
    expect(page.locator(".home-list .card").first).to_be_visible()
    page.locator("[data-skip]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".home-list .card-title a").first).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".home-list .card-title a").nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".card [data-part=why]").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".card [data-part=watch]").first).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".card [data-part=hide]").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".card [data-part=why]").first).to_be_focused()
    assert Axe().run(page).response["violations"] == []


def test_on_a_phone_films_come_first_and_every_control_is_large(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    rated(page)
    small = {"/you": page.evaluate(SMALL)}
    for view in ("/", "/films", "/films?keywords=heist", "/rate", "/watchlist", "/import"):
        page.goto(f"/#{view}")
        expect(page.locator("[aria-busy=true], .is-waiting, .skeleton")).to_have_count(0)
        if view == "/":
            box = page.locator(".home-list .card").first.bounding_box()
            assert box is not None
            assert box["y"] < 320
            page.get_by_role("button", name="Mixer").click()
            expect(page.get_by_label("The blend")).to_be_visible()
            assert Axe().run(page).response["violations"] == []
        small[view] = page.evaluate(SMALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view
    assert {view: found for view, found in small.items() if found} == {}
