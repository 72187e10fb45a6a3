"""Shown: text of a catalogue as it may be sent and printed: without control characters, and not too long."""

from __future__ import annotations

LONGEST_TITLE = 300
"""Characters of a title that are shown."""
LONGEST_NAME = 200
"""Characters of a name, a keyword, a country or a language that are shown."""
LONGEST_PROSE = 20_000
"""Characters of a long text that are shown: more than any encyclopaedia's summary of a film."""
MOST_NAMES = 200
"""Names in a list that are shown."""

_KEPT = "\n\t"
_UNSAFE = dict.fromkeys([*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
for _kept in _KEPT:
    del _UNSAFE[ord(_kept)]
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


def shown(text: str, most: int) -> str:
    """A text without control characters; one with more than ``most`` characters ends in an ellipsis."""
    head = text[: most + 1].translate(_UNSAFE).strip()
    return head if len(text) <= most else head[:most].rstrip() + "…"


def one_line(text: str, most: int) -> str:
    """The same on one line, without characters that change the direction of what follows: for a terminal."""
    return " ".join(shown(text, most).translate(_DIRECTIONS).split())
