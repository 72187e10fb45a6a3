"""Lettering: text on a poster as outlines of the page's typeface, so that its width is known exactly."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

Face = Literal["title", "narrow", "small"]
Outlines = dict[str, tuple[int, str]]

_FALLBACK = "Archivo,'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"
"""Typefaces for letters that the outlines lack; whichever is there is fitted to the room it was promised."""
_UNKNOWN, _WIDE = 660, 1000
"""Advance in thousandths of the font size that letters without an outline get."""


@cache
def outlines(face: Face) -> Outlines:
    """Each letter's advance and path, in thousandths of the font size (``scripts/poster_glyphs.py``)."""
    return json.loads((files("cineblend.service.posters") / f"glyphs-{face}.json").read_bytes())


def width(text: str, face: Face) -> float:
    """The width of a text, in multiples of its font size."""
    return sum(_advance(letter, outlines(face)) for letter in text) / 1000


def is_wide(letter: str) -> bool:
    """Whether a letter is of a script without blanks between words, such as Chinese."""
    return unicodedata.east_asian_width(letter) in "WF"


def runs_left(text: str) -> bool:
    """Whether a text runs from right to left: its first letter that has a direction does."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def lettered(text: str, face: Face, size: float, x: float, y: float, right: float, more: str) -> str:
    """One line of text with its base line at y, from x; or, if it runs from right to left, up to ``right``.

    Letters without an outline are text in whatever typeface there is, squeezed into the width that was
    reckoned for them.
    """
    drawn = outlines(face)
    if all(letter in drawn for letter in text):
        at, paths = 0, list[str]()
        for letter in text:
            advance, path = drawn[letter]
            if path:
                paths.append(f'<path transform="translate({at} 0)" d="{path}"/>')
            at += advance
        scale = size / 1000
        turned = f"translate({x:.1f} {y:.1f}) scale({scale:.5f})"
        return f'<g role="img" aria-label={quoteattr(text)} transform="{turned}"{more}>{"".join(paths)}</g>'
    left = runs_left(text)
    place = f'x="{right if left else x:.1f}" y="{y:.1f}"' + (' direction="rtl"' if left else "")
    room = f'textLength="{width(text, face) * size:.1f}" lengthAdjust="spacingAndGlyphs"'
    weight = 500 if face == "small" else 700
    font = f'font-family="{_FALLBACK}" font-size="{size:g}" font-weight="{weight}"'
    return f"<text {place} {room} {font}{more}>{escape(text)}</text>"


def _advance(letter: str, drawn: Outlines) -> int:
    if letter in drawn:
        return drawn[letter][0]
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return _WIDE if is_wide(letter) else _UNKNOWN
