"""Measures: years, decades and running times in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORT, LONG, RECENT, OLD = 90, 150, 5, 40
"""Minutes of a short and of a long film; years of recent ones; age of old ones."""
_DECADES = {
    word: decade
    for decade, word in enumerate(
        ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"), 2
    )
}
_NUMBERS = {
    **{
        "an": 1.0,
        "one": 1.0,
        "two": 2.0,
        "three": 3.0,
        "four": 4.0,
        "five": 5.0,
        "ninety": 90.0,
        "sixty": 60.0,
    },
    **{"one and a half": 1.5, "an and a half": 1.5, "two and a half": 2.5, "three and a half": 3.5},
}
_Y = r"(1[89]\d\d|20\d\d)"
_D = rf"((?:1[89]|20)?\d0s|{'|'.join(_DECADES)})"
_FROM = r"(?:(?:made |released |shot |set )?(?:in|from|of|during) )?(?:the )?"
_MADE, _THEN = "(?:made |released )?", rf"(?:the )?(?:year )?(?:{_Y}|{_D})"
_N = r"(\d+(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_UNIT = r"(hours?|hrs?|h|minutes?|mins?|min|m)"
_LESS = r"(?:under|below|(?:less|shorter) than|at most|(?:no|not) (?:longer|more) than|up to|within|max)"
_MORE = r"(?:over|above|(?:more|longer) than|at least|(?:no|not) (?:less|shorter) than)"


@dataclass(frozen=True)
class Bounds:
    """Two ends, each None where it is open, and the number of tokens read."""

    low: int | None
    high: int | None
    length: int


_YEARS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"(?= |$)"), kind)
    for pattern, kind in (
        (rf"{_MADE}(?:between|from) (?:the )?{_Y} (?:and|to|until|till|through) {_Y}", "range"),
        (rf"{_FROM}{_Y} (?:to|until|till|through) {_Y}", "range"),
        (rf"{_MADE}(?:from|since|starting in) {_Y} (?:on|onwards?|and later|or later)", "since"),
        (rf"{_Y} (?:or|and) (?:later|newer|after)", "since"),
        (rf"{_Y} (?:or|and) (?:earlier|older|before)", "until"),
        (rf"{_MADE}(?:before|(?:earlier|older) than|prior to|pre) {_THEN}", "before"),
        (rf"{_MADE}(?:after|(?:later|newer) than|post) {_THEN}", "after"),
        (rf"{_MADE}since {_THEN}", "since"),
        (rf"{_MADE}(?:until|till|up to|through) {_THEN}", "until"),
        (rf"{_FROM}(early|mid|late) (?:the )?{_D}", "part"),
        (rf"{_FROM}(?:decade of the )?{_D}", "decade"),
        (rf"{_FROM}(19|20|21)(?:th|st) century", "century"),
        (rf"{_FROM}(twentieth|twenty first) century", "century"),
        (rf"(?:(?:made |released )?(?:in|from|of) )?(?:the )?(?:year )?{_Y}", "year"),
    )
)  # fmt: skip
_RUNTIMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + r"(?= |$)"), kind)
    for pattern, kind in (
        (rf"{_LESS} {_N} ?{_UNIT}(?: (?:long|running time))?", "most"),
        (rf"{_MORE} {_N} ?{_UNIT}(?: (?:long|running time))?", "least"),
        (rf"{_N} ?{_UNIT} (?:or|and) (?:less|shorter)", "most"),
        (rf"{_N} ?{_UNIT} (?:or|and) (?:more|longer)", "least"),
        (rf"{_N} ?{_UNIT} (?:max|maximum|at most)", "most"),
    )
)
_PARTS = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}
_CENTURIES: dict[str, tuple[int | None, int | None]] = {
    "19": (1801, 1900),
    "20": (1901, 2000),
    "twentieth": (1901, 2000),
}


def years(said: str, newest: int) -> Bounds | None:
    """The years that a text begins with.

    Args:
        said: keys of tokens with blanks between them; a dash between two years is "to".
        newest: the year of the catalogue's newest film; "the 20s" are its century's if they are not ahead.
    """
    for pattern, kind in _YEARS:
        found = pattern.match(said)
        if found is None:
            continue
        bounds = _bounds(kind, [group for group in found.groups() if group is not None], newest)
        if bounds is not None and (bounds[0] is None or bounds[1] is None or bounds[0] <= bounds[1]):
            return Bounds(*bounds, len(found[0].split()))
    return None


def runtimes(said: str) -> Bounds | None:
    """The minutes that a text begins with."""
    for pattern, kind in _RUNTIMES:
        if found := pattern.match(said):
            number = _NUMBERS.get(found[1]) or float(found[1].replace(",", "."))
            minutes = round(number * (60 if found[2].startswith("h") else 1))
            low, high = (None, minutes) if kind == "most" else (minutes, None)
            return Bounds(low, high, len(found[0].split())) if minutes < 10_000 else None
    return None


def _bounds(kind: str, said: list[str], newest: int) -> tuple[int | None, int | None] | None:
    if kind == "range":
        return int(said[0]), int(said[1])
    if kind == "century":
        return _CENTURIES.get(said[0], (2001, None))
    if kind == "part":
        first = _decade(said[1], newest)
        low, high = _PARTS[said[0]]
        return first + low, first + high
    if kind == "decade":
        first = _decade(said[0], newest)
        return first, first + 9
    is_decade = not said[0].isdecimal()
    first = _decade(said[0], newest) if is_decade else int(said[0])
    last = first + 9 if is_decade else first
    return {
        "year": (first, last),
        "before": (None, first - 1),
        "after": (last + 1, None),
        "since": (first, None),
        "until": (None, last),
    }[kind]


def _decade(said: str, newest: int) -> int:
    """The first year of "1980s", "80s" or "eighties"."""
    short = _DECADES[said] * 10 if said in _DECADES else int(said[:-1])
    if short >= 100:
        return short
    this = newest // 100 * 100 + short
    return this if this + 5 <= newest and short < 20 else this - 100


def years_said(low: int | None, high: int | None) -> str:
    """Two years for people."""
    if low is None or high is None:
        return f"until {high}" if low is None else f"since {low}"
    return str(low) if low == high else f"{low}–{high}"


def minutes_said(low: int | None, high: int | None) -> str:
    """Two running times for people."""
    return f"at most {high} minutes" if low is None else f"at least {low} minutes"
