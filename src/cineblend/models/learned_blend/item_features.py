"""ItemFeatures and UserFeatures: dates, genres, years and rating statistics from the training set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY, YEAR
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.shared.recent_counts import RecentCounts
from cineblend.models.shared.sparse_products import mixtures

Column = npt.NDArray[np.float64]

RECENT_DAYS = (1, 3, 7, 30, 365)
"""Lengths in days of the windows before the ask time in which ratings are counted."""
_LIKES, _RATINGS = 2.0, 4.0
"""Prior of a like rate, of an item or a user: 2 likes of 4 ratings."""
_RESIDUAL_DAMPING = 5.0
_ITEM_DAMPING, _USER_DAMPING = 10.0, 5.0
"""Prior ratings at the mean of an item's and of a user's bias."""
_YEARS_APART = 4.0
"""Distance in release years at which two items have a nearness of 1/e."""


@kept("ranked films", dropped=("years",))
@dataclass(frozen=True, eq=False)
class ItemFeatures:
    """Features of the n items of a catalogue; dates are years since 1970, an unknown one the last date known.

    Attributes:
        columns: name to (n,) feature of the item alone.
        log_count: (n,) ln(1 + number of ratings).
        first: (n,) date of the first rating.
        middle: (n,) mean date of the ratings.
        last: (n,) date of the last rating.
        year: (n,) release year; the mean release year where unknown.
        genres: (n, g) genres, summing to 1; 0 where unknown.
        genre_share: (g,) share of each genre in all users' liked ratings.
        year_share: (y,) mean nearness of all users' ratings to each year.
        year_at: (n,) index of the item's year among the y years.
        likes_from: lowest liked rating.
        now: last date known.
        mean: mean of all ratings.
        spread: standard deviation of all ratings; 0 where all are equal.
        bias: (n,) damped mean deviation of an item's ratings from the mean.
        recent: how often each item was rated before a date.
        floor: see ``RatingScale``.
    """

    columns: dict[str, Column]
    log_count: Column
    first: Column
    middle: Column
    last: Column
    year: Column
    genres: Column
    genre_share: Column
    year_share: Column
    year_at: npt.NDArray[np.intp]
    likes_from: float
    now: float
    mean: float
    spread: float
    bias: Column
    recent: RecentCounts
    floor: float = 0.0

    @classmethod
    def of(cls, train: Dataset, relevant_share: float, *, with_times: bool = True) -> ItemFeatures:
        """Compute the features from the training ratings; ``with_times`` counts recent ratings too."""
        ratings, n = train.ratings, train.n_items
        likes_from = train.scale.at(relevant_share)
        count = ratings.item_counts
        value = ratings.value.astype(np.float64)
        user_mean = _mean(ratings.user_num, value, ratings.n_users)
        residual = np.bincount(ratings.item_num, value - user_mean[ratings.user_num], n)
        mean = _mean(ratings.item_num, value, n)
        liked = np.bincount(ratings.item_num, value >= likes_from, n)
        overall = float(value.mean()) if len(value) else 0.0
        bias = np.bincount(ratings.item_num, value - overall, n) / (count + _ITEM_DAMPING)
        year = _known_years(train.catalog.year)
        genres = _genres(train.catalog.genres)
        near, year_at = _nearness(year)
        first, middle, last, now = _dates(ratings)
        columns = {
            "log_count": np.log1p(count),
            "like_rate": (liked + _LIKES) / (count + _RATINGS),
            "residual": residual / (count + _RESIDUAL_DAMPING),
            "variance": np.maximum(_mean(ratings.item_num, value**2, n) - mean**2, 0),
            "year": year,
            "n_genres": (genres > 0).sum(axis=1).astype(np.float64),
        }
        return cls(
            columns=columns,
            log_count=columns["log_count"],
            first=first,
            middle=middle,
            last=last,
            year=year,
            genres=genres,
            genre_share=_share(liked @ genres),
            year_share=_share(np.bincount(year_at, count, len(near)).astype(np.float64)) @ near,
            year_at=year_at,
            likes_from=likes_from,
            now=now,
            mean=overall,
            spread=float(value.std()) if len(value) else 0.0,
            bias=bias,
            recent=RecentCounts.of(ratings) if with_times else RecentCounts.none(),
            floor=train.scale.floor,
        )

    @cached_property
    def near(self) -> Column:
        """(y, y) nearness of each year of the catalogue to each other year."""
        return _nearness(self.year)[0]

    @cached_property
    def recent_now(self) -> dict[int, Column]:
        """Map each number of days to (n,) ln(1 + ratings) in that time before now; 0 without times."""
        at, n = self.now_seconds, len(self.log_count)
        if not at:
            return dict.fromkeys(RECENT_DAYS, np.zeros(n))
        return {days: np.log1p(self.recent.all_before(n, at, days * DAY)) for days in RECENT_DAYS}

    @property
    def now_seconds(self) -> int:
        """Just after the last known time, in seconds; 0 without one."""
        return self.recent.last + bool(self.recent.last)

    def surprise(self, users: UserBatch) -> Column:
        """(m,) each rating's deviation from its expectation by item and user, in standard deviations."""
        if not self.spread:
            return np.zeros(len(users.item_num))
        rest = users.value - self.mean - self.bias[users.item_num]
        length = np.diff(users.indptr)
        own = np.bincount(users.row, rest, len(users)) / (length + _USER_DAMPING)
        return (rest - own[users.row]) / self.spread


