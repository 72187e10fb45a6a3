"""Lists held against each other and against what a person hates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from behaviours.tastes import series_of

YEAR_SECONDS = 31_556_952
"""Of the mean Gregorian year."""


def shared(one: Sequence[int | str], other: Sequence[int | str], n: int) -> int:
    """How many of the first n of a list are among the first n of another, in whatever order."""
    return len(set(one[:n]) & set(other[:n]))


def of_their_series(listed: Sequence[str], hated: Sequence[str]) -> list[str]:
    """The listed titles that are of a series of which a hated title is."""
    series = frozenset[str]().union(*(series_of(title) for title in hated))
    return [title for title in listed if series_of(title) & series]


def shifted(times: Mapping[int, int], years: int) -> dict[int, int]:
    """The same times so many years later; never earlier than a second after 1970 began."""
    return {film: max(1, time + years * YEAR_SECONDS) for film, time in times.items()}
