"""Fitting: the largest lettering at which a title fits its poster."""

from __future__ import annotations

from dataclasses import dataclass

from cineblend.service.posters.lettering import Face, is_wide, width

_SIZES = (46, 42, 38, 34, 31, 28, 25)
"""Font sizes for a title, largest first; the last is 12 px on a poster 150 px wide."""
_MOST_LINES = (3, 3, 3, 3, 4, 4, 5)
_FACES: tuple[Face, Face] = ("title", "narrow")
_SMALLEST = 12
"""Font size of the small line where it is long; below it the line is cut."""


@dataclass(frozen=True)
class Lettering:
    """How a title is written: its face, font size and lines."""

    face: Face
    size: int
    lines: list[str]


def fitted(title: str, room: float) -> Lettering:
    """The largest lettering at which a title fits into a width; cut with an ellipsis if none fits."""
    tokens = _tokens(title)
    for size, most in zip(_SIZES, _MOST_LINES, strict=True):
        for face in _FACES:
            lines = _wrapped(tokens, room / size, face)
            if len(lines) <= most and all(width(line, face) * size <= room for line in lines):
                return Lettering(face, size, lines)
    face, size, most = _FACES[-1], _SIZES[-1], _MOST_LINES[-1]
    pieces = [
        (piece, spaced and at == 0)
        for token, spaced in tokens
        for at, piece in enumerate(_pieces(token, room / size, face))
    ]
    lines = _wrapped(pieces, room / size, face)
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), room / size, face)]
    return Lettering(face, size, lines)


def fitted_line(text: str, room: float, size: float) -> tuple[float, str]:
    """A font size, at most ``size``, at which a text fits on one line, and the text, cut if it has to be."""
    fits = min(size, room / max(width(text, "small"), 1e-6))
    if fits >= _SMALLEST:
        return fits, text
    return _SMALLEST, cut(text, room / _SMALLEST, "small")


def cut(text: str, room: float, face: Face) -> str:
    """A text that is too wide, cut with an ellipsis."""
    while text and width(text + "…", face) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _tokens(title: str) -> list[tuple[str, bool]]:
    """Pieces that a line may be broken between, each with whether a blank precedes it."""
    tokens: list[tuple[str, bool]] = []
    for word in title.split(" "):
        start = True
        for letter in word:
            glued = tokens and not start and not is_wide(letter) and not is_wide(tokens[-1][0][-1])
            if glued:
                tokens[-1] = tokens[-1][0] + letter, tokens[-1][1]
            else:
                tokens.append((letter, start))
            start = False
    return tokens


def _wrapped(tokens: list[tuple[str, bool]], room: float, face: Face) -> list[str]:
    """Tokens on as few lines as possible."""
    lines: list[str] = []
    for token, spaced in tokens:
        longer = f"{lines[-1]}{' ' if spaced else ''}{token}" if lines else ""
        if lines and width(longer, face) <= room:
            lines[-1] = longer
        else:
            lines.append(token)
    return lines


def _pieces(word: str, room: float, face: Face) -> list[str]:
    """A word cut into pieces if it is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, face) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
