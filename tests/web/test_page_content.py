"""What films are about, on the page: the panel, links to films, people in the search, filters, chips, axe."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from browsing import PATIENCE_MS, serving, watched, with_texts
from cineblend.bundle.fitted import Fitted
from cineblend.service.words.understood import Understood
from web_world import OVERVIEW

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)
LABELS = "() => [...document.querySelectorAll('main .card-title')].map(one => one.textContent)"


def rated(page: Page) -> None:
    """A visitor with two ratings before their list."""
    page.goto("/")
    made = page.request.post("/api/v1/profiles").json()["profile_id"]
    for item_id, value in ((600, 5), (1000, 1)):
        page.request.put(f"/api/v1/profiles/{made}/ratings/{item_id}", data={"rating": value})
    page.evaluate(
        "id => localStorage.setItem('cineblend.people', JSON.stringify([{ id, name: 'You' }]))", made
    )
    page.goto("about:blank")
    page.goto("/#/")
    expect(page.locator(".home-list .card").first).to_be_visible()


def test_a_film_shows_what_it_is_about_and_where_that_comes_from(page: Page) -> None:
    page.goto("/#/films?film=600")
    panel = page.get_by_role("dialog")
    expect(panel.locator(".film-facts")).to_have_text("1985 · Romance, Drama · 1 h 50 min")
    text = panel.locator(".about-text").first
    assert len(text.inner_text()) < 440
    more = text.get_by_role("button", name="more")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.focus()
    page.keyboard.press("Enter")
    expect(text).to_contain_text(OVERVIEW.strip())
    expect(text.get_by_role("button", name="less")).to_be_focused()
    rows = dict(
        zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True)
    )
    assert rows["Director"] == "Ann Lee"
    assert rows["Country"] == "France"
    assert rows["Language"] == "French"
    assert rows["Also known as"] == "Warmth"
    assert rows["Keywords"].split() == ["heist", "los", "angeles"]
    panel.get_by_role("button", name="4 more").click()
    expect(panel.locator("dd").get_by_role("link", name="Élise Ngo")).to_be_visible()
    source = panel.locator(".about-source")
    expect(source).to_contain_text("From Wikipedia <i>of films</i>")
    expect(source).to_contain_text("CC BY-SA 4.0")
    expect(source.get_by_role("link")).to_have_attribute(
        "href", "https://en.wikipedia.org/wiki/Heat_(1995_film)"
    )
    assert Axe().run(page).response["violations"] == []


def test_a_film_without_content_shows_nothing_empty(page: Page) -> None:
    page.goto("/#/films?film=1000")
    panel = page.get_by_role("dialog")
    expect(panel.locator(".strip-film").first).to_be_visible()
    expect(panel.locator(".about, dt, .about-source")).to_have_count(0)


@pytest.mark.parametrize(
    ("link", "kind", "films"), [("Ann Lee", "Person", 3), ("heist", "Keyword", 2), ("France", "Country", 2)]
)
def test_a_name_leads_to_its_films_and_back_to_the_panel(
    page: Page, link: str, kind: str, films: int
) -> None:
    page.goto("/#/watchlist?film=1200")
    page.get_by_role("dialog").get_by_role("link", name=link).first.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"{kind} {link}")
    expect(heading).to_be_focused()
    expect(page).to_have_title(f"{link} · cineblend")
    expect(page.locator(".card")).to_have_count(films)
    assert Axe().run(page).response["violations"] == []
    page.go_back()
    expect(page.get_by_role("dialog").locator("dt").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Watchlist")


def test_a_name_that_no_film_has_says_so(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)  # not watched: the browser logs every refused request
    page = context.new_page()
    page.goto("/#/films?people=Anne%20Lee")
    expect(page.get_by_role("alert")).to_contain_text("Ann Lee")
    assert Axe().run(page).response["violations"] == []
    context.close()


def test_the_search_finds_people(page: Page) -> None:
    page.goto("/#/you")
    search = page.get_by_role("combobox", name="Search films and people")
    search.fill("elise")
    person = page.locator(".suggestion").first
    expect(person).to_have_accessible_name("Élise Ngo, 2 films · cast")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Person Élise Ngo")
    expect(page.locator(".card")).to_have_count(2)


def test_filters_on_content_are_set_turned_and_taken_off_by_keys(page: Page) -> None:
    rated(page)
    picker = page.get_by_role("combobox", name="Add a person, keyword, country and language to the filters")
    picker.fill("ann le")
    expect(page.locator(".suggestion").first).to_have_accessible_name("Ann Lee, person, 3 films")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".home-list .card")).to_have_count(2)  # one of the three is rated
    chip = page.get_by_role("button", name="Person Ann Lee: included")
    chip.press("Enter")
    expect(page.get_by_role("button", name="Person Ann Lee: left out")).to_be_visible()
    expect(page.locator(".home-list .card")).not_to_have_count(2)
    assert "part11" not in "".join(page.evaluate(LABELS))
    page.get_by_label("Length").select_option("3 hours or more")
    expect(page.get_by_role("heading", name="No film fits")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Remove Ann Lee from the filters").press("Enter")
    expect(page.locator(".home-list .card")).to_have_count(1)


def test_without_content_nothing_of_it_is_offered(
    browser: Browser, fitted: Fitted, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        serving(with_texts(fitted), tmp_path_factory.mktemp("bare")) as address,
        watched(browser, address) as page,
    ):
        rated(page)
        expect(page.get_by_text("Who and what")).to_have_count(0)
        expect(page.get_by_label("Length")).to_have_count(0)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("combobox", name="Search films").fill("part7")
        expect(page.locator(".suggestion").first).to_be_visible()
        assert not [url for url in asked if "/facets" in url]


def test_reasons_and_similar_films_name_what_is_shared(page: Page) -> None:
    page.goto("/#/films?film=600")
    expect(page.locator(".strip-shared").first).to_be_visible()
    shared = page.locator(".strip-film", has_text="part11").locator(".strip-shared")
    expect(shared).to_have_text("Both directed by Ann Lee; both with Élise Ngo; both: heist, France")
    rated(page)
    page.get_by_label("The blend").focus()
    page.keyboard.press("End")
    expect(
        page.locator(".reason", has_text=re.compile("^Like .*: both directed by Ann Lee")).first
    ).to_be_visible()


UNDERSTOOD = [
    {"kind": "genre", "text": "Horror", "negated": True, "values": ["Horror"], "low": None, "high": None},
    {"kind": "year", "text": "from the 90s", "negated": False, "values": [], "low": 1990, "high": 1999},
    {
        "kind": "person",
        "text": "<b>Ann</b>",
        "negated": False,
        "values": ["<b>Ann</b>"],
        "low": None,
        "high": None,
    },
]


def test_the_made_answer_has_the_fields_of_the_service() -> None:
    assert {name for one in UNDERSTOOD for name in one} <= {field.name for field in fields(Understood)}


def test_what_was_understood_is_chips_and_a_chip_takes_its_words_along(page: Page) -> None:
    rated(page)

    def understand(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, json={**answer.json(), "understood": UNDERSTOOD if "text=" in answer.url else []}
        )

    page.route("**/recommendations?*", understand)
    words = page.get_by_label("In your words")
    words.fill("slow, no horror, from the 90s with <b>Ann</b>")
    chips = page.get_by_role("list", name="Understood")
    expect(chips.get_by_role("button")).to_have_count(3)
    expect(chips.get_by_role("button").first).to_have_accessible_name("Remove: no Horror")
    assert Axe().run(page).response["violations"] == []
    chips.get_by_role("button", name="Remove: no Horror").press("Enter")
    expect(words).to_have_value("slow, from the 90s with <b>Ann</b>")
    expect(words).to_be_focused()
    words.fill("")
    expect(chips).to_have_count(0)


def test_hostile_content_is_shown_as_it_is_and_does_nothing(page: Page) -> None:
    page.goto("/#/films?film=100")
    panel = page.get_by_role("dialog")
    expect(panel.locator(".about-text")).to_contain_text("<b>word</b>")
    expect(panel.get_by_role("link", name="<script>alert(1)</script>")).to_be_visible()
    expect(panel.locator(".about-source a")).to_have_count(0)  # an address that is not of the web
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.querySelector('.dialog-frame').scrollWidth <= 360")
    assert Axe().run(page).response["violations"] == []
    panel.get_by_role("link", name="<script>alert(1)</script>").click()
    expect(page.locator(".card")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What turns the direction of a text stays within its own element.
    page.goto("/#/films?film=200")
    expect(panel.locator("dd bdi").first).to_be_visible()
    assert panel.locator(".about-text").get_attribute("dir") == "auto"
    assert page.locator("main script, dialog script, img[src=x]").count() == 0


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_new_views_pass_axe_and_fit(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] (one of the two it knows)
    rated(page)
    for view in ("/", "/films?keywords=heist", "/films?film=600", "/films?people=%E2%80%AEevil%E2%80%AC"):
        page.goto(f"/#{view}")
        expect(page.locator("[aria-busy=true], .is-waiting, .skeleton")).to_have_count(0)
        assert Axe().run(page).response["violations"] == [], view
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
