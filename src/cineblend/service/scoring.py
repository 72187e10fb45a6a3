"""Scoring: a film's score for a person, from ratings and from the film's text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.bundle.fitted import Fitted
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Scores
from cineblend.models.shared.normalise import minmax_scale
from cineblend.models.shared.row_cache import Remembered
from cineblend.models.shared.sparse_products import mixtures
from cineblend.service import texts
from cineblend.service.films import Films

Floats = npt.NDArray[np.float64]
WORDS_WEIGHT = 0.75
"""Least share of free words in the score: they lead, and taste orders what fits equally well."""


@dataclass(frozen=True, eq=False)
class Half:
    """One half of the score of n people.

    Attributes:
        value: (n, n_items) scaled to [0, 1] over the films that others have rated and the person has not;
            a film without a score of its own counts as their mean.
        origin: (n, 1) the raw score that maps to 0.
        span: (n, 1) distance from there to the raw score that maps to 1.
        missing: (n, n_items) films without a score of their own.
        silent: (n,) people for whom this half has no information.
    """

    value: Scores
    origin: Scores
    span: Scores
    missing: npt.NDArray[np.bool_]
    silent: npt.NDArray[np.bool_]

    def of(self, person: int) -> Half:
        """One person's values."""
        at = slice(person, person + 1)
        return Half(self.value[at], self.origin[at], self.span[at], self.missing[at], self.silent[at])


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores of n people, with their parts.

    Attributes:
        users: the people.
        score: (n, n_items) float32; NaN for a film without a score in either half.
        people: the half from ratings.
        profile: similarity to the liked films' texts; None if the model has no texts.
        words: relevance for the free words in the question; None without free words.
        text: (n, n_items) the text's half: the words if there are free words, else the profile.
        text_weight: (n,) the text's share in the score: the requested share, at least ``WORDS_WEIGHT`` with
            free words; 0 for a person for whom the text has no information.
        liked: the films whose texts make the profile; None if the model has no texts.
        popular: (n,) people for whom the model has no information, so that popularity takes its place.
        contributions: by position of a person and items: each rating's part of the raw people's score.
    """

    users: UserBatch
    score: Scores
    people: Half
    profile: Half | None
    words: Half | None
    text: Scores
    text_weight: Floats
    liked: texts.Liking | None
    popular: npt.NDArray[np.bool_]
    contributions: Callable[[int, Nums], Floats | None]

    def of(self, person: int) -> Scored:
        """One person's scores."""
        at = slice(person, person + 1)
        return Scored(
            self.users.slice(person, person + 1),
            self.score[at],
            self.people.of(person),
            None if self.profile is None else self.profile.of(person),
            None if self.words is None else self.words.of(person),
            self.text[at],
            self.text_weight[at],
            None if self.liked is None else self.liked.of(person, int(self.users.indptr[person])),
            self.popular[at],
            lambda _, item_num: self.contributions(person, item_num),
        )


