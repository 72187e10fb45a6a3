"""Forms of a title: keys that are equal for two ways to write the same film's title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from cineblend.matching.titles import key

_ARTICLES = frozenset(
    (
        *("the", "a", "an", "les", "le", "la", "un", "une", "il", "lo", "gli", "el", "los", "las", "der"),
        *("die", "das", "ein", "eine", "den", "det", "en", "et", "de", "het"),
    )
)
_SMALL = frozenset(("the", "a", "an", "and", "or"))
"""Words that count for nothing inside a title."""
_COUNTED = frozenset(["part", "pt", "volume", "vol", "chapter", "episode", "no", "number", "book"])
"""Words before a number that count for nothing: "Part 2" is "2"."""
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: Mapping[str, int] = MappingProxyType(
    {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
)
_ROMANS = ("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")
_ROMAN: Mapping[str, str] = MappingProxyType({roman: str(n) for n, roman in enumerate(_ROMANS, 2)})
_SPELLINGS = """
colour color|colours colors|honour honor|favour favor|favourite favorite|grey gray|theatre theater
centre center|neighbour neighbor|neighbours neighbors|armour armor|harbour harbor|rumour rumor|labour labor
defence defense|travelling traveling|programme program|jewellery jewelry|tyre tire|mister mr|doctor dr
saint st|mount mt|versus vs|first 1st|second 2nd|third 3rd|fourth 4th|fifth 5th|sixth 6th|seventh 7th
eighth 8th|ninth 9th|tenth 10th|thirteenth 13th
"""
_SPELLED: Mapping[str, str] = MappingProxyType(
    {
        written: meant
        for line in _SPELLINGS.strip().splitlines()
        for written, meant in [pair.split() for pair in line.split("|")]
    }
)
_BREAK = re.compile(
    r"\s*[:;](?=\s|$)\s*|\s+[-–—]\s+|\s*[–—]\s*|\s*[()\[\]]\s*|,?\s+or:?,?\s+(?=[A-Z(])|\s+/\s+|\s+in\s+(?=(?:The|A)\b)"
)
_THREE_D = re.compile(r"\b3-D\b")
_ROMAN_END = re.compile(r"(?<=\w )[VX](?=\s*(?:[:;–—(]|-\s|$))")
"""A one-letter numeral at the end of a segment, such as "Death Wish V: The Face of Death"."""
_OWNER = re.compile(r"^(?:[A-Z][\w.\-]*\s+(?:(?:and|&)\s+)?){1,3}[A-Z][\w.\-]*['’]s?\s+(?=\w)")
"""A maker before the title, such as "Monty Python's"."""
_NO_OWNER = frozenset(
    ("the", "a", "an", "my", "your", "his", "her", "our", "their", "no", "all", "one", "every", "mr", "mrs")
)
_COMMON = frozenset(
    (
        *("movie", "film", "motionpicture", "beginning", "story", "truestory", "musical", "finalchapter"),
        *("final", "series", "legend", "return", "revenge", "next", "sequel", "prequel", "3d", "imax"),
        *("lastchapter", "newbeginning", "animatedmovie", "directorscut", "extended", "untold", "origins"),
    )
)
"""Parts of titles that name no film by themselves."""
_LEAST_LETTERS = 4


@dataclass(frozen=True)
class Forms:
    """How one name of a film compares.

    Attributes:
        plain: the name without accents and punctuation.
        exact: the same with one spelling for each word and each number.
        bare: the same without articles, "and" and "part".
        article: the article at the front, "" where there is none.
        parts: ``bare`` of what is left without a prefix or a subtitle, and the prefix that it then lacks:
            "" for a subtitle, or for a prefix that is a maker's name.
        first: ``bare`` of the prefix before a subtitle, without its number; the whole where there is none.
        numbers: the numbers in the name, in order.
    """

    plain: str
    exact: str
    bare: str
    article: str
    parts: Mapping[str, str]
    first: str
    numbers: tuple[str, ...]


@lru_cache(maxsize=1 << 17)
def forms(name: str) -> Forms:
    """The forms of a name, which has its article in front and no year."""
    words = _words(name)
    bare = "".join(_bare(words))
    return Forms(
        plain=key(name).replace(" ", ""),
        exact="".join(words),
        bare=bare,
        article=words[0] if len(words) > 1 and words[0] in _ARTICLES else "",
        parts={part: lost for part, lost in _parts(name) if part != bare},
        first=_first(name),
        numbers=tuple(word for word in words if any(letter.isdigit() for letter in word)),
    )


def _words(name: str) -> list[str]:
    """The words of a name, each in one spelling."""
    name = _ROMAN_END.sub(lambda found: _ROMAN[found[0].lower()], _THREE_D.sub("3D", name))
    raw = key(name.replace("½", " 1 2").replace("+", " and ")).split()
    words: list[str] = []
    for at, word in enumerate(raw):
        before = raw[at - 1] if at else ""
        spelled = _SPELLED.get(word, word)
        if word in _NUMBERS:
            spelled = str(_NUMBERS[word])
            if _NUMBERS.get(before, 0) >= 20 and 0 < _NUMBERS[word] < 10:
                words[-1] = str(_NUMBERS[before] + _NUMBERS[word])
                continue
        elif at and word in _ROMAN and (len(word) > 1 or before in _COUNTED):
            spelled = _ROMAN[word]
        elif word == "i" and before in _COUNTED:
            spelled = "1"
        words.append(spelled)
    return words


def _bare(words: Sequence[str]) -> list[str]:
    kept = [
        word
        for at, word in enumerate(words)
        if word not in _SMALL
        and not (at == 0 and len(words) > 1 and word in _ARTICLES)
        and not (word in _COUNTED and at + 1 < len(words) and words[at + 1].isdigit())
    ]
    if len(kept) > 1 and kept[-1] == "3d":
        kept = kept[: -2 if len(kept) > 2 and kept[-2] == "in" else -1]
    return kept or list(words)


def _parts(name: str) -> Iterator[tuple[str, str]]:
    """What is left of a name without some of its segments, and the prefix that it lacks."""
    segments = _segments(name)
    first = _first(name)
    for at in range(1, len(segments)):
        yield from ((part, first) for part in _part(segments[at:]))
    for at in range(1, len(segments)):
        yield from ((part, "") for part in _part(segments[:at]))
    if len(segments) > 2:
        yield from ((part, "") for part in _part([segments[0], segments[-1]]))
    if len(segments) > 1:
        yield "".join(_bare(_words(" ".join(segments)))), ""
        numbered = _bare(_words(segments[0]))
        if len(numbered) > 1 and numbered[-1].isdigit():
            yield "".join([*numbered[:-1], *_bare(_words(" ".join(segments[1:])))]), ""
    owned = _OWNER.sub("", name)
    if owned != name and key(name).split()[0] not in _NO_OWNER:
        yield from ((part, "") for part in _part([owned]))


def _segments(name: str) -> list[str]:
    return [part.strip() for part in _BREAK.split(name) if part and part.strip()]


def _first(name: str) -> str:
    segments = _segments(name)
    words = _bare(_words(segments[0])) if segments else []
    return "".join(words[:-1] if len(words) > 1 and words[-1].isdigit() else words)


def _part(segments: Sequence[str]) -> Iterator[str]:
    joined = "".join(_bare(_words(" ".join(segments))))
    letters = sum(letter.isalpha() for letter in joined)
    # "X2" and "2010" are names of their own, however short
    short_name = len(joined) > letters and (letters > 0 or len(joined) > 2)
    if joined not in _COMMON and (letters >= _LEAST_LETTERS or short_name):
        yield joined
