"""Values: ratings, dates and kinds of titles as exports write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cineblend.data.times import UNITS
from cineblend.service.exports.rows import SkipRow

_THUMBS = {
    **dict.fromkeys(("-1", "down", "thumbsdown", "thumbs down", "dislike", "disliked", "no", "👎"), 1.0),
    **dict.fromkeys(("1", "up", "thumbsup", "thumbs up", "like", "liked", "yes", "👍"), 4.0),
    **dict.fromkeys(("love", "loved", "two thumbs up", "👍👍"), 5.0),
}
"""Thumbs as stars."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_OUT_OF = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:/|out of)\s*(\d+)|(\d+(?:[.,]\d+)?)\s*(%)")
_STARS = re.compile(r"[★⭐*]*\ufe0f?½?☆*")
_SERIES = re.compile(
    r"s[eé]ri[ae]|series|season|^(?:tv|show|tv ?show|anime)$|programa|sendung|staffel|stagione"
)
_EPISODE = re.compile(r"[eé]pisod|folge|puntata|cap[ií]tulo")
_OTHER = re.compile(r"game|gioco|jeu|spiel|juego|jogo|podcast|music|musi[kc]|person")
_DAY_MONTH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})\b(.*)")
_WORDY = (
    *("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%B-%Y", "%a %b %d %H:%M:%S %Y"),
    *("%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S UTC"),
)


@dataclass(frozen=True)
class Scale:
    """How a file writes ratings.

    Attributes:
        high: the highest; 1 for thumbs.
        thumbs: whether they are thumbs up and down.
        zero: whether 0 is a rating.
        low: the lowest of thumbs.
    """

    high: float
    thumbs: bool = False
    zero: bool = False

    def __str__(self) -> str:
        if self.thumbs:
            return "thumbs up and down"
        return "up to 5 stars" if self.high == 5 else f"from {0 if self.zero else 1} to {self.high:g}"

    def stars(self, text: str, column: str) -> float:
        """A rating from 0 to 5.

        Raises:
            SkipRow: it is none, or off the scale.
        """
        found = _written(text)
        if self.thumbs and text.casefold() in _THUMBS:
            return _THUMBS[text.casefold()]
        if self.thumbs and found == (0.0, None):
            return 1.0
        if found is not None and not self.thumbs:
            value, high = found
            high = high or self.high
            if (value > 0 or (self.zero and value == 0)) and value <= high:
                return value / high * 5
        expected = "thumbs up or down" if self.thumbs else f"a rating up to {self.high:g}"
        raise SkipRow(f"column {column}: {text[:20]!r} is not {expected}")


def scale_of(texts: Iterable[str], high: float | None, *, zero: bool = False) -> Scale:
    """The scale of a file's ratings: by its reader, or by the values."""
    if high is not None:
        return Scale(high, zero=zero)
    given = [text.casefold() for text in texts if text]
    found = [one for text in given if (one := _written(text))]
    values = {value for value, said in found if said is None}
    words = sum(text in _THUMBS and not _NUMBER.fullmatch(text) for text in given)
    if words * 2 > len(given) or ({-1.0} < values <= {-1.0, 0.0, 1.0}) or values == {0.0, 1.0}:
        return Scale(1, thumbs=True)
    largest = max(values or {said for _, said in found if said is not None}, default=0.0)
    high = next((high for high in (5.0, 10.0) if largest <= high), 100.0)
    return Scale(high, zero=high > 5)


def number(text: str) -> float:
    """A number with a decimal point or comma; NaN where it is none."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.nan


def _written(text: str) -> tuple[float, float | None] | None:
    """A rating and the highest where the text says it; None where it is no rating."""
    if text and _STARS.fullmatch(text):
        return sum(text.count(star) for star in "★⭐*") + text.count("½") / 2, 5.0
    if found := _OUT_OF.fullmatch(text):
        value, high = (found[1], found[2]) if found[1] else (found[3], "100")
        return (number(value), float(high)) if float(high) > 0 else None
    value = number(text)
    return None if math.isnan(value) else (value, None)


def year(text: str) -> int | None:
    """A year, also of "1995.0" or of a date; None where there is none."""
    found = re.match(r"(?:\d{1,2}[/.-]\d{1,2}[/.-])?((?:18|19|20|21)\d{2})(?![\d])", text)
    return int(found[1]) if found else None


def imdb(text: str, *, linked: bool = False) -> int:
    """IMDb's number in "tt0133093", "133093" or a link; 0 where there is none."""
    found = (
        re.search(r"tt(\d{5,10})\b", text) if linked else re.search(r"(?:^|tt)(\d{1,10})(?:\.0)?/?$", text)
    )
    return int(found[1]) if found else 0


def tmdb(text: str) -> int:
    """TMDB's number; 0 where there is none."""
    found = re.fullmatch(r"(\d{1,10})(?:\.0)?", text)
    return int(found[1]) if found else 0


def what(kind: str) -> Literal["film", "series", "episode", "other"]:
    """What a kind of title means, in several languages; "TV Movie" and what is unknown are films."""
    small = kind.casefold().strip()
    for pattern, meant in ((_EPISODE, "episode"), (_SERIES, "series"), (_OTHER, "other")):
        if pattern.search(small):
            return meant  # pyright: ignore[reportReturnType]
    return "film"


def clock_of(texts: Iterable[str]) -> Callable[[str], int]:
    """A function from the dates of a column to seconds since 1970, 0 where a text is no date.

    Whether 1/2/2024 is in January or in February follows from the other dates; without any that tells, the
    month is first, as American sites write it.
    """
    found = [match for text in texts if (match := _DAY_MONTH.match(text))]
    day_first = any(int(one[1]) > 12 for one in found) or (
        any(one[2] == "." for one in found) and all(int(one[3]) <= 12 for one in found)
    )
    return lambda text: _seconds(text, day_first)


def _seconds(text: str, day_first: bool) -> int:
    try:
        return max(int(_moment(text, day_first).timestamp()), 0)
    except (ValueError, OverflowError, OSError):
        return 0


def _moment(text: str, day_first: bool) -> datetime:
    if re.fullmatch(r"\d{9,19}(?:\.\d+)?", text):
        value = float(text)
        per_second = next((per for limit, _, per in UNITS if value < limit), 1e9)
        return datetime.fromtimestamp(value / per_second, UTC)
    if match := _DAY_MONTH.match(text):
        first, second, year, clock = int(match[1]), int(match[3]), int(match[4]), match[5].strip(" ,T")
        day, month = (first, second) if day_first else (second, first)
        moment = datetime(year + 2000 if year < 100 else year, month, day, tzinfo=UTC)
        found = re.match(r"(\d{1,2}):(\d{2})", clock)
        return moment.replace(hour=int(found[1]), minute=int(found[2])) if found else moment
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,|(?<=[a-z])\.", "", text)
        moment = next((one for pattern in _WORDY if (one := _by(pattern, bare))), None)
        if moment is None:
            raise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _by(pattern: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