class Scorer:
    """score(u, i) = (1 - w) people(u, i) + w text(u, i), w the text's weight.

    Both halves are scaled per person to [0, 1] (``models.shared.normalise.minmax``, as in
    ``models/blend.py``, over its population ``unrated_train_items``: films that others have rated and the
    person has not). The people's half is the model's fold-in of the ratings, as for an unseen person; for a
    person without ratings it is popularity. The text's half is the cosine of a film's text with the mean of
    the liked films' texts (``texts.liking``), or the relevance for the words in the question. Words have a
    weight of their own, so that they act at any weight of the text.

    Args:
        fitted: the model.
        films: its catalogue.
    """

    def __init__(self, fitted: Fitted, films: Films) -> None:
        self.model, self.films, self.features = fitted.model, films, fitted.text
        self.scale, self.act = fitted.scale, fitted.act if fitted.feedback == "implicit" else ""
        self._popularity = np.where(films.rated, np.log1p(films.n_ratings), np.nan).astype(np.float32)
        if fitted.text is not None:
            self.vectors = texts.unit(fitted.text.items)
            self.blank = ~np.logical_or.reduce(self.vectors != 0, axis=1)
            n = len(self.vectors)
            self._cosines = Remembered(self._near_mixtures, (n, n), np.float32)

    def score(self, users: UserBatch, text_weight: float | Floats, words: Scores | None = None) -> Scored:
        """Score every film for n people.

        Args:
            users: the people.
            text_weight: share of the text, from 0 to 1; (n,) if people want different ones.
            words: (n_items,) relevance for the words in the question, from 0 to 1; None without free words.
        """
        population = np.tile(self.films.rated, (len(users), 1))
        population[users.row, users.item_num] = False
        raw, contributions = self.model.score_and_explain(users)
        # A model's scores for an empty history are its constant terms, not a taste.
        popular = np.logical_and.reduce(np.isnan(raw), axis=1) | (np.diff(users.indptr) == 0)
        raw[popular] = self._popularity
        people = _half(raw, population)
        liked, profile = None, None
        text, silent = np.zeros_like(people.value), np.ones(len(users), bool)
        if self.features is not None:
            liked = texts.liking(users, self.scale)
            profile = _half(self._profiles(liked, len(users)), population)
            text, silent = profile.value, profile.silent
        asked = None if words is None else _relevance(words, len(users))
        if asked is not None:
            text, silent = asked.value, asked.silent
            text_weight = np.maximum(text_weight, WORDS_WEIGHT)
        weight = np.where(silent, 0.0, text_weight)
        score = _mixed(people.value, text, weight)
        unread = self._unread(asked) | (weight == 0)[:, None]
        score[people.missing & unread] = np.nan
        return Scored(users, score, people, profile, asked, text, weight, liked, popular, contributions)

    def _unread(self, asked: Half | None) -> npt.NDArray[np.bool_]:
        """(1, n_items) films of whose text nothing is known."""
        if asked is not None:
            return np.asarray(asked.value[:1] <= 0)
        return np.ones((1, len(self.films)), bool) if self.features is None else self.blank[None]

    def _profiles(self, liked: texts.Liking, n: int) -> Scores:
        """(n, n_items) similarity to the liked films; NaN without any, and for a film without words."""
        worded = ~self.blank[liked.item_num]
        row, item_num = liked.row[worded], liked.item_num[worded].astype(np.intp)
        count = np.bincount(row, minlength=n)
        shape = (n, len(self.vectors))
        weights = sp.csr_array(
            (liked.weight[worded], item_num, np.concatenate([[0], np.cumsum(count)])), shape
        )
        near = np.asarray(self._cosines.times(weights), np.float32)
        near[count == 0] = np.nan
        near[:, self.blank] = np.nan
        return near

    def _near_mixtures(self, weights: sp.csr_array) -> Scores:
        return mixtures(weights, self.vectors).astype(np.float32) @ self.vectors.T


def _half(raw: Scores, population: npt.NDArray[np.bool_]) -> Half:
    missing = np.isnan(raw)
    counted = population & ~missing
    scale = minmax_scale(np.where(counted, raw, np.float32(np.nan)))
    origin, span = np.asarray(scale[0], np.float32), np.asarray(scale[1], np.float32)
    value: Scores = (raw - origin) / span
    if missing.any():
        total = np.where(counted, value, np.float32(0)).sum(axis=1, dtype=np.float64)
        mean = (total / np.maximum(counted.sum(axis=1), 1)).astype(np.float32)
        value = np.where(missing, mean[:, None], value)
    return Half(value, origin, span, missing, ~np.logical_or.reduce(counted, axis=1))


def _relevance(words: Scores, n: int) -> Half:
    """Relevance as a half that is the same for n people; it is scaled already."""
    return Half(
        np.tile(words, (n, 1)),
        np.zeros((n, 1), np.float32),
        np.ones((n, 1), np.float32),
        np.zeros((n, len(words)), bool),
        np.zeros(n, bool),
    )


def _mixed(first: Scores, second: Scores, share: Floats) -> Scores:
    """(1 - share) first + share second, per person."""
    part = share.astype(np.float32)[:, None]
    return np.asarray((1 - part) * first + part * second, np.float32)
