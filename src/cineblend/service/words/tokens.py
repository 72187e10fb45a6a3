"""Tokens: the words of a text with their places in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cineblend.matching import titles

_WORD = re.compile(r"\d+[.,]\d+(?!\w)|\w+(?:['’`´]\w+|(?<=\b\w)\.\w\b)*")
_CUT = re.compile(r"[,;:!?()\[\]\"“”|/\n]|\.(?:\s|$)|\s[-–—]+\s")
_ABBREVIATED = re.compile(r"\.\s+")
_DASH = re.compile(r"\s*[-–—]\s*")


@dataclass(frozen=True)
class Token:
    """One word.

    Attributes:
        key: its normalised form (``titles.key``).
        start: where it begins.
        end: where it ends.
        capital: whether it begins with a capital letter.
        cut: whether a comma or the like stands before it.
        dashed: whether only a dash stands before it.
    """

    key: str
    start: int
    end: int
    capital: bool
    cut: bool
    dashed: bool


def tokens(text: str) -> list[Token]:
    """The words of a text; a word without letters or digits is left out."""
    found: list[Token] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match[0]
        key = word if word[0].isdecimal() and not word.isalnum() else titles.key(word)
        if not key:
            continue
        gap = text[end : match.start()]
        short = bool(found) and found[-1].capital and len(found[-1].key) <= 3
        cut = bool(_CUT.search(gap)) and not (short and _ABBREVIATED.fullmatch(gap))
        dashed = bool(found) and _DASH.fullmatch(gap) is not None
        found.append(Token(key, match.start(), match.end(), word[0].isupper(), cut, dashed))
        end = match.end()
    return found


def joined(some: list[Token]) -> str:
    """The keys of tokens with blanks between them."""
    return " ".join(token.key for token in some)
