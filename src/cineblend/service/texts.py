"""Texts: how near each film's text is to the films a person likes and to words they type."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.text.features import TextFeatures

Vectors = npt.NDArray[np.float32]

LIKED_SHARE = 0.6
"""A rating above this share of the highest counts as liked, the more the higher it is."""
WORDS_SHARE = 0.7
"""Share of the words in the text's half where a person has both words and liked films."""
_AGAINST = 0.5
"""How much words to avoid count beside words to look for (Rocchio's usual figures are near this)."""
_NEGATION = re.compile(
    r"^(?:but\s+|and\s+)?(?:no|not|without|nothing|never|less)\b\s*(?:too\s+)?", re.IGNORECASE
)
_CLAUSES = re.compile(r"[,;.!?]|\bbut\b|\b(?=(?:no|not|without)\s)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Liking:
    """How a person's texts come about, for n people over m liked films in all.

    Attributes:
        row: (m,) which person.
        entry: (m,) position in the batch's history.
        item_num: (m,) liked film.
        weight: (m,) float64, each person's sum to 1.
    """

    row: npt.NDArray[np.intp]
    entry: npt.NDArray[np.intp]
    item_num: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]

    def of(self, person: int, start: int) -> Liking:
        """One person's, whose history begins at ``start``."""
        mine = self.row == person
        row = np.zeros(int(mine.sum()), np.intp)
        return Liking(row, self.entry[mine] - start, self.item_num[mine], self.weight[mine])


def liking(users: UserBatch, high: float) -> Liking:
    """Who likes what: weight grows in proportion from 0 at 0.6 of the highest rating to 1 at the highest."""
    strength = users.value.astype(np.float64) / high - LIKED_SHARE
    entry = np.flatnonzero(strength > 1e-6)
    row, strength = users.row[entry], strength[entry]
    total = np.bincount(row, strength, minlength=len(users))
    return Liking(row, entry, users.item_num[entry], strength / total[row])


def clauses(text: str) -> tuple[list[str], list[str]]:
    """What the words ask for and what they ask to leave out: "slow, no gore" is ["slow"] and ["gore"]."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for clause in _CLAUSES.split(text):
        said = " ".join(clause.split())
        bare = _NEGATION.sub("", said)
        if bare:
            (wanted if bare == said else unwanted).append(bare)
    return wanted, unwanted


def words_vector(text: str, features: TextFeatures) -> Vectors | None:
    """(d,) the direction of the words: of those asked for, less half of those to leave out.

    None where the encoder knows none of them.

    Raises:
        UserError: there is nothing but blanks and signs in the text.
    """
    wanted, unwanted = clauses(text)
    if not (wanted or unwanted):
        raise UserError(f"the text {text!r} has no words", expected="words such as 'slow science fiction'")
    asked = [" ".join(some) for some in (wanted, unwanted) if some]
    vectors = np.asarray(features.encode(asked), np.float32)
    direction = np.zeros(vectors.shape[1], np.float32)
    if wanted:
        direction += vectors[0]
    if unwanted:
        direction -= np.float32(_AGAINST if wanted else 1) * vectors[-1]
    length = float(np.linalg.norm(direction))
    return direction / np.float32(length) if length > 1e-6 else None


def unit(vectors: Vectors) -> Vectors:
    """Rows of unit length; a row of zeros stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


def nearness(directions: Vectors, vectors: Vectors, blank: npt.NDArray[np.bool_]) -> Vectors:
    """(n, n_items) cosines; NaN for a person without a direction and for a film without words."""
    scores = directions @ vectors.T
    scores[~directions.any(axis=1)] = np.nan
    scores[:, blank] = np.nan
    return scores
