"""The documents and the code use the words of docs/vocabulary.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = ("n_lessons", "renown", '"Alibi,Detective', '"Kiss,Wedding')
"""Fields of saved bundles, and the simulated world's title words: lines with them are not checked."""

WORDS = tomllib.loads((ROOT / "docs" / "vocabulary.toml").read_text("utf-8"))["word"]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def found(text: str) -> list[str]:
    """Each word that should not be there, with its line and what to say instead."""
    # An identifier's parts count as words: n_lessons has "lessons" in it.
    plain = re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", text)
    return [
        f"line {plain.count(chr(10), 0, match.start()) + 1}: {match[0]!r}, say {word['say']!r}"
        for word in WORDS
        for match in re.finditer(rf"\b(?:{word['avoid']})\b", plain, flags=re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_document_uses_the_fields_words(page: Path) -> None:
    assert not found(page.read_text("utf-8"))


def test_the_code_uses_the_fields_words() -> None:
    source = ROOT / "src" / "cineblend"
    wrong = {
        str(path.relative_to(source)): words
        for path in source.rglob("*.py")
        if (words := found(_checked(path.read_text("utf-8"))))
    }
    assert not wrong


def _checked(text: str) -> str:
    return "\n".join("" if any(name in line for name in KEPT) else line for line in text.split("\n"))


@pytest.mark.parametrize("text", ["n_lessons = 4", "class TasteLessons:", "to mend it: try", "Its Renown."])
def test_a_word_is_found_in_identifiers_too(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize("text", ["a recommendation", "of 80 lines", "amended"])
def test_other_words_are_let_through(text: str) -> None:
    assert not found(text)


def test_every_word_has_a_replacement() -> None:
    for word in WORDS:
        assert word["say"]
        re.compile(word["avoid"])
