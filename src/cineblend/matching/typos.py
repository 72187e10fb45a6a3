"""Typos: which differences between two titles are slips of the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz.distance import OSA

_SHORTEST = 6
"""Letters from which a title may have one typo."""
_LONG = 14
"""Letters from which it may have two."""
_ENDINGS = ("s", "d", "r", "ed", "er", "es", "ing", "n", "y")
"""Endings that make another word of a word, and so another film of a film."""


def may_be_typo(ours: str, theirs: str) -> bool:
    """Whether two titles differ by so few letters that one may be a slip."""
    length = min(len(ours), len(theirs))
    allowed = 0 if length < _SHORTEST else 1 if length < _LONG else 2
    return 0 < OSA.distance(ours, theirs, score_cutoff=allowed) <= allowed


def is_sure(written: Sequence[str], theirs: Sequence[str], vocabulary: Mapping[str, int]) -> bool:
    """Whether the only differences are misspelt words: one, or two in a long title.

    Args:
        written: the words of the title as written.
        theirs: the words of the film's title.
        vocabulary: in how many titles of the catalogue each word is; one of several titles is a real word.
    """
    if len(written) != len(theirs):
        return False
    differing = [(one, other) for one, other in zip(written, theirs, strict=True) if one != other]
    allowed = 2 if is_long(theirs) else 1
    return 0 < len(differing) <= allowed and all(
        _is_slip(one, other, vocabulary, len(written)) for one, other in differing
    )


def is_long(words: Sequence[str]) -> bool:
    """Whether a title has so many letters that no other film's differs from it by a letter or two."""
    return sum(map(len, words)) >= _LONG


def _is_slip(one: str, other: str, vocabulary: Mapping[str, int], n_words: int) -> bool:
    short, long = sorted((one, other), key=len)
    inflected = long.startswith(short) and long[len(short) :] in _ENDINGS
    misspelt = one not in vocabulary or (vocabulary.get(other, 0) < 2 and n_words > 2)
    ending = one[:-1] == other[:-1]
    return len(short) > 2 and not inflected and not ending and misspelt
