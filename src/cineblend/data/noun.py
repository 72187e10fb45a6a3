"""Noun: what the items of a catalogue are called, such as film and films."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cineblend.errors import UserError

_LONGEST = 30
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


@dataclass(frozen=True)
class Noun:
    """A noun and its plural.

    Raises:
        UserError: one of the two is not 1 to 30 letters and single spaces.
    """

    one: str = "film"
    many: str = "films"

    def __post_init__(self) -> None:
        for said in (self.one, self.many):
            if len(said) > _LONGEST or not _WORDS.fullmatch(said):
                raise UserError(
                    f"an item is called {said[:60]!r}",
                    expected=f"1 to {_LONGEST} letters, words with a space between them",
                    remedy="say --noun book, or --noun person/people",
                )

    def __str__(self) -> str:
        return self.one

    @property
    def a(self) -> str:
        """The noun with its article."""
        return f"{'an' if self.one[0].lower() in 'aeiou' else 'a'} {self.one}"

    def counted(self, n: int) -> str:
        """A number of items, such as "1 film" and "2,000 films"."""
        return f"{n:,} {self.one if n == 1 else self.many}"


FILM = Noun()
"""The noun of a catalogue that does not say its own."""
TABLES = {
    "books": "book", "products": "product", "artists": "artist", "songs": "song", "tracks": "track",
    "games": "game", "anime": "anime/anime",
}  # fmt: skip
"""Words of a file's name, and what it then holds."""


def noun_from(said: str) -> Noun:
    """The noun that "book" or "person/people" says.

    Raises:
        UserError: it is neither.
    """
    one, _, many = (part.strip() for part in said.partition("/"))
    return Noun(one, many or plural(one))


def noun_of_file(stem: str) -> Noun:
    """The noun that the name of a table of items says: book for "books"; film where it says none."""
    words = re.split(r"[^a-z]+", stem.lower())
    return next((noun_from(TABLES[word]) for word in words if word in TABLES), FILM)


def plural(word: str) -> str:
    """The usual plural of an English noun."""
    if word.endswith("y") and word[-2:-1] not in "aeou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
