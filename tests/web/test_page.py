"""The page in a real browser: rating, lists with reasons, the blend, imports, keys, hostile titles, axe."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import PATIENCE_MS, serving, watched, with_texts
from cineblend.bundle.fitted import Fitted
from cineblend.service.recommender import Recommender
from cineblend.web.fitting import Progress
from cineblend.web.pages import STATIC

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)

COLOURS = ["color-contrast", "link-in-text-block"]
VIEWS = ("/", "/rate", "/map", "/watchlist", "/films", "/you", "/import", "/about", "/nowhere")
TITLES = "() => [...document.querySelectorAll('.home-list .card-title')].map(e => e.textContent)"


@pytest.fixture(scope="module")
def address(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(with_texts(fitted), tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with watched(browser, address) as page:
        yield page


def star(page: Page, question: int, stars: float) -> None:
    """Click a question's stars as a hand would: the half is where the pointer is."""
    row = page.locator(".question .stars-row").nth(question)
    box = row.bounding_box()
    assert box is not None
    row.click(position={"x": box["width"] * (stars - 0.25) / 5, "y": box["height"] / 2})


def rated_five(page: Page) -> None:
    """A visitor who rated five films of those they were asked about, and looks at their list."""
    page.goto("/#/rate")
    expect(page.locator(".question")).to_have_count(4)
    for question, stars in enumerate((5, 4.5, 1, 4, 0.5)):
        star(page, question, stars)
    expect(page.locator(".progress-name")).to_contain_text("5 ratings")
    page.get_by_role("link", name="See the whole list").click()
    expect(page.locator(".home-list .card").first).to_be_visible()


def test_five_ratings_bring_a_list_with_reasons_that_the_blend_reorders(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Rate a few films").click()
    rated_five(page)
    expect(page).to_have_title("For you · cineblend")
    expect(page.locator(".home-list .reason").first).not_to_be_empty()
    before = page.evaluate(TITLES)
    page.get_by_label("The blend").focus()
    page.keyboard.press("End")
    page.wait_for_function(f"before => JSON.stringify(({TITLES})()) !== JSON.stringify(before)", arg=before)
    assert sorted(page.evaluate(TITLES)) == sorted(before)  # nothing is filtered, only put in another order

    page.locator("[data-part=why]").first.click()
    total = page.locator(".bar-row-sum .bar-value")
    expect(total).to_be_visible()
    parts = page.locator(".bar:not(.bar-row-sum, .bar-row-subtotal) .bar-value").all_inner_texts()
    assert len(parts) > 1
    rounding = 0.005 * (len(parts) + 1)
    assert sum(map(figure, parts)) == pytest.approx(figure(total.inner_text()), abs=rounding)


def figure(text: str) -> float:
    """A signed figure as the page writes it."""
    return float(text.translate({ord("−"): "-", ord("±"): "+"}))


def test_a_rating_is_given_taken_back_and_undone_from_the_keyboard(page: Page) -> None:
    page.goto("/#/rate")
    expect(page.locator(".question")).to_have_count(4)
    page.get_by_role("textbox", name="Find a film to rate").or_(
        page.get_by_role("combobox", name="Find a film to rate")
    ).focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "slider":
            break
    slider = page.locator(".question .stars").first
    expect(slider).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "1 and a half stars")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "1")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "not rated")
    slider.focus()
    page.keyboard.press("5")
    expect(slider).to_have_attribute("aria-valuetext", "5 stars")
    page.keyboard.press("Delete")
    expect(slider).to_have_attribute("aria-valuetext", "not rated")


def test_a_rating_is_still_there_after_a_reload(page: Page) -> None:
    page.goto("/#/rate")
    expect(page.locator(".question")).to_have_count(4)
    title = page.locator(".question h2").first.inner_text()
    with page.expect_response(lambda answer: "/ratings/" in answer.url and answer.request.method == "PUT"):
        star(page, 0, 3.5)
    page.goto("/#/you")
    page.reload()
    card = page.locator(".you-main .card").first
    expect(card.locator(".card-title")).to_have_text(title)
    expect(card.locator(".stars")).to_have_attribute("aria-valuenow", "3.5")


def test_a_film_opens_over_the_view_and_back_closes_it(page: Page) -> None:
    page.goto("/#/films")
    search = page.get_by_role("combobox", name="Search films")
    search.fill("part7")
    expect(page.get_by_role("option").first).to_contain_text("part7")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Similar films")
    expect(panel.locator(".strip-film").first).to_be_visible()
    page.go_back()
    expect(panel).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("All films")
    page.locator(".card-title a").first.click()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert page.evaluate("location.hash") == "#/films"


