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

ASKED_ABOUT = 150
"""Films that may be asked about: the most rated, since one nobody knows tells nothing."""
_HEARD_ON = 400
"""Films over which the effect of an answer is measured."""
_TASTES = 15
"""Directions of taste that answers are told apart by; what lies beyond them is noise of single films."""
_BLOCK = 50


class Questions:
    """Chooses films that many know and whose answers tell most of what is not known of a taste yet.

    The answer a_j to a film j is what the model makes of a person who likes j alone: its scores of the most
    rated films, in standard deviations, less what all answers have in common. In the main directions of
    the answers a taste is a point t of unknown place, t ~ N(0, Σ), and an answer tells a_j·t with noise. The
    next film is the one with the largest

        n_j log(1 + a_j' Σ a_j / noise),

    n_j its number of ratings: how likely it is known, times how much an answer narrows the taste down
    (Bayesian D-optimal design: Chaloner & Verdinelli, Statistical Science 1995). Σ shrinks by every film that
    is rated or chosen, so that what two films tell alike is asked once.

    Args:
        films: the catalogue.
        scorer: its model.
    """

    def __init__(self, films: Films, scorer: Scorer) -> None:
        self._films, self._scorer = films, scorer
        n_rated = int(films.rated.sum())
        self._asked = films.by_popularity[: min(ASKED_ABOUT, n_rated)]
        self._heard = films.by_popularity[: min(_HEARD_ON, n_rated)]
        self._lock = threading.Lock()
        self._answers: Vectors | None = None

    def choose(self, users: UserBatch, k: int) -> Nums:
        """(k or fewer,) films to ask one person about, none of which they have rated.

        Raises:
            UserError: k outside 1 to 100.
        """
        if not 1 <= k <= LONGEST_LIST:
            raise UserError(f"k is {k}", expected=f"a number from 1 to {LONGEST_LIST}")
        answers = self.answers()
        noise = float((answers**2).sum(axis=1).mean()) if answers.size else 1.0
        open_ = ~np.isin(self._asked, users.item_num)
        unknown = np.eye(answers.shape[1])
        for at in np.flatnonzero(~open_):
            unknown = _known_better(unknown, answers[at], noise)
        known_by = self._films.n_ratings[self._asked].astype(np.float64)
        chosen: list[int] = []
        for _ in range(min(k, int(open_.sum()))):
            told = np.log1p(np.einsum("jd,de,je->j", answers, unknown, answers) / max(noise, 1e-12))
            best = int(np.argmax(np.where(open_, known_by * told, -1.0)))
            chosen.append(best)
            open_[best] = False
            unknown = _known_better(unknown, answers[best], noise)
        return self._asked[chosen]

    def answers(self) -> Vectors:
        """(asked, directions) answers, made when first asked for: that costs a scoring for each film."""
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
        answers = np.nan_to_num(answers - _mean(answers, 0))
        left, strength, _ = np.linalg.svd(answers, full_matrices=False)
        return left[:, :_TASTES] * strength[:_TASTES]


def _mean(values: Vectors, axis: int) -> Vectors:
    """The mean of what is a number; 0 where nothing is."""
    counted = ~np.isnan(values)
    total = np.where(counted, values, 0).sum(axis=axis, keepdims=True)
    return total / np.maximum(counted.sum(axis=axis, keepdims=True), 1)


def _known_better(unknown: Vectors, answer: Vectors, noise: float) -> Vectors:
    """What is left unknown of a taste after an answer."""
    seen = unknown @ answer
    return unknown - np.outer(seen, seen) / (noise + float(answer @ seen) + 1e-12)
