"""The page's texts: each language has the same strings, each string is used, and no module holds its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cineblend.data.noun import TABLES, noun_of_file
from cineblend.service.answers import Says
from cineblend.service.predicted import Sure

STATIC = Path(__file__).parents[2] / "src" / "cineblend" / "web" / "static"
JS = STATIC / "js"
LANGUAGES = sorted(folder.name for folder in (JS / "strings").iterdir())
FILES = ("about", "common", "item", "lists", "yours")
LINE = re.compile(r'^  "([^"]+)": (.+),$', re.MULTILINE)
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
GIVEN = re.compile(r"\{(\w+)\}")
BENDING = re.compile(r"^(noun|nouns|nounsTo|aNoun|ein|einen|kein|keinen|der|den|dieser|diesen|er|ihn)$")
"""Forms of the noun; the languages need different ones."""

MODULES = [one for one in sorted(JS.rglob("*.js")) if one.relative_to(JS).parts[0] != "strings"]


def strings(language: str) -> dict[str, list[str]]:
    """The texts of each key; several where they have plural forms."""
    found: dict[str, list[str]] = {}
    for name in FILES:
        for key, value in LINE.findall((JS / "strings" / language / f"{name}.js").read_text("utf-8")):
            assert key not in found, f"{key} is given twice"
            found[key] = [json.loads(text) for text in TEXT.findall(value)]
    return found


def given(texts: list[str]) -> set[str]:
    """Names of the values that a string is given, apart from forms of the noun."""
    names = {name for text in texts for name in GIVEN.findall(text)}
    return {name for name in names if not BENDING.match(name[0].lower() + name[1:])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_strings_with_the_same_values(language: str) -> None:
    english, other = strings("en"), strings(language)
    assert len(english) > 400
    assert sorted(english) == sorted(other)
    for key, texts in other.items():
        assert given(texts) == given(english[key]), key
        assert len(texts) == len(english[key]), key
        assert all(texts), key


def test_each_word_that_the_service_may_send_has_a_string() -> None:
    sent = {f"says.{word}" for word in get_args(Says)} | {f"sure.{word}" for word in get_args(Sure)}
    assert sent == {key for key in strings("en") if key.startswith(("says.", "sure."))}


def test_every_noun_that_a_table_may_be_named_after_is_known() -> None:
    known = set(re.findall(r"(\w+): \[", (JS / "strings" / "de" / "nouns.js").read_text("utf-8")))
    assert {noun_of_file(name).one for name in TABLES} <= known


def asked() -> tuple[set[str], list[re.Pattern[str]]]:
    """The keys that the modules name, and patterns of the keys that they put together."""
    source = "\n".join(module.read_text("utf-8") for module in MODULES)
    whole = set(re.findall(r'(?<!h\()(?<!svg\()"([a-zA-Z]+(?:\.[\w-]+)+)"', source))
    parts = re.findall(r"`([a-zA-Z]+\.(?:[\w.-]|\$\{[^}]*\})*)`", source)
    return whole, [re.compile(re.sub(r"\\\$\\\{.*?\\\}", r"[\\w -]+", re.escape(part))) for part in parts]


def test_each_string_is_used_and_each_that_is_used_is_there() -> None:
    whole, patterns = asked()
    english = strings("en")
    heads = {key.split(".")[0] for key in english}
    missing = {key for key in whole if key.split(".")[0] in heads and key not in english}
    assert {key for key in missing if not re.search(r"\.(js|svg|csv|zip|json|png|txt)$", key)} == set()
    assert [
        key for key in english if key not in whole and not any(one.fullmatch(key) for one in patterns)
    ] == []


NAMES = set(
    re.findall(
        r"\w+",
        """
    IMDb Letterboxd MovieLens Netflix TMDB Trakt Simkl Criticker FilmAffinity Jellyfin Plex Kodi
    Home End Enter Escape Delete Backspace ArrowUp ArrowDown ArrowLeft ArrowRight Bearer AbortError Archivo
    Date Name Year Rating You
    Action Adventure War Western Sci Fi Fantasy Comedy Drama Romance Musical Crime Thriller Mystery
    Film Noir Horror Animation Children Documentary
        """,
    )
)
"""Sites, keys of a keyboard, columns of a file, what a browser keeps, genres as the data names them."""
SAME = {
    "NDCG@",
    "cineblend",
    "cineblend compare",
    "cineblend-my-data.json",
    "movielens-ratings.csv",
    "noopener noreferrer external",
}
"""What is written the same in every language, and the relation of a link."""
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w\"])//[^\n]*", re.DOTALL)
QUOTED = r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`'
LITERAL = re.compile(QUOTED)
SHOWN = re.compile(
    r'(?:\bh\("[^"]*", null, |(?:\b(?:title|text|label|placeholder|hint|low|high|alt)|"aria-label"): )'
    rf"(?:{QUOTED})"
)
"""A literal where a text is shown: the first child of an element, or a label."""
WORD = re.compile(r"(?<![\w.])[A-Z][a-z]+(?:[A-Z][a-z]+)*\b|(?<![\w.-])[a-z]+ [a-z]+(?![\w-])")
"""What a text for people has: a word with a capital, or two small ones in a row."""


def literals(source: str) -> Iterator[str]:
    """Texts for people that a module writes itself."""
    source = COMMENT.sub("", source)
    for pattern, telling in ((LITERAL, WORD), (SHOWN, re.compile(r"(?<![.\w])[a-zA-Z]{2,}"))):
        for quoted, templated in pattern.findall(source):
            text = re.sub(r"\$\{[^}]*\}", "", quoted or templated)
            if set(telling.findall(text)) - NAMES and text not in SAME:
                yield text


def test_no_module_holds_a_text_of_its_own() -> None:
    assert len(MODULES) > 50
    assert [(module.name, text) for module in MODULES for text in literals(module.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "planted",
    [
        'h("p", null, icon("x"), "Nothing to see")',
        "toast({ text: `Not saved: ${error}` })",
        'put(element, "not found")',
        'h("span.tally", null, "liked")',
        'h("input", { "aria-label": "rating" })',
        'segmented({ label: "order", value })',
    ],
)
def test_a_text_in_a_module_is_found(planted: str) -> None:
    assert list(literals(planted))


def test_no_style_sheet_holds_a_text() -> None:
    sheets = sorted((STATIC / "css").glob("*.css"))
    assert len(sheets) > 5
    assert [one.name for one in sheets if re.search(r'content: "[^"]*[a-zA-Z]', one.read_text("utf-8"))] == []
