"""The page's texts: each language has the same strings, each string is used, and no module holds its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

JS = Path(__file__).parents[2] / "src" / "cineblend" / "web" / "static" / "js"
LANGUAGES = sorted(folder.name for folder in (JS / "strings").iterdir())
FILES = ("about", "common", "item", "lists", "yours")
LINE = re.compile(r'^  "([^"]+)": (.+),$', re.MULTILINE)
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
GIVEN = re.compile(r"\{(\w+)\}")
BENDING = re.compile(
    r"^(noun|nouns|nounsTo|aNoun|ein|einen|kein|keinen|der|den|dieser|diesen|diesem|jeder|jeden|welcher|er|ihn)$"
)
"""Forms of the noun; the languages need different ones."""

MODULES = [one for one in sorted(JS.rglob("*.js")) if "strings" not in one.parts]


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
        r"\S+",
        """
        IMDb Letterboxd MovieLens Netflix TMDB Trakt Simkl Criticker FilmAffinity Jellyfin Plex Kodi
        Home End Enter Escape Delete Backspace ArrowUp ArrowDown ArrowLeft ArrowRight Bearer AbortError Archivo
        Date Name Year Rating You
        Action Adventure War Western Sci Fi Fantasy Comedy Drama Romance Musical Crime Thriller Mystery
        Film Noir Horror Animation Children Documentary
        """,
    )
)
"""Sites, keys of a keyboard, columns of a file, what is kept in the browser, and genres as the data names them."""
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\w\"])//[^\n]*", re.DOTALL)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
WORD = re.compile(r"(?<![\w.])[A-Z][a-z]+(?:[A-Z][a-z]+)*\b|[a-z]+ (?:[a-z]+ )+[a-z]+")
"""What a text for people has: a word with a capital, or three small ones in a row."""


def literals(source: str) -> Iterator[str]:
    """Texts for people that a module writes itself."""
    for quoted, templated in LITERAL.findall(COMMENT.sub("", source)):
        text = re.sub(r"\$\{[^}]*\}", "", quoted or templated)
        if set(WORD.findall(text)) - NAMES - {"noopener noreferrer external"}:
            yield text


def test_no_module_holds_a_text_of_its_own() -> None:
    found = [(module.name, text) for module in MODULES for text in literals(module.read_text("utf-8"))]
    assert found == []
    planted = 'h("p", null, icon("x"), "Nothing to see"); toast({ text: `Not saved: ${e}` }); f("in two such words")'
    assert list(literals(planted)) == ["Nothing to see", "Not saved: ", "in two such words"]
