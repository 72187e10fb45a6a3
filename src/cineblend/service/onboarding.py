"""Onboarding: which films to ask a person about, so that the answers tell their taste apart."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Nums
from cineblend.service.films import Films
from cineblend.service.history import histories
from cineblend.service.scoring import Scorer
from cineblend.service.wanted import LONGEST_LIST

Vectors = npt.NDArray[np.float64]

ASKED_ABOUT = 250
"""Films that may be asked about: the most rated, since one nobody knows tells nothing."""
_HEARD_ON = 600
"""Films over which the effect of an answer is measured."""
_BLOCK = 50


class Questions:
    """Chooses films greedily: known to many, and with an answer that tells what others do not.

    The answer v_j to a film j is what the model makes of a person who likes j alone: its scores of the most
    rated films, in standard deviations. The next film is the one with the largest

        sqrt(n_j) |v_j - what the answers so far tell of v_j|,

    n_j its number of ratings, "so far" the films rated and those already chosen (the projection on their
    answers is taken away, as in a pivoted QR factorisation: what two films tell alike is asked once).

    Args:
        films: the catalogue.
        scorer: its model.
    """

    def __init__(self, films: Films, scorer: Scorer) -> None:
        self._films, self._scorer = films, scorer
        self._asked = films.by_popularity[: min(ASKED_ABOUT, int(films.rated.sum()))]
        self._heard = films.by_popularity[: min(_HEARD_ON, int(films.rated.sum()))]
        self._lock = threading.Lock()
        self._answers: Vectors | None = None

    def choose(self, users: UserBatch, k: int) -> Nums:
        """(k or fewer,) films to ask one person about, none of which they have rated.

        Raises:
            UserError: k outside 1 to 100.
        """
        if not 1 <= k <= LONGEST_LIST:
            raise UserError(f"k is {k}", expected=f"a number from 1 to {LONGEST_LIST}")
        answers = self._all_answers().copy()
        rated = set(users.item_num.tolist())
        known = np.array([num in rated for num in self._asked.tolist()], bool)
        weight = np.sqrt(self._films.n_ratings[self._asked].astype(np.float64))
        weight[known] = 0
        for at in np.flatnonzero(known):
            _take_away(answers, answers[at].copy())
        chosen: list[int] = []
        for _ in range(min(k, int((~known).sum()))):
            told = weight * np.linalg.norm(answers, axis=1)
            told[chosen] = -1
            told[known] = -1
            best = int(np.argmax(told))
            chosen.append(best)
            _take_away(answers, answers[best].copy())
        return self._asked[chosen]

    def _all_answers(self) -> Vectors:
        """(asked, heard) answers, made when the first person asks."""
        with self._lock:
            if self._answers is None:
                self._answers = self._ask()
            return self._answers

    def _ask(self) -> Vectors:
        people = [{self._films.id(num): self._scorer.scale.high} for num in self._asked.tolist()]
        blocks = [np.empty((0, len(self._heard)))]
        for start in range(0, len(people), _BLOCK):
            users = histories(self._films, self._scorer.scale, people[start : start + _BLOCK])
            blocks.append(self._scorer.model.score(users)[:, self._heard].astype(np.float64))
        answers = np.concatenate(blocks)
        # A film's own score, lifted by the answer itself, tells nothing of the others.
        answers[self._asked[:, None] == self._heard] = np.nan
        answers -= _mean(answers, 1)
        answers /= np.maximum(np.sqrt(_mean(answers**2, 1)), 1e-12)
        # What every answer says alike is no difference between tastes.
        return np.nan_to_num(answers - _mean(answers, 0))


def _mean(values: Vectors, axis: int) -> Vectors:
    """The mean of what is a number; 0 where nothing is."""
    counted = ~np.isnan(values)
    total = np.where(counted, values, 0).sum(axis=axis, keepdims=True)
    return total / np.maximum(counted.sum(axis=axis, keepdims=True), 1)


def _take_away(answers: Vectors, direction: Vectors) -> None:
    """Project every row on what is at right angles to a direction, in place."""
    length = float(direction @ direction)
    if length > 1e-9:
        answers -= np.outer(answers @ direction / length, direction)
