"""Lists compared with each other and with the films a user hates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from behaviours.tastes import series_of

YEAR_SECONDS = 31_556_952
"""Days of the mean Gregorian year."""


def shared(first: Sequence[int | str], other: Sequence[int | str], n: int) -> int:
    """Number of items that the first n of two lists share, in any order."""
    return len(set(first[:n]) & set(other[:n]))


def of_their_series(listed: Sequence[str], hated: Sequence[str]) -> list[str]:
    """The listed titles from a series of a hated title."""
    series = frozenset[str]().union(*(series_of(title) for title in hated))
    return [title for title in listed if series_of(title) & series]


def shifted(times: Mapping[int, int], years: int) -> dict[int, int]:
    """The times moved by so many years; never earlier than a second after 1970 began."""
    return {film: max(1, time + years * YEAR_SECONDS) for film, time in times.items()}
