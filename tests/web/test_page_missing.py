"""Rows that an import did not find, on the page: added as films nobody rated, then imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import PATIENCE_MS, serving, watched
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.write import write
from cineblend.service.recommender import Recommender
from web_world import told

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def page(browser: Browser, fitted: Fitted, tmp_path: Path) -> Iterator[Page]:
    write(told(fitted), tmp_path / "model")
    with serving(fitted, tmp_path, load=Recommender.load) as address, watched(browser, address) as page:
        yield page


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["title,year,rating,imdb_id", *rows, ""]))
    return path


def test_rows_that_were_not_found_are_added_and_imported(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/#/import")
    rows = (
        "space robot laser part6,1986,5,",
        "The Long Way Round,2025,4.5,",
        "<b>Bold</b>,2024,3,",
        "No Year,,4,",
        # The title and year of a known film, and another number.
        "space robot laser part8,1988,2,tt7777777",
    )
    page.locator("input[type=file]").set_input_files(table(tmp_path, *rows))
    found = page.locator(".found")
    expect(found).to_contain_text("4 not found")
    found.get_by_text("Not found (4)").click()
    expect(found.get_by_role("button", name="Add it as a film nobody rated: No Year")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert Axe().run(page).response["violations"] == []
    found.get_by_role("button", name="Add it as a film nobody rated: The Long Way Round (2025)").click()
    expect(found).to_contain_text("2 matched")
    expect(page.get_by_text("1 film added")).to_be_visible()

    found.get_by_text("Not found (3)").click()
    found.get_by_role("button", name="Add all 2 as films nobody rated").click()
    expect(found).to_contain_text("3 matched")
    expect(page.get_by_text("1 film added; 1 may be there already")).to_be_visible()
    expect(found.get_by_text("Already there?")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    found.get_by_role("radio", name="space robot laser part8 (1988)").check()
    page.get_by_role("button", name="Import 4 films").click()
    expect(page.get_by_text("4 films imported")).to_be_visible()
    page.goto("/#/you")
    for title in ("The Long Way Round", "<b>Bold</b>", "space robot laser part8"):
        expect(page.locator(".you-main .card", has_text=title)).to_have_count(1)


def test_where_nothing_may_be_added_no_button_says_so(
    browser: Browser, fitted: Fitted, tmp_path: Path
) -> None:
    write(told(fitted), tmp_path / "model")
    with (
        serving(fitted, tmp_path, load=Recommender.load, allowed_hosts=("films.example",)) as address,
        watched(browser, address) as page,
    ):
        page.goto("/#/import")
        page.locator("input[type=file]").set_input_files(table(tmp_path, "The Long Way Round,2025,4.5,"))
        page.get_by_text("Not found (1)").click()
        expect(page.locator(".found-missing")).to_contain_text("The Long Way Round (2025)")
        expect(page.locator(".found-missing button")).to_have_count(0)


def test_a_thousand_at_most_are_sent_at_once(page: Page, tmp_path: Path) -> None:
    page.goto("/#/import")
    page.locator("input[type=file]").set_input_files(
        table(tmp_path, *(f"Film number {n},2001,3," for n in range(1200)))
    )
    page.get_by_text("Not found (1,200)").click()
    page.route(
        "**/api/v1/items",
        lambda route: route.fulfill(
            status=200, content_type="application/json", body='{"added": [], "already": []}'
        ),
    )
    with page.expect_request("**/api/v1/items") as asked:
        page.get_by_role("button", name="Add the first 1,000 as films nobody rated").click()
    assert len((asked.value.post_data_json or {})["items"]) == 1000
    expect(page.locator(".found")).to_contain_text("1200 not found")
