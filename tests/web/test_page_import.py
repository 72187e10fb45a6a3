"""A whole Letterboxd zip on the page: what it was read as is shown, then it is stored, and undone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browsing import PATIENCE_MS

pytestmark = pytest.mark.slow
expect.set_options(timeout=PATIENCE_MS)
LETTERBOXD = "Date,Name,Year,Letterboxd URI"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "letterboxd-jane-utc.zip"
    with zipfile.ZipFile(path, "w") as files:
        for name, rows in {
            "ratings.csv": ["space robot laser part6,1986,u,4.5", "love wedding paris part7,1987,u,2"],
            "watched.csv": ["space robot laser part8,1988,u"],
            "watchlist.csv": ["love wedding paris part9,1989,u"],
            "likes/films.csv": ["space robot laser part10,1990,u"],
        }.items():
            header = LETTERBOXD + (",Rating" if name == "ratings.csv" else "")
            files.writestr(name, "\n".join([header, *(f"2024-01-01,{row}" for row in rows), ""]))
    return path


def test_a_whole_zip_is_shown_imported_and_undone(page: Page, archive: Path) -> None:
    page.goto("/#/import")
    assert Axe().run(page).response["violations"] == []
    page.locator("input[type=file]").set_input_files(archive)
    found = page.locator(".found")
    for said in (
        "Letterboxd: letterboxd-jane-utc.zip",
        "up to 5 stars",
        "2 matched",
        "1 seen",
        "1 to watch",
        "1 liked",
    ):
        expect(found).to_contain_text(said)
    found.get_by_text("How the file was read").click()
    expect(found.locator(".found-row", has_text="Letterboxd URI").first).to_contain_text("not used")
    found.get_by_label("Count 1 liked film").check()
    assert Axe().run(page).response["violations"] == []

    page.get_by_role("button", name="Import 5 films").click()
    expect(page.get_by_text("5 films imported")).to_be_visible()
    page.get_by_role("button", name="Undo").hover()  # the note stays while it is pointed at
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The import is undone")).to_be_visible()
    page.goto("/#/watchlist")
    expect(page.locator(".card")).to_have_count(0)


def test_an_import_is_undone_later_on_its_own_page(page: Page, archive: Path) -> None:
    page.goto("/#/import")
    page.locator("input[type=file]").set_input_files(archive)
    page.get_by_role("button", name="Import 5 films").click()
    expect(page.get_by_text("5 films imported")).to_be_visible()
    page.goto("/#/you")
    expect(page.locator(".you-main .card")).to_have_count(2)
    page.goto("/#/import")
    page.get_by_role("button", name="Undo the last import").click()
    expect(page.get_by_text("The import is undone")).to_be_visible()
    page.goto("/#/you")
    expect(page.locator(".you-main .card")).to_have_count(0)