def test_one_film_leads_to_another_and_escape_closes_both(page: Page) -> None:
    page.goto("/#/films")
    page.locator(".card-title a").first.click()
    panel = page.get_by_role("dialog")
    first = panel.locator(".film-title").inner_text()
    panel.locator(".strip-film").first.click()
    expect(panel.locator(".film-title")).not_to_have_text(first)
    expect(panel).to_have_count(1)
    title = page.title()
    panel.locator(".stars").press("4")
    expect(panel.locator(".toast").first).to_be_visible()
    assert page.title() == title != "Films · cineblend"
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert page.evaluate("location.hash") == "#/films"


def test_watchlist_and_not_interested(page: Page) -> None:
    page.goto("/#/films")
    cards = page.locator(".card")
    expect(cards.nth(1)).to_be_visible()
    cards.first.locator("[data-part=watch]").click()
    cards.nth(1).locator("[data-part=hide]").click()
    page.get_by_role("link", name="Watchlist").click()
    expect(page.locator(".card")).to_have_count(1)
    page.goto("/#/you")
    expect(page.get_by_role("button", name="again")).to_have_count(1)


def test_an_imdb_export_is_looked_through_and_then_taken_over(page: Page, tmp_path: Path) -> None:
    export = tmp_path / "ratings.csv"
    export.write_text(
        "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,"
        "Genres,Num Votes,Release Date,Directors\n"
        "tt0114718,9,2020-01-01,A known one,A known one,x,Movie,8,100,1989,Drama,1,1989-01-01,x\n"
        "tt0114720,4,2020-01-01,Another,Another,x,Movie,8,100,1991,Drama,1,1991-01-01,x\n"
        "tt9999999,7,2020-01-01,<b>Nobody</b> knows it,Nobody,x,Movie,8,100,1930,Drama,1,1930-01-01,x\n"
    )
    page.goto("/#/import")
    page.locator("input[type=file]").set_input_files(export)
    found = page.locator(".found")
    expect(found).to_contain_text("2 matched")
    expect(found).to_contain_text("1 not found")
    page.get_by_role("button", name="Import 2 films").click()
    expect(page.locator(".home-list .card").first).to_be_visible()
    page.goto("/#/you")
    expect(page.locator(".you-main .card")).to_have_count(2)


def test_two_people_share_a_list_and_one_takes_their_data_away(page: Page) -> None:
    rated_five(page)
    page.goto("/#/you")
    page.get_by_label("Add someone").fill("Ben")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Watches along")).to_be_visible()
    page.get_by_role("button", name="Switch to Ben").click()
    page.goto("/#/rate")
    expect(page.locator(".progress-name")).to_contain_text("0 ratings")
    star(page, 0, 5)
    expect(page.locator(".progress-name")).to_contain_text("1 rating")
    page.goto("/#/you")
    page.get_by_role("button", name="Watch with").click()
    page.goto("/#/")
    expect(page.get_by_role("heading", level=1)).to_have_text("For Ben and You")
    expect(page.locator(".home-list .card").first).to_be_visible()

    page.goto("/#/you")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    kept = json.loads(Path(download.value.path()).read_text())
    assert [one["rating"] for one in kept["ratings"]] == [5.0]
    page.get_by_role("button", name="Delete").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        page.get_by_role("button", name="Delete my data").click()
    assert deleted.value.status == 204
    expect(page.get_by_role("heading", level=1)).to_have_text("For you")


def test_the_map_is_moved_and_opened_by_keys(page: Page) -> None:
    page.goto("/#/map")
    pad = page.get_by_role("application")
    expect(page.locator(".map-list li").first).to_be_visible()
    everything = page.locator(".map-side .hint").inner_text()
    page.keyboard.press("Tab")
    pad.focus()
    for _ in range(6):
        page.keyboard.press("+")
    expect(page.locator(".map-side .hint")).not_to_have_text(everything)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    expect(page.locator(".map-side .hint")).to_have_text(everything)
    page.locator(".map-list a").first.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Your rating")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Theme").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_comparison_is_drawn_with_its_floor_and_intervals(page: Page) -> None:
    page.goto("/#/about")
    expect(page.locator(".verdict-number").first).to_have_text("4.5")
    expect(page.locator(".chart-row")).to_have_count(2)
    expect(page.locator("line.chart-floor")).to_have_count(1)
    expect(page.locator(".chart-interval")).to_have_count(1)


