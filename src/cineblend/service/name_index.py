"""Name index: names like a text, tolerant of typing errors, by shared trigrams and edit distance."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from cineblend.ids import Nums

_CANDIDATES = 400
"""Number of names that share most trigrams with the text and are compared with it."""
_ALIKE = 0.62
"""Smallest likeness of a match."""
_WORSE = 0.22
"""Largest distance from the best match: an exact match needs no guesses beside it."""


class NameIndex:
    """Finds names like a text.

    Args:
        names: normalised by ``titles.key``.
        weight: (n,) from 0 to 1: of names that share as many trigrams, the heavier are compared.
    """

    def __init__(self, names: list[str], weight: npt.NDArray[np.float64]) -> None:
        self.names, self.weight = names, weight
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            for gram in _grams(name):
                postings[gram].append(at)
        self._postings = {gram: np.array(at, np.int32) for gram, at in postings.items()}

    def like(
        self, wanted: str, among: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Nums, npt.NDArray[np.float64]]:
        """Positions of names like a text, and their likeness from 0 to 1.

        Args:
            wanted: the text, normalised as the names.
            among: (n,) the names to choose from; None for all.
        """
        at = self._candidates(wanted)
        if among is not None:
            at = at[among[at]]
        alike = np.array([likeness(wanted, self.names[name]) for name in at.tolist()])
        enough = alike >= max(_ALIKE, float(alike.max(initial=0)) - _WORSE)
        return at[enough], alike[enough]

    def _candidates(self, wanted: str) -> Nums:
        """Names that share trigrams with the text, the most alike first."""
        if len(wanted) <= 2:
            # Scripts with two-letter words, such as Chinese, put no blanks between words.
            sought = f" {wanted}" if wanted.isascii() else wanted
            begun = [at for at, name in enumerate(self.names) if sought in f" {name}"]
            begun.sort(key=lambda at: (self.names[at] != wanted, -self.weight[at]))
            return np.array(begun[:_CANDIDATES], np.int32)
        grams = _grams(wanted)
        lists = [self._postings[gram] for gram in grams if gram in self._postings]
        if not lists:
            return np.empty(0, np.int32)
        shared = np.bincount(np.concatenate(lists), minlength=len(self.names))
        enough = np.flatnonzero(shared >= max(1, round(0.25 * len(grams))))
        order = np.argsort(-shared[enough] - self.weight[enough] / 2, kind="stable")
        return enough[order[:_CANDIDATES]].astype(np.int32)


def likeness(wanted: str, name: str) -> float:
    """Likeness from 0 to 1 by edit distance: of the whole name, its beginning or a part of it."""
    whole = fuzz.ratio(wanted, name) / 100
    if len(wanted) >= len(name):
        return whole
    begun = fuzz.ratio(wanted, name[: len(wanted)]) / 100
    part = fuzz.partial_ratio(wanted, name) / 100
    at_word = f" {name}".find(f" {wanted}") >= 0
    cover = len(wanted) / len(name)
    return max(whole, 0.86 * begun + 0.1 * cover, 0.76 * part + 0.08 * at_word + 0.1 * cover)


def _grams(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