@dataclass(frozen=True, eq=False)
class UserFeatures:
    """Features of n users, from their histories.

    Attributes:
        first: (n,) date of the first rating.
        middle: (n,) median date.
        last: (n,) the ask time; the date of the last rating where it is unknown.
        log_length: (n,) ln(1 + ratings).
        like_share: (n,) share of liked ratings, with a prior of 2 likes of 4 ratings.
        log_count: (n,) mean ``log_count`` of the rated items.
        genre_pull: (n, g) log of the genres' share in the user's likes over that in all users' likes.
        genre_taste: (n, g) damped mean deviation of the user's ratings by genre.
        year_pull: (n, y) mean nearness of the rated items to each year.
    """

    first: Column
    middle: Column
    last: Column
    log_length: Column
    like_share: Column
    log_count: Column
    genre_pull: Column
    genre_taste: Column
    year_pull: Column

    @classmethod
    def of(cls, users: UserBatch, films: ItemFeatures) -> UserFeatures:
        """Compute the features; an empty history has the last known date and no preferences."""
        n, row = len(users), users.row
        length = np.diff(users.indptr)
        asked = np.minimum(users.ask_time / YEAR, films.now)
        today = np.where(users.ask_time > 0, asked, films.now)
        date = np.where(users.timestamp > 0, users.timestamp / YEAR, today[row])
        sorted_ = date[np.lexsort((date, row))]
        begin, some = users.indptr[:-1], length > 0
        first, middle, last = today.copy(), today.copy(), today.copy()
        first[some] = sorted_[begin[some]]
        middle[some] = sorted_[(begin + length // 2)[some]]
        last[some] = sorted_[(begin + length - 1)[some]]
        last = np.where(users.ask_time > 0, today, last)
        value = users.value.astype(np.float64)
        deviation = value - _mean(row, value, n)[row]
        likes = (value >= films.likes_from).astype(np.float64)
        liked = np.bincount(row, likes, n)
        likes /= np.maximum(liked, 1)[row]
        ones = users.csr(np.ones(len(value)))
        return cls(
            first=first,
            middle=middle,
            last=last,
            log_length=np.log1p(length),
            like_share=(liked + _LIKES) / (length + _RATINGS),
            log_count=_mean(row, films.log_count[users.item_num], n),
            genre_pull=np.log((mixtures(users.csr(likes), films.genres) + 0.02) / (films.genre_share + 0.02)),
            genre_taste=mixtures(users.csr(deviation), films.genres) / (mixtures(ones, films.genres) + 3.0),
            year_pull=_years(users, films) @ films.near / np.maximum(length, 1)[:, None],
        )


def _mean(at: npt.NDArray[np.integer], value: Column, n: int) -> Column:
    return np.bincount(at, value, n) / np.maximum(np.bincount(at, minlength=n), 1)


def _share(weight: Column) -> Column:
    return weight / max(weight.sum(), 1e-12)


def _known_years(year: npt.NDArray[np.int32]) -> Column:
    known = year > 0
    fill = year[known].mean() if known.any() else 0.0
    return np.where(known, year, fill).astype(np.float64)


def _genres(genres: tuple[tuple[str, ...], ...]) -> Column:
    names = {name: column for column, name in enumerate(sorted({g for own in genres for g in own}))}
    matrix = np.zeros((len(genres), len(names)))
    for row, own in enumerate(genres):
        for name in own:
            matrix[row, names[name]] = 1 / len(set(own))
    return matrix


def _nearness(year: Column) -> tuple[Column, npt.NDArray[np.intp]]:
    values, at = np.unique(np.round(year), return_inverse=True)
    near: Column = np.exp(-np.abs(np.subtract.outer(values, values)) / _YEARS_APART)
    return near, at.astype(np.intp)


def _years(users: UserBatch, films: ItemFeatures) -> Column:
    """(n, y) how many films of each year each history has."""
    n, y = len(users), len(films.near)
    at = users.row * y + films.year_at[users.item_num]
    return np.bincount(at, minlength=n * y).reshape(n, y).astype(np.float64)


def _dates(ratings: Ratings) -> tuple[Column, Column, Column, float]:
    dated = ratings.timestamp > 0
    date = ratings.timestamp[dated] / YEAR
    item, n = ratings.item_num[dated], ratings.n_items
    now = float(date.max()) if date.size else 0.0
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(first, item, date)
    np.maximum.at(last, item, date)
    missing = np.isinf(first)
    first[missing] = last[missing] = now
    middle = _mean(item, date, n)
    middle[missing] = now
    return first, middle, last, now
