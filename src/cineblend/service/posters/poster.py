"""Poster: a film's picture and title as one SVG, with the proportions 2 to 3."""

from __future__ import annotations

import hashlib
from random import Random
from xml.sax.saxutils import escape, quoteattr

from cineblend.matching.titles import without_asides
from cineblend.service.answers import Item
from cineblend.service.posters.art import ART, Art
from cineblend.service.posters.fitting import Lettering, fitted, fitted_line
from cineblend.service.posters.lettering import lettered
from cineblend.service.posters.palettes import PALETTES, Palette
from cineblend.service.posters.shapes import WIDTH

HEIGHT = 450
_MARGIN = 22
_ROOM = WIDTH - 2 * _MARGIN
_STEP, _SMALL = 1.06, 15
"""From a title's line to the next, in font sizes; and the font size of the small line."""
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
    art, palette = rng.choice(_art(genre, item.genres)), rng.choice(_palettes(genre, item.genres))
    title = clean(without_asides(item.title)) or "Untitled"
    lettering = fitted(title, _ROOM)
    small = " · ".join(
        part for part in (str(item.year) if item.year else "", clean(" / ".join(item.genres[:2]))) if part
    )
    panel = 26 + lettering.size * _STEP * len(lettering.lines) + (32 if small else 12)
    height = HEIGHT - panel
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{palette.sky}"/>'
            f'<stop offset="1" stop-color="{palette.earth}"/></linearGradient>'
            f'<clipPath id="c"><rect width="{WIDTH}" height="{height + 0.5:.1f}"/></clipPath></defs>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/><g clip-path="url(#c)">',
            f"<g{' transform=' + quoteattr(f'matrix(-1 0 0 1 {WIDTH} 0)') if rng.random() < 0.5 else ''}>",
            *art(rng, palette, height),
            "</g></g>",
            *_title(palette, lettering, height, small),
            "</svg>",
        ]
    )


def leading_genre(genres: tuple[str, ...]) -> str:
    """The genre that a poster is drawn in, the most telling one; "" if none has a picture."""
    known = [genre for genre in genres if genre in ART and genre]
    telling = [genre for genre in known if genre not in _PLAIN_GENRES]
    return (telling or sorted(known, key=_PLAIN_GENRES.index, reverse=True) or [""])[0]


def _art(leading: str, genres: tuple[str, ...]) -> list[Art]:
    """Pictures for a film: the leading genre's count twice, then those of its other genres."""
    others = [art for genre in genres if genre and genre != leading for art in ART.get(genre, ())]
    return [*ART[leading], *ART[leading], *others]


def _palettes(leading: str, genres: tuple[str, ...]) -> list[Palette]:
    """Colours for a film: those of all its genres."""
    others = [
        palette for genre in genres if genre and genre != leading for palette in PALETTES.get(genre, ())
    ]
    return [*PALETTES[leading], *others]


def clean(text: str) -> str:
    """One line without control characters or characters that hide or reverse text."""
    kept = "".join(c for c in text if (c.isprintable() or c == " ") and ord(c) not in _HIDDEN)
    return " ".join(kept.split())


def _title(palette: Palette, lettering: Lettering, top: float, small: str) -> list[str]:
    """The panel with the title and, below it, year and genres."""
    drawn = [
        f'<rect y="{top:.1f}" width="{WIDTH}" height="{HEIGHT - top:.1f}" fill="{palette.panel}"/>',
        f'<rect y="{top:.1f}" width="{WIDTH}" height="5" fill="{palette.light}"/>',
    ]
    ink, right, size = f' fill="{palette.ink}"', WIDTH - _MARGIN, lettering.size
    for at, line in enumerate(lettering.lines):
        y = top + 20 + size * (0.84 + _STEP * at)
        drawn.append(lettered(line, lettering.face, size, _MARGIN, y, right, ink))
    if small:
        fits, line = fitted_line(small, _ROOM, _SMALL)
        faded = f'{ink} opacity=".82"'
        drawn.append(lettered(line, "small", fits, _MARGIN, HEIGHT - 17, right, faded))
    return drawn
