"""Sentence: a text while it is read: its words, what was understood, and the words that are still free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from cineblend.service.wanted import ItemId
from cineblend.service.words.table import words
from cineblend.service.words.tokens import joined, tokens
from cineblend.service.words.understood import Understood, UnderstoodKind

T = TypeVar("T")

JOINS = frozenset({"and", "or", "nor"})
LONGEST_LABEL = 5
"""Words of the longest genre, country, language or keyword."""
_FILL = words("fill")
"""Words that hold a sentence together; they are left out at both ends of free words."""


class Sentence:
    """A text while it is read from left to right.

    Args:
        text: what was typed.
        nouns: what an item is called.

    Attributes:
        tokens: its words.
        said: their keys.
        found: the wishes so far.
        free: positions of words that are not understood yet.
        negated: whether a negation stands before the next word.
        about: whether "about" stands before, after which a genre's name is a theme.
        before: the words before the last name, such as "with"; empty if no name was read just now.
        liked: the film named after "like".
    """

    def __init__(self, text: str, nouns: frozenset[str]) -> None:
        self.text, self._fills = text, _FILL | nouns
        self.tokens = tokens(text)
        self.said = [token.key for token in self.tokens]
        self.found: list[Understood] = []
        self.free: list[int] = []
        self.negated, self.about, self.before = False, False, ""
        self.liked: int | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    def has(self, said: str, at: int) -> bool:
        """Whether these words stand at a position."""
        parts = said.split()
        return self.said[at : at + len(parts)] == parts

    def ends(self, at: int) -> bool:
        """Whether the text or a clause ends before a position."""
        return at >= len(self.tokens) or self.tokens[at].cut

    def longest(self, names: Mapping[str, T], at: int, most: int = LONGEST_LABEL) -> tuple[T, int] | None:
        """The longest name that begins at a position, and the position behind it."""
        for end in range(min(len(self.said), at + most), at, -1):
            name = names.get(" ".join(self.said[at:end]))
            if name is not None:
                return name, end
        return None

    def add(
        self,
        kind: UnderstoodKind,
        at: int,
        end: int,
        says: str,
        *,
        values: tuple[str, ...] = (),
        low: int | None = None,
        high: int | None = None,
        item_id: ItemId | None = None,
    ) -> None:
        """Add the wish of the words from ``at`` to before ``end``."""
        start, stop = self.tokens[at].start, self.tokens[end - 1].end
        if self.negated:
            says = f"{'not' if kind in ('year', 'runtime', 'like') else 'no'} {says}"
        text = self.text[start:stop]
        self.found.append(Understood(kind, text, start, stop, says, self.negated, values, low, high, item_id))

    def flush(self) -> None:
        """Make the free words a wish."""
        some, self.free = self.free, []
        while some and self.said[some[0]] in self._fills:
            some.pop(0)
        while some and self.said[some[-1]] in self._fills:
            some.pop()
        if some:
            at, end = some[0], some[-1] + 1
            says = self.text[self.tokens[at].start : self.tokens[end - 1].end]
            self.add("words", at, end, says, values=(joined([self.tokens[one] for one in some]),))

    def settle(self) -> None:
        """Make the free words a wish; a negation that stands before them ends: "no gore 80s"."""
        if self.free:
            self.flush()
            self.negated = False

    def behind(self, at: int) -> int:
        """End a negation behind what it negates, unless "or" or "and" goes on; the same position."""
        if at < len(self.said) and not (self.said[at] in JOINS and not self.tokens[at].cut):
            self.negated = False
        return at

    def end(self) -> None:
        """End a clause: a negation reaches no further."""
        self.flush()
        self.negated, self.about, self.before = False, False, ""
