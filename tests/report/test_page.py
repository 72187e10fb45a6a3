"""report.html: one file, inert whatever it is told, readable by people and machines."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cineblend.evaluate.result import Comparison
from cineblend.report.page import MEANINGS, meaning, pairs, render_page
from cineblend.report.reading import printable
from report_cases import HOSTILE, MEASURED, comparison_of, missing_row, ran_row

VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """Elements with their attributes, the text of each script, and all the words outside them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = attributes, text + data
        elif self.open and self.open[-1] != "style":
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def charts(self) -> dict[str, dict]:
        return json.loads(self.scripts[0][1])


@pytest.fixture(scope="module")
def study_page() -> Page:
    rows = [ran_row(name, figures, seed) for seed, (name, figures) in enumerate(MEASURED.items())]
    return Page(render_page(comparison_of(*rows, missing_row("mf+qwen3-4b"))))


@pytest.fixture
def hostile_html(hostile: Comparison) -> str:
    return render_page(hostile)


def test_only_the_pages_own_scripts_are_allowed(study_page: Page):
    data, *code = study_page.scripts
    assert data[0] == {"type": "application/json", "id": "charts"}
    policy = study_page.all("meta")[1]["content"]
    assert policy
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for _, text in code]
    assert f"script-src 'sha256-{hashes[0]}' 'sha256-{hashes[1]}';" in policy
    assert policy.startswith("default-src 'none';")
    assert len(code) == 2


def test_nothing_is_loaded_from_anywhere(study_page: Page):
    for tag, attributes in study_page.elements:
        assert not {"src", "href", "srcset", "data", "action"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
    assert '"url"' not in study_page.scripts[0][1]


def test_the_style_loads_nothing(hostile_html: str):
    (style,) = re.findall(r"<style>(.*?)</style>", hostile_html, flags=re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_text_stays_text(hostile_html: str):
    page = Page(hostile_html)
    assert not page.open
    assert len(page.scripts) == 3
    assert "<script>alert" not in hostile_html
    assert page.words.count(printable(HOSTILE)) > 10
    assert "{{7*7}}" in page.words


def test_hostile_text_comes_out_of_the_charts_data_whole(hostile_html: str):
    page = Page(hostile_html)
    assert "<" not in page.scripts[0][1]
    (rows,) = (data for data in page.charts()["score-0"]["datasets"].values() if len(data) == 3)
    assert rows[0]["title"] == rows[1]["strategy"] == HOSTILE


def test_every_chart_has_a_place_and_words_for_those_who_cannot_see_it(study_page: Page):
    places = {a["id"]: a for a in study_page.all("div") if a.get("class") == "chart"}
    assert set(places) == set(study_page.charts())
    assert set(places) == {
        *("score-0", "score-1", "score-2", "score-3", "spread-0", "spread-1", "duel"),
        *("tradeoff-0", "tradeoff-1"),
    }
    assert all(place["role"] == "img" and place["aria-label"] for place in places.values())
    assert "mf+qwen3-4b not run (published 0.051)" in (places["score-0"]["aria-label"] or "")


def test_tables_and_sections_are_labelled(study_page: Page):
    ids = [attributes["id"] for _, attributes in study_page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in study_page.elements:
        if (labelled_by := attributes.get("aria-labelledby")) is not None:
            assert labelled_by in ids
    assert all(cell.get("scope") in {"col", "row"} for cell in study_page.all("th"))
    assert study_page.all("html") == [{"lang": "en"}]
    assert len(study_page.all("h1")) == 1
    assert any(meta.get("name") == "viewport" for meta in study_page.all("meta"))


def test_the_page_says_what_was_found(study_page: Page):
    words = re.sub(r"\s+", " ", study_page.words)
    for said in (
        "5 strategies on ml-latest-small",
        "None of the 3 other strategies beats the most-rated list",
        "Caution. ml-latest-small is a development set",
        "0.049 +0.0003",
        "MF + Qwen3-4B was not run: the weights of Qwen/Qwen3-Embedding-4B are not on this machine",
        "20% of each user's ratings held out at random",
        "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
        "Harper and Joseph A. Konstan",
        "research use, no commercial use",
        "100,836",
        "cornac 3.0.1",
        "embeddings of minilm were read from the store",
    ):
        assert said in words, said


def test_a_made_up_world_has_a_banner_and_no_published_figures(sample: Comparison):
    page = Page(render_page(sample))
    assert any(p.get("role") == "alert" for p in page.all("p"))
    assert "made-up sample world" in page.words
    assert "published by the study" not in page.words


def test_a_comparison_with_nothing_in_it_is_a_page(nothing: Comparison):
    page = Page(render_page(nothing))
    assert "0 strategies" in page.words
    assert page.charts() == {}


@pytest.fixture
def nothing() -> Comparison:
    return replace(comparison_of(), data={}, protocol={}, environment={}, notes=())


def test_every_metric_of_ours_has_a_meaning():
    from cineblend.evaluate.metrics import NAMES

    assert set(MEANINGS) == set(NAMES)
    assert meaning("NDCG@10 (study)") == MEANINGS["NDCG (study)"]
    assert meaning("Mystery@3") == ""


def test_values_are_put_in_words_sentences_first():
    shown = pairs(
        {
            "n_users": 1234,
            "share": 0.25,
            "split": "at random",
            "ok": True,
            "none": None,
            "by": {"a": 1},
            "l": [1, "b"],
        }
    )
    assert shown[0] == ("split", "at random")
    assert dict(shown) == {
        "n users": "1,234",
        "share": "0.25",
        "split": "at random",
        "ok": "yes",
        "none": "–",
        "by": "a 1",
        "l": "1 b",
    }
