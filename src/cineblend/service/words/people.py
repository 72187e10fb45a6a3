"""People: whom a name in a text means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from cineblend.service.words.tokens import Token, joined
from cineblend.service.words.vocabulary import Vocabulary

_LONGEST = 6
"""Words of the longest name looked for."""
_MISSPELT = 7
"""Letters of the shortest name that may have one wrong."""
_FEW = 3
"""Films of a person whom a single word may mean without "by" or "with" before it."""
_NOT_CAST = ("author", "director", "brand", "creator", "artist", "writer")
"""Roles that "by" means, whichever has most of the person's films."""
_ROLES: dict[str, tuple[str, ...]] = {
    "directed by": ("director",),
    "director": ("director",),
    "written by": ("writer", "author"),
    "starring": ("cast",),
    "stars": ("cast",),
    "featuring": ("cast",),
    "acted by": ("cast",),
    "played by": ("cast",),
    "by": _NOT_CAST,
    "of": _NOT_CAST,
    "from": ("brand", "author", "creator", "artist"),
    "with": (),
}
"""The words before a name, and the roles they ask for; none for any role."""
STRICT = frozenset({"directed by", "written by", "from", "of"})
"""Words before a name that mean nothing else: a person without such a role is not meant."""
BEFORE = tuple(sorted(_ROLES, key=len, reverse=True))
_SAYS = {
    "director": "directed by ",
    "cast": "starring ",
    "writer": "written by ",
    "author": "by ",
    "brand": "from ",
}


@dataclass(frozen=True)
class Person:
    """A person.

    Attributes:
        name: as it is written most often.
        value: the name, or "role:NAME".
        says: the same for people.
        length: words of the name as typed.
    """

    name: str
    value: str
    says: str
    length: int


class People:
    """Finds the people of a catalogue in texts.

    Args:
        vocabulary: their names.
        is_known: whether a word is in the catalogue's texts, titles or names.
    """

    def __init__(self, vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> None:
        self._vocabulary, self._is_known = vocabulary, is_known

    def read(self, some: Sequence[Token], before: str, after_name: bool) -> Person | None:
        """Whom a text begins with, by the longest name.

        Args:
            some: the words of the name and those behind it.
            before: the words before the name, such as "directed by"; empty for none.
            after_name: whether a word with a capital stands before, so that one word is part of another name.
        """
        some = _until_cut(some[:_LONGEST])
        for length in range(len(some), 0, -1):
            words = list(some[:length])
            key = self._full(words, before) or self._end(words, before, after_name)
            if key is not None and (found := self._in_role(key, before, length)):
                return found
        for length in range(min(len(some), 3), 0, -1):
            key = self._misspelt(list(some[:length]), before)
            if key is not None and (found := self._in_role(key, before, length)):
                return found
        return None

    def _full(self, words: list[Token], before: str) -> str | None:
        key = joined(words)
        if key not in self._vocabulary.people:
            return None
        if len(words) == 1:
            many = len(self._vocabulary.people[key].nums) >= _FEW
            return key if self._is_name(words) and (before or many) else None
        return key if before or self._is_name(words) else None

    def _end(self, words: list[Token], before: str, after_name: bool) -> str | None:
        surname = self._vocabulary.surnames.get(joined(words))
        if surname is None or not surname.clear or not self._is_name(words):
            return None
        if not before and (after_name or surname.n < _FEW):
            return None
        return surname.key

    def _is_name(self, words: list[Token]) -> bool:
        """Whether the words are written as a name, or are no plain words."""
        plain = self._vocabulary.plain
        opens = len(words) == 1 and not words[0].start  # The first word of a text has a capital anyway.
        return (all(word.capital for word in words) and not (opens and words[0].key in plain)) or (
            bool(plain) and any(word.key not in plain for word in words)
        )

    def _misspelt(self, words: list[Token], before: str) -> str | None:
        said = joined(words)
        if len(said) < _MISSPELT or all(self._is_known(word.key) for word in words):
            return None
        capitals = all(word.capital for word in words)
        if not (before or capitals or (len(words) > 1 and any(self._is_known(word.key) for word in words))):
            return None
        names = self._vocabulary.people if len(words) > 1 else self._vocabulary.surnames
        near = process.extract(
            said, names.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=2, processor=None
        )
        if len(near) != 1:
            return None
        if len(words) > 1:
            return near[0][0]
        surname = self._vocabulary.surnames[near[0][0]]
        return surname.key if surname.clear and surname.n >= _FEW else None

    def _in_role(self, key: str, before: str, length: int) -> Person | None:
        facet = self._vocabulary.people[key]
        roles = [role for role in _ROLES.get(before, ()) if role in facet.role_of]
        if not roles:
            return None if before in STRICT else Person(facet.name, facet.name, facet.name, length)
        role = max(roles, key=lambda one: len(facet.role_of[one]))
        return Person(
            facet.name, f"{role}:{facet.name}", f"{_SAYS.get(role, role + ' ')}{facet.name}", length
        )


def _until_cut(some: Sequence[Token]) -> Sequence[Token]:
    for at, token in enumerate(some):
        if at and token.cut:
            return some[:at]
    return some