def test_hostile_titles_are_shown_as_they_are_and_do_nothing(page: Page, fitted: Fitted) -> None:
    hostile = [title.rsplit(" (", 1)[0] for title in fitted.catalog.title[:5]]
    page.goto("/#/films?sort=title")
    expect(page.locator(".card").first).to_be_visible()
    shown = page.locator(".card-title").all_inner_texts()
    for title in hostile[:3]:
        assert any(title in text for text in shown), (title, shown)
    for n in range(len(hostile)):
        page.goto(f"/#/films?film={(n + 1) * 100}")
        panel = page.get_by_role("dialog")
        expect(panel.locator(".film-title")).not_to_be_empty()
        panel.locator(".stars").press("4")
        expect(page.locator(".toast").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
    for view in ("/", "/you", "/map", "/rate"):
        page.goto(f"/#{view}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("combobox", name="Search films").fill("<script>")
    expect(page.get_by_role("listbox", name="Films found")).to_be_visible()
    assert page.locator("main script, main img[src=x]").count() == 0


def test_every_view_passes_axe_in_both_themes_and_fits_a_phone(page: Page) -> None:
    rated_five(page)
    axe = Axe()
    # A theme changes colours alone, so the second one is held to the rules on colours.
    checks: dict[str, dict[str, object]] = {
        "light": {"resultTypes": ["violations"]},
        "dark": {"runOnly": {"type": "rule", "values": COLOURS}},
    }
    found: list[str] = []
    for view in VIEWS:
        page.goto(f"/#{view}")
        settle(page)
        for theme, rules in checks.items():
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            result = axe.run(page, options=rules)
            if result.violations_count:
                found.append(f"{view}, {theme}: {result.generate_report()}")
        page.set_viewport_size({"width": 360, "height": 740})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 360:
            found.append(f"{view} is {wide} px wide on a phone of 360")
        page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/#/films?film=900")
    expect(page.locator(".strip-film").first).to_be_visible()
    result = axe.run(page, options=checks["light"])
    if result.violations_count:
        found.append(f"a film's panel: {result.generate_report()}")
    assert found == []


def test_the_page_writes_no_markup_and_holds_none_inline() -> None:
    modules = sorted((STATIC / "js").rglob("*.js"))
    assert modules
    for module in modules:
        text = module.read_text()
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "http://",
        ):
            assert forbidden not in text.replace("http://www.w3.org/2000/svg", ""), (module.name, forbidden)
        assert text.count("\n") < 250, module.name
    shell = (STATIC / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://", shell)


def settle(page: Page) -> None:
    """Until the view has what it asked for."""
    expect(page.get_by_role("heading", level=1).first).to_be_attached()
    expect(page.locator("[aria-busy=true], .is-waiting, .skeleton")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_line_about_a_better_model(
    browser: Browser, fitted: Fitted, tmp_path: Path, theme: str, width: int
) -> None:
    progress = tmp_path / "progress.json"
    Progress(strategy="cineblend", began=time.time() - 30, seconds=150).write(progress)
    better = replace(with_texts(fitted), strategy="cineblend", version="fedcba9876543210")
    models = [with_texts(fitted)]
    (tmp_path / "model").mkdir()
    with (
        serving(fitted, tmp_path, load=lambda _: Recommender(models[-1]), progress=progress) as address,
        watched(browser, address) as page,
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] (one of the two it knows)
        rated_five(page)
        line = page.get_by_role("status").filter(has_text="better model")
        expect(line).to_have_text("A better model is being fitted: about 2 minutes left")
        assert line.get_attribute("aria-live") == "polite"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert Axe().run(page).response["violations"] == []
        models.append(better)
        (tmp_path / "model" / "manifest.json").write_text("another")
        done = page.locator("#fitting")
        with page.expect_response(lambda answer: "/recommendations" in answer.url):
            expect(done).to_have_text("The full model is here.")
        expect(done).to_be_empty()


def test_a_better_model_that_failed_is_one_line_that_can_be_closed(
    browser: Browser, fitted: Fitted, tmp_path: Path
) -> None:
    progress = tmp_path / "progress.json"
    Progress(strategy="cineblend", began=0, problem="no weights", remedy="get them").write(progress)
    with serving(fitted, tmp_path, progress=progress) as address, watched(browser, address) as page:
        page.goto("/")
        line = page.locator("#fitting")
        expect(line).to_have_text("The better model could not be fitted: no weights. Try: get them")
        page.get_by_role("button", name="Close this note").focus()
        page.keyboard.press("Enter")
        expect(line).to_be_empty()
        assert page.evaluate("document.activeElement.tagName") == "H1"
