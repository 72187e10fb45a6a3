"""Stars: the rating that a person would give, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import ndtr

from cineblend.constants import SEED
from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.kept import kept

Values = npt.NDArray[np.float64]

RIDGES = (5.0, 15.0)
"""Strengths that are tried, of a person's taste and of a film's level."""
_HELD_OUT = 0.1
_ROUNDS = 5
_MOST_PEOPLE = 20_000
_OWN_NOISE = 20.0
"""Ratings after which how much a person's ratings scatter counts as much as how everybody's do."""
_YEAR, _YEARS = 1995.0, 15.0
_KNOWN, _KNOWNS = 3.0, 1.5
_LEVEL, _LEVEL_AT = 2.0, 3


@kept("stars")
@dataclass(frozen=True, eq=False)
class Stars:
    """r_ui = mean + level_i + x_i · w_u + noise, with a normal prior on every w_u.

    x_i are facts of a film: a one, its genres, its year, how well known it is, and its level. level_i is the
    film's mean deviation from what is expected of its raters, shrunk by a ridge. w_u is a person's taste for
    these facts: Bayesian linear regression on their ratings, around the taste of the average person. So the
    prediction has a variance: the scatter of the person's ratings, what is unknown of their taste, and what
    is unknown of the film's level. ``widen`` corrects its size by held-out ratings.

    Attributes:
        genres: the genres among the facts.
        mean: mean of all ratings.
        level: (n,) float32; 0 for a film without ratings.
        count: (n,) int32 ratings of each film.
        average: (d,) taste of the average person.
        ridge, level_ridge: strength of the prior on a taste and on a level, in ratings.
        noise: variance of a rating around its prediction.
        widen: factor of the deviation.
        scale: lowest and highest rating.
    """

    genres: tuple[str, ...]
    mean: float
    level: npt.NDArray[np.float32]
    count: npt.NDArray[np.int32]
    average: Values
    ridge: float
    level_ridge: float
    noise: float
    widen: float
    scale: tuple[float, float]

    @classmethod
    def fit(cls, train: Dataset, seed: int = SEED) -> Stars | None:
        """Fit to all ratings; the ridges and ``widen`` are chosen on a tenth of them that is held out.

        None if the values are no ratings, or there are too few.
        """
        ratings = _of_some(train.ratings)
        if train.feedback != "explicit" or len(ratings) < 100:
            return None
        held = np.random.default_rng(seed).random(len(ratings)) < _HELD_OUT
        rest, out = ratings.take(np.flatnonzero(~held)), ratings.take(np.flatnonzero(held))
        tried = [cls._fit(train, rest, ridge, level) for ridge in RIDGES for level in RIDGES]
        judged = [one.of_known(train.catalog, rest, out) for one in tried]
        errors = [np.abs(value - out.value).mean() for value, _ in judged]
        best = int(np.argmin(errors))
        value, deviation = judged[best]
        widen = float(np.sqrt(np.mean(((value - out.value) / deviation) ** 2)))
        fitted = cls._fit(train, ratings, tried[best].ridge, tried[best].level_ridge)
        return replace(fitted, widen=widen)

    @classmethod
    def _fit(cls, train: Dataset, ratings: Ratings, ridge: float, level_ridge: float) -> Stars:
        catalog, user, item = train.catalog, ratings.user_num, ratings.item_num
        genres = tuple(sorted({genre for some in catalog.genres for genre in some}))
        count = ratings.item_counts.astype(np.int32)
        value, mean = ratings.value.astype(np.float64), float(ratings.value.mean(dtype=np.float64))
        level, expected = np.zeros(len(count), np.float32), np.zeros(len(value))
        scale = (train.scale.low, train.scale.high)
        found = cls(
            genres, mean, level, count, np.zeros(4 + len(genres)), ridge, level_ridge, 1.0, 1.0, scale
        )
        facts, people = found.facts(catalog), UserBatch.known(ratings)
        for _ in range(_ROUNDS):
            total = np.bincount(item, value - mean - expected, len(count))
            found = replace(found, level=(total / (count + level_ridge)).astype(np.float32))
            facts[:, _LEVEL_AT] = _LEVEL * found.level
            taste = found._tastes(people, facts)
            found = replace(found, average=taste[np.unique(user)].mean(axis=0))
            expected = np.einsum("rd,rd->r", facts[item], taste[user])
        return replace(found, noise=float(np.mean((value - mean - found.level[item] - expected) ** 2)))

    def facts(self, catalog: Catalog) -> Values:
        """(n, d) what is known of each film of a catalogue, which may have more films at its end."""
        n, column = len(catalog), {genre: at for at, genre in enumerate(self.genres)}
        facts = np.zeros((n, 4 + len(self.genres)))
        facts[:, 0] = 1
        facts[:, 1] = np.where(catalog.year > 0, (catalog.year - _YEAR) / _YEARS, 0)
        facts[:, 2] = (np.log1p(_longer(self.count, n)) - _KNOWN) / _KNOWNS
        facts[:, _LEVEL_AT] = _LEVEL * _longer(self.level, n)
        for num, some in enumerate(catalog.genres):
            at = [4 + column[genre] for genre in some if genre in column]
            facts[num, at] = 1 / np.sqrt(max(len(at), 1))
        return facts

    def of_known(self, catalog: Catalog, given: Ratings, asked: Ratings) -> tuple[Values, Values]:
        """(len(asked),) predictions of ratings from the same people's others, and their deviations."""
        facts = self.facts(catalog)
        people = UserBatch.known(given)
        taste = self._tastes(people, facts)
        user, item = asked.user_num, asked.item_num
        value = self.mean + self.level[item] + np.einsum("rd,rd->r", facts[item], taste[user])
        spread = self._spreads(people, facts, taste)[user]
        return self._clipped(value), self._deviation(facts[item], spread, self.count[item])

    def of_unseen(self, person: UserBatch, facts: Values, item_num: Nums) -> tuple[Values, Values]:
        """(c,) one person's predicted ratings of some films, and their deviations.

        Args:
            person: one person.
            facts: as ``facts`` gave them.
            item_num: (c,) films.
        """
        taste, n, rows = self._tastes(person, facts), len(facts), facts[item_num]
        value = self.mean + _longer(self.level, n)[item_num] + rows @ taste[0]
        spread = np.broadcast_to(self._spreads(person, facts, taste), (len(rows), *(facts.shape[1:] * 2)))
        return self._clipped(value), self._deviation(rows, spread, _longer(self.count, n)[item_num])

    def within(self, value: Values, deviation: Values, distance: float) -> Values:
        """How likely a rating is at most ``distance`` from its prediction, within the scale."""
        low, high = value - distance, value + distance
        below = np.where(low <= self.scale[0], 0.0, ndtr(-distance / deviation))
        above = np.where(high >= self.scale[1], 0.0, ndtr(-distance / deviation))
        return 1 - below - above

    def _tastes(self, people: UserBatch, facts: Values) -> Values:
        """(n, d) tastes of n people."""
        shape, starts, films = (len(people), len(facts)), people.indptr, people.item_num
        rest = self._rest(people, facts, self.average[None])
        wanted = np.asarray(sp.csr_array((rest, films, starts), shape) @ facts)
        return self.average + np.linalg.solve(self._precisions(people, facts), wanted[:, :, None])[:, :, 0]

    def _precisions(self, people: UserBatch, facts: Values) -> Values:
        """(n, d, d) how well n people's tastes are known, in units of a rating's noise."""
        found = np.tile(self.ridge * np.eye(facts.shape[1]), (len(people), 1, 1))
        for at, (start, stop) in enumerate(pairwise(people.indptr)):
            mine = facts[people.item_num[start:stop]]
            found[at] += mine.T @ mine
        return found

    def _rest(self, people: UserBatch, facts: Values, taste: Values) -> Values:
        """What is left of each rating after these tastes, of each person or of everybody."""
        films = people.item_num
        row = people.row if len(taste) > 1 else np.zeros(len(films), np.intp)
        expected = np.einsum("rd,rd->r", facts[films], taste[row])
        return people.value.astype(np.float64) - self.mean - _longer(self.level, len(facts))[films] - expected

    def _spreads(self, people: UserBatch, facts: Values, taste: Values) -> Values:
        """(n, d, d) covariances of n people's tastes, by the scatter of their own ratings."""
        off = self._rest(people, facts, taste) ** 2
        noise = np.bincount(people.row, off, len(people)) + _OWN_NOISE * self.noise
        noise /= np.diff(people.indptr) + _OWN_NOISE
        return noise[:, None, None] * np.linalg.inv(self._precisions(people, facts))

    def _deviation(self, rows: Values, spread: Values, count: npt.NDArray[np.number]) -> Values:
        known = np.einsum("rd,rde,re->r", rows, spread, rows)
        return self.widen * np.sqrt(self.noise * (1 + 1 / (count + self.level_ridge)) + known)

    def _clipped(self, value: Values) -> Values:
        return np.clip(value, *self.scale)


def _longer(column: npt.NDArray[np.generic], n: int) -> npt.NDArray[np.float64]:
    """A column of films with zeros for those that came later."""
    found = np.zeros(n)
    found[: len(column)] = column
    return found


def _of_some(ratings: Ratings) -> Ratings:
    """The ratings of at most ``_MOST_PEOPLE`` people, at even distances."""
    people = np.flatnonzero(ratings.user_counts > 0)
    if len(people) <= _MOST_PEOPLE:
        return ratings
    chosen = np.zeros(ratings.n_users, bool)
    chosen[people[np.linspace(0, len(people) - 1, _MOST_PEOPLE).astype(np.intp)]] = True
    return ratings.take(np.flatnonzero(chosen[ratings.user_num]))
