"""Poster: a film's picture and title as one SVG, with the proportions 2 to 3."""

from __future__ import annotations

import hashlib
from random import Random
from xml.sax.saxutils import escape

from cineblend.matching.titles import without_asides
from cineblend.service.answers import Item
from cineblend.service.posters.art import ART
from cineblend.service.posters.palettes import PALETTES, Palette
from cineblend.service.posters.shapes import WIDTH

HEIGHT = 450
_MARGIN = 22
_SIZES = (46, 42, 38, 34, 31, 28, 25)
"""Font sizes for a title, largest first; the last is 12 px on a poster 150 px wide."""
_MOST_LINES = (3, 3, 3, 3, 4, 4, 5)
_SANS = "'Avenir Next','Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"
_SERIF = "Georgia,'Iowan Old Style','Times New Roman','Liberation Serif',serif"
_SERIF_GENRES = frozenset({"Drama", "Romance", "Film-Noir", "Mystery", "War", "Fantasy"})
_PLAIN_GENRES = ("Drama", "Thriller", "Comedy", "Action", "Adventure")
"""Very common genres, the most common first: a rarer one beside them says more about a film."""
_HIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF, 0xFFFE, 0xFFFF}
"""Characters that change the text direction, and those that XML does not allow."""


def poster(item: Item) -> str:
    """An SVG of 300 x 450 units: the same for the same film, every time and everywhere.

    The genre chooses colours and picture; the item id seeds the random numbers that arrange it. Text is
    escaped and free of control characters. There is no script, no link and nothing to load.
    """
    rng = Random(int.from_bytes(hashlib.sha256(repr(item.item_id).encode()).digest()[:8]))  # noqa: S311
    genre = leading_genre(item.genres)
    palette = rng.choice(PALETTES[genre])
    title = clean(without_asides(item.title)) or "Untitled"
    serif = genre in _SERIF_GENRES
    size, lines = fitted(title, WIDTH - 2 * _MARGIN, wide=0.94 if serif else 1.0)
    small = " · ".join(
        part for part in (str(item.year) if item.year else "", clean(" / ".join(item.genres[:2]))) if part
    )
    step = size * 1.06
    panel = 26 + step * len(lines) + (32 if small else 12)
    height = HEIGHT - panel
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{palette.sky}"/>'
            f'<stop offset="1" stop-color="{palette.earth}"/></linearGradient>'
            f'<clipPath id="c"><rect width="{WIDTH}" height="{height + 0.5:.1f}"/></clipPath></defs>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/><g clip-path="url(#c)">',
            *rng.choice(ART[genre])(rng, palette, height),
            "</g>",
            *_title(palette, lines, size, step, height, small, _SERIF if serif else _SANS),
            "</svg>",
        ]
    )


def leading_genre(genres: tuple[str, ...]) -> str:
    """The genre that a poster is drawn in, the most telling one; "" if none has a picture."""
    known = [genre for genre in genres if genre in ART and genre]
    telling = [genre for genre in known if genre not in _PLAIN_GENRES]
    return (telling or sorted(known, key=_PLAIN_GENRES.index, reverse=True) or [""])[0]


def clean(text: str) -> str:
    """One line without control characters or characters that hide or reverse text."""
    kept = "".join(c for c in text if (c.isprintable() or c == " ") and ord(c) not in _HIDDEN)
    return " ".join(kept.split())


def fitted(title: str, width: float, wide: float = 1.0) -> tuple[int, list[str]]:
    """The largest font size at which a title fits, and its lines; cut with an ellipsis if none fits."""
    for size, most in zip(_SIZES, _MOST_LINES, strict=True):
        lines = _wrapped(title.split(" "), width / (size * wide))
        if len(lines) <= most and all(_width(line) * size * wide <= width for line in lines):
            return size, lines
    size, most = _SIZES[-1], _MOST_LINES[-1]
    room = width / (size * wide)
    pieces = [piece for word in title.split(" ") for piece in _pieces(word, room)]
    lines = _wrapped(pieces, room)
    if len(lines) > most:
        last = lines[most - 1]
        while last and _width(last + "…") > room:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return size, lines


def _title(
    palette: Palette, lines: list[str], size: int, step: float, top: float, small: str, family: str
) -> list[str]:
    """The panel with the title and, below it, year and genres."""
    drawn = [
        f'<rect y="{top:.1f}" width="{WIDTH}" height="{HEIGHT - top:.1f}" fill="{palette.panel}"/>',
        f'<rect y="{top:.1f}" width="{WIDTH}" height="5" fill="{palette.light}"/>',
    ]
    y = top + 20 + size * 0.84
    for line in lines:
        drawn.append(
            f'<text x="{_MARGIN}" y="{y:.1f}" fill="{palette.ink}" font-family="{family}" font-size="{size}" '
            f'font-weight="700" letter-spacing="-.4">{escape(line)}</text>'
        )
        y += step
    if small:
        drawn.append(
            f'<text x="{_MARGIN}" y="{HEIGHT - 17}" fill="{palette.ink}" opacity=".82" font-family="{_SANS}" '
            f'font-size="15" letter-spacing=".6">{escape(small)}</text>'
        )
    return drawn


def _wrapped(words: list[str], room: float) -> list[str]:
    """Words on as few lines as possible."""
    lines: list[str] = []
    for word in words:
        if lines and _width(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _pieces(word: str, room: float) -> list[str]:
    """A word cut into pieces if it is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _width(text: str) -> float:
    """Approximate width of a bold text, in multiples of its font size."""
    return sum(_letter(c) for c in text)


def _letter(c: str) -> float:
    if c in "ijlI.,:;'!|’· ":
        return 0.3
    if c in 'frt-()[]"/':
        return 0.4
    if c in "mwMW@%—…&":
        return 0.94
    if ord(c) >= 0x1100:
        return 1.05
    return 0.72 if c.isupper() else 0.6
