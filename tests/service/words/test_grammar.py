"""Grammar: what a text means over a catalogue's names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cineblend.service.words.grammar import Grammar
from cineblend.service.words.understood import Understood


def meant(found: tuple[Understood, ...]) -> list[tuple[Any, ...]]:
    said: list[tuple[Any, ...]] = []
    for one in found:
        kind = f"no {one.kind}" if one.negated else one.kind
        bounds = () if (one.low, one.high) == (None, None) else (one.low, one.high)
        said.append((kind, *one.values, *bounds))
    return said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crime by Mia Mann", [("genre", "Crime"), ("person", "director:Mia Mann")]),
        ("directed by mia mann", [("person", "director:Mia Mann")]),
        ("starring Al Pacino and De Niro", [("person", "cast:Al Pacino"), ("person", "cast:Bo De Niro")]),
        ("Al Pacino or Simon Pegg", [("person", "Al Pacino", "Simon Pegg")]),
        ("no al pacino", [("no person", "Al Pacino")]),
        ("with Alain Delo", [("person", "Alain Delon")]),
        ("directed by Al Pacino", [("person", "Al Pacino")]),
        ("80s", [("year", 1980, 1989)]),
        ("'80s", [("year", 1980, 1989)]),
        ("from the nineties", [("year", 1990, 1999)]),
        ("late 70s", [("year", 1976, 1979)]),
        ("before 1990", [("year", None, 1989)]),
        ("after the 80s", [("year", 1990, None)]),
        ("since 1990", [("year", 1990, None)]),
        ("between 1990 and 1995", [("year", 1990, 1995)]),
        ("1990–1995", [("year", 1990, 1995)]),
        ("in 1994", [("year", 1994, 1994)]),
        ("recent", [("year", 2014, None)]),
        ("20th century", [("year", 1901, 2000)]),
        ("under 2 hours", [("runtime", None, 120)]),
        ("less than 90 minutes", [("runtime", None, 90)]),
        ("over two and a half hours", [("runtime", 150, None)]),
        ("no longer than 1.5 hours", [("runtime", None, 90)]),
        ("not too long", [("no runtime", 150, None)]),
        ("romcom", [("genre", "Romance"), ("genre", "Comedy")]),
        ("scary or animated", [("genre", "Horror", "Animation")]),
        ("no horror or war", [("no genre", "Horror"), ("no genre", "War")]),
        ("not a comedy but romantic", [("no genre", "Comedy"), ("genre", "Romance")]),
        ("world war", [("words", "world war")]),
        ("french films", [("country", "France")]),
        ("french resistance", [("words", "french resistance")]),
        ("from France or Italy", [("country", "France", "Italy")]),
        ("not from the US", [("no country", "United States")]),
        ("in Japanese", [("language", "Japanese")]),
        ("french-language", [("language", "French")]),
        ("no gore", [("no keyword", "gore")]),
        ("zombies, no blood", [("words", "zombies"), ("no words", "blood")]),
        ("no blood 80s", [("no words", "blood"), ("year", 1980, 1989)]),
        ("like Heat but older", [("like", "Heat"), ("year", None, 1994)]),
        ("similar to heat but shorter", [("like", "Heat"), ("runtime", None, 169)]),
        ("like heat and funnier", [("like", "Heat"), ("genre", "Comedy")]),
        ("I want a film about war", [("words", "war")]),
        ("rain", [("words", "rain")]),
        ("Stark rain", [("words", "stark rain")]),
        ("zombies but no", [("words", "zombies")]),
        ("not", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_means(grammar: Grammar, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert meant(grammar.read(text)) == expected


def test_a_wish_is_said_for_people(grammar: Grammar) -> None:
    said = [one.says for one in grammar.read("directed by Mia Mann, no horror, before 1990, under 2 hours")]
    assert said == ["directed by Mia Mann", "no Horror", "until 1989", "at most 120 minutes"]


SAID = """no not without with by directed starring and or but like Heat older shorter 80s 1990 before between
under 2 french in from horror zombies , . - ( 1990-1995 Mia Mann the about longer than century İ ß ﷺ ½ \0 ’"""
WORDS = st.sampled_from(SAID.split())


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_is_read_and_every_wish_lies_in_it(grammar: Grammar, text: str) -> None:
    for one in grammar.read(text):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
        assert one.low is None or one.high is None or one.low <= one.high
