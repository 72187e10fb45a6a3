"""Onboarding: the films to ask a person about, chosen so that the answers reveal their taste."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Nums
from cineblend.service.corners import Corners
from cineblend.service.films import Films
from cineblend.service.history import histories
from cineblend.service.neighbours import Neighbours
from cineblend.service.scoring import Scorer
from cineblend.service.wanted import LONGEST_LIST

Vectors = npt.NDArray[np.float64]

ASKED_ABOUT = 150
"""Number of films that may be asked about: the most rated, since an unknown film gets no answer."""
_HEARD_ON = 400
"""Number of films over which the effect of an answer is measured."""
_TASTES = 15
"""Directions of taste that answers can reveal; further ones are noise of single films."""
_BLOCK = 50
_CORNERED = 12
"""Answers after which a person's corner is known."""


class Questions:
    """Chooses well-known films whose ratings say most about the unknown part of a taste.

    The answer a_j to a film j is the model's scores, of the most rated films, for a person who likes j alone:
    in standard deviations, minus the mean over all answers. In the main directions of the answers, a taste
    is an unknown point t ~ N(0, Σ), and an answer observes a_j·t with noise. The next film has the largest

        n_j log(1 + a_j' Σ a_j / noise),

    where n_j is its number of ratings. That is how likely it is known, times how much an answer reduces the
    uncertainty (Bayesian D-optimal design: Chaloner & Verdinelli, Statistical Science 1995). Σ shrinks with
    every film that is rated or chosen, so two films with the same information are not both asked about.

    Args:
        films: the catalogue.
        scorer: the scorer of its model.
        neighbours: the well-known films; without them no question follows the answers into a corner.
    """

    def __init__(self, films: Films, scorer: Scorer, neighbours: Neighbours | None = None) -> None:
        self._films, self._scorer = films, scorer
        self._corners = None if neighbours is None else Corners(films, neighbours)
        n_rated = int(films.rated.sum())
        self._asked = films.by_popularity[: min(ASKED_ABOUT, n_rated)]
        self._heard = films.by_popularity[: min(_HEARD_ON, n_rated)]
        self._lock = threading.Lock()
        self._answers: Vectors | None = None

    def choose(self, users: UserBatch, k: int, unseen: Nums | None = None) -> Nums:
        """(k or fewer,) films to ask one person about; none is one they have rated or not seen.

        Args:
            users: the person.
            k: number of films.
            unseen: films they said they have not seen. With them, even none, and until a dozen answers are
                there, the questions look for films that the person knows (``corners``).

        Raises:
            UserError: k is outside 1 to 100.
        """
        if not 1 <= k <= LONGEST_LIST:
            raise UserError(f"k is {k}", expected=f"a number from 1 to {LONGEST_LIST}")
        gone = users.item_num if unseen is None else np.concatenate([users.item_num, unseen])
        if unseen is not None and self._corners is not None and len(gone) < _CORNERED:
            return self._corners.choose(users.item_num, unseen, k)
        answers = self.answers()
        noise = float((answers**2).sum(axis=1).mean()) if answers.size else 1.0
        open_ = ~np.isin(self._asked, gone)
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

    def warm(self) -> None:
        """Build what is otherwise built for the first question."""
        self.answers()
        if self._corners is not None:
            _ = self._corners.chance

    def answers(self) -> Vectors:
        """(asked, directions) answers, computed on first use: that costs a scoring for each film."""
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
        # A film's own score is lifted by the answer itself and says nothing about the others.
        answers[self._asked[:, None] == self._heard] = np.nan
        answers -= _mean(answers, 1)
        answers /= np.maximum(np.sqrt(_mean(answers**2, 1)), 1e-12)
        answers = np.nan_to_num(answers - _mean(answers, 0))
        left, strength, _ = np.linalg.svd(answers, full_matrices=False)
        return left[:, :_TASTES] * strength[:_TASTES]


def _mean(values: Vectors, axis: int) -> Vectors:
    """The mean of the values that are numbers; 0 if there are none."""
    counted = ~np.isnan(values)
    total = np.where(counted, values, 0).sum(axis=axis, keepdims=True)
    return total / np.maximum(counted.sum(axis=axis, keepdims=True), 1)


def _known_better(unknown: Vectors, answer: Vectors, noise: float) -> Vectors:
    """The remaining uncertainty of a taste after an answer."""
    seen = unknown @ answer
    return unknown - np.outer(seen, seen) / (noise + float(answer @ seen) + 1e-12)
