"""The mixer in a browser: beside the list on a wide screen, in a sheet on a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from browsing import PATIENCE_MS, two_people

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)

PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}


def on_a_phone(page: Page) -> None:
    """Somebody with four ratings, before their list on a phone."""
    page.set_viewport_size(PHONE)
    two_people(page, "/")
    expect(page.locator(".home-list .card").first).to_be_visible()


def in_both_themes(page: Page) -> None:
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        result = Axe().run(page)
        assert not result.violations_count, result.generate_report()


def test_on_a_phone_the_films_come_first_and_a_button_opens_the_mixer(page: Page) -> None:
    on_a_phone(page)
    first = page.locator(".home-list .card").first.bounding_box()
    assert first is not None
    assert first["y"] < 400
    assert page.get_by_label("The blend").count() == 0
    in_both_themes(page)
    opener = page.get_by_role("button", name="Mixer")
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Mixer")
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert box["height"] <= 0.8 * PHONE["height"] + 1
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    in_both_themes(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_list_behind_the_sheet_follows_it_and_the_button_counts_its_filters(page: Page) -> None:
    on_a_phone(page)
    opener = page.get_by_role("button", name="Mixer")
    opener.click()
    sheet = page.get_by_role("dialog", name="Mixer")
    with page.expect_response(lambda answer: "genres_any" in answer.url):
        sheet.get_by_role("group", name="Genres").get_by_role("button").first.click()
    sheet.get_by_label("In your words").fill("something slow")
    page.mouse.click(180, 40)
    expect(sheet).to_have_count(0)
    assert page.evaluate("location.hash") == "#/"
    expect(opener).to_have_text("Mixer1 filter on")
    opener.click()
    expect(sheet.get_by_label("In your words")).to_have_value("something slow")
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)


def test_a_pull_closes_the_sheet_and_a_short_one_does_not(page: Page) -> None:
    on_a_phone(page)
    page.get_by_role("button", name="Mixer").click()
    sheet = page.get_by_role("dialog", name="Mixer")
    head = sheet.get_by_role("heading", name="Mixer").bounding_box()
    assert head is not None
    for down, left in ((40, 1), (200, 0)):
        page.mouse.move(head["x"] + 5, head["y"] + 5)
        page.mouse.down()
        page.mouse.move(head["x"] + 5, head["y"] + 5 + down, steps=4)
        page.mouse.up()
        expect(sheet).to_have_count(left)


def test_a_wider_window_and_another_view_put_the_sheet_away(page: Page) -> None:
    on_a_phone(page)
    page.get_by_role("button", name="Mixer").click()
    sheet = page.get_by_role("dialog", name="Mixer")
    expect(sheet).to_be_visible()
    page.set_viewport_size(WIDE)
    expect(sheet).to_have_count(0)
    mixer = page.get_by_role("complementary", name="Mixer")
    expect(mixer.get_by_label("The blend")).to_be_visible()
    expect(mixer.get_by_role("group", name="Genres")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Mixer").click()
    sheet.get_by_label("Watching with").select_option(label="Add someone…")
    expect(page.get_by_role("heading", level=1, name="You")).to_be_visible()
    expect(sheet).to_have_count(0)


def test_who_owns_films_can_keep_lists_to_them(page: Page, tmp_path: Path) -> None:
    two_people(page, "/")
    mixer = page.get_by_role("complementary", name="Mixer")
    expect(mixer.get_by_text("Only my watchlist")).to_be_visible()
    expect(mixer.get_by_text("Only what I own")).to_be_hidden()
    films = [{"Type": "Movie", "Name": "x", "ProviderIds": {"Imdb": f"tt01147{n}"}} for n in (15, 18, 19)]
    library = tmp_path / "jellyfin.json"
    library.write_text(json.dumps({"Items": films}))
    page.goto("/#/import")
    page.locator("input[type=file]").set_input_files(library)
    expect(page.locator(".found")).to_contain_text("3 owned")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Import 3 films").click()
    cards = page.locator(".home-list .card")
    expect(cards.nth(3)).to_be_visible()
    mixer.get_by_text("Only what I own").click()
    expect(cards).to_have_count(1)  # one of them rated each of the others
    in_both_themes(page)
    page.goto("/#/tonight")
    page.get_by_label("Only what I own").check()
    expect(page.locator(".page-tonight .card")).to_have_count(1)
    page.goto("/#/you")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Forget my library").click()
    page.goto("/#/")
    expect(cards.nth(3)).to_be_visible()
    expect(mixer.get_by_text("Only what I own")).to_be_hidden()
