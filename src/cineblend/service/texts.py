"""Texts: similarity of films' texts to the films a person likes and to the words they type."""

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
"""Share of the highest rating above which a rating counts as liked, and the more the higher it is."""
WORDS_SHARE = 0.7
"""Share of the words in the text's half if a person has both words and liked films."""
_AGAINST = 0.5
"""Weight of words to avoid against words to look for (Rocchio's usual figures are near this)."""
_NEGATION = re.compile(
    r"^(?:but\s+|and\s+)?(?:no|not|without|nothing|never|less)\b\s*(?:too\s+)?", re.IGNORECASE
)
_CLAUSES = re.compile(r"[,;.!?]|\bbut\b|\b(?=(?:no|not|without)\s)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Liking:
    """The liked films that make people's text profiles, for n people over m liked films in all.

    Attributes:
        row: (m,) row of the person.
        entry: (m,) position in the batch's history.
        item_num: (m,) number of the liked film.
        weight: (m,) float64; each person's weights sum to 1.
    """

    row: npt.NDArray[np.intp]
    entry: npt.NDArray[np.intp]
    item_num: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]

    def of(self, person: int, start: int) -> Liking:
        """One person's part; their history begins at ``start``."""
        mine = self.row == person
        row = np.zeros(int(mine.sum()), np.intp)
        return Liking(row, self.entry[mine] - start, self.item_num[mine], self.weight[mine])


def liking(users: UserBatch, high: float) -> Liking:
    """Liked films per person; weights grow linearly from 0 at 0.6 of the highest rating to 1 at the top."""
    strength = users.value.astype(np.float64) / high - LIKED_SHARE
    entry = np.flatnonzero(strength > 1e-6)
    row, strength = users.row[entry], strength[entry]
    total = np.bincount(row, strength, minlength=len(users))
    return Liking(row, entry, users.item_num[entry], strength / total[row])


def clauses(text: str) -> tuple[list[str], list[str]]:
    """Split words into those to look for and those to avoid: "slow, no gore" is ["slow"] and ["gore"]."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for clause in _CLAUSES.split(text):
        said = " ".join(clause.split())
        bare = _NEGATION.sub("", said)
        if bare:
            (wanted if bare == said else unwanted).append(bare)
    return wanted, unwanted


def words_vector(text: str, features: TextFeatures) -> Vectors | None:
    """(d,) direction of the words: those to look for, minus half of those to avoid.

    None if the encoder knows none of them.

    Raises:
        UserError: the text has no words.
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
