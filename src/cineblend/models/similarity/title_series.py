"""Title series: finds the films of one series by their titles alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_ASIDE = re.compile(r"\s*\([^()]*\)")
_ARTICLE = re.compile(
    r"^(?:the|a|an|le|la|les|il|el|der|die|das)\s+|,\s*(?:the|a|an|le|la|les|il|el|der|die|das)$"
)
_SUBTITLE = re.compile(r"\s*[:–]\s.*$|\s-\s.*$")
_SECOND_NAME = re.compile(r"^(\w+ \w+) and the .*$")
"""Two words before "and the" name a hero, as in "Harry Potter and the ..."; one word does not."""
_NUMBER = re.compile(
    r"(?:[²³]|\s+(?:(?:part|episode|chapter|volume|vol)\b.*|\d{1,2}|[ivx]+|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen))$"
)


def stems(titles: Sequence[str]) -> list[str]:
    """The words of each title that its sequels share, without article, subtitle, number and year."""
    return [_stem(_plain(title)) for title in titles]


def series(titles: Sequence[str]) -> npt.NDArray[np.int32]:
    """(n, 2) number of the series and number of the title, for each film.

    Two films are of the same series if the first numbers are equal and the second differ. Films with exactly
    the same title are remakes or unrelated. Both numbers are -1 for a film without a title, which is in no
    series.
    """
    plain = [_plain(title) for title in titles]
    return np.stack([_numbered([_stem(name) for name in plain]), _numbered(plain)], axis=1)


def _plain(title: str) -> str:
    """Lower case, without parentheses and accents."""
    bare = _ASIDE.sub("", title).casefold().strip()
    return "".join(c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c))


def _stem(plain: str) -> str:
    words = _ARTICLE.sub("", _SUBTITLE.sub("", plain)).strip()
    words = _ARTICLE.sub("", re.sub(r"[^\w\s,]", "", words)).strip()
    words = _SECOND_NAME.sub(r"\1", words)
    return _NUMBER.sub("", words).strip() or words or plain


def _numbered(names: Sequence[str]) -> npt.NDArray[np.int32]:
    """(n,) equal numbers for equal names, -1 for an empty one."""
    if not names:
        return np.empty(0, np.int32)
    known = np.array([bool(name) for name in names])
    return np.where(known, np.unique(np.array(names), return_inverse=True)[1], -1).astype(np.int32)
