"""Genres as sources write them, in the words of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cineblend.matching.titles import key

_SAME = (
    ("sci fi", "science fiction", "scifi", "sf"),
    ("animation", "animated", "anime", "cartoon"),
    ("childrens", "children", "kids", "family"),
    ("romance", "romantic"),
    ("comedy", "comedies", "humor", "humour"),
    ("musical", "music"),
    ("film noir", "noir"),
    ("documentary", "documentaries", "nonfiction"),
    ("biography", "biographical", "biopic"),
    ("history", "historical"),
    ("mystery", "mysteries", "detective"),
    ("sport", "sports"),
    ("horror", "slasher"),
    ("thriller", "suspense"),
    ("war", "military"),
    ("western", "westerns"),
)
"""Words for one genre."""


class GenreNames:
    """The genres of a catalogue, by any usual word for them.

    Args:
        names: the catalogue's genres.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = {key(name): name for name in names}
        self._named = dict(known)
        for words in _SAME:
            name = next((known[word] for word in words if word in known), None)
            for word in words if name is not None else ():
                self._named.setdefault(word, name or "")

    def of(self, words: Sequence[str]) -> tuple[str, ...]:
        """The catalogue's genres that these words name, each once; others are left out."""
        return tuple(
            dict.fromkeys(self._named[found] for word in words if (found := key(word)) in self._named)
        )
