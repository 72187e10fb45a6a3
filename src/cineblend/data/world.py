"""The hidden state of a simulated world: its size, its films and its users' tastes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY
from cineblend.data.dataset import RatingScale
from cineblend.errors import UserError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INT32_MAX = 2**31 - 1
FIRST_DAY = int(np.datetime64("1996-01-01", "s").astype(np.int64))
LAST_DAY = int(np.datetime64("2018-12-01", "s").astype(np.int64))
LAST_YEAR = 2018
OLDEST_YEAR = 1902

# Fitted by eye to ml-latest-small: the median age of films is 19 years, and 5 % are older than 64.
MEDIAN_AGE = 19.0
AGE_SPREAD = 0.77
ACTIVITY_SPREAD = 1.45
"""Standard deviation of the log of a user's number of ratings beyond the minimum."""
KEENEST = 3
"""No user rates more than 1 / KEENEST of the films, unless the mean user is near that limit."""
HEAD_SHARE = 0.01
"""Zipf-Mandelbrot offset: the share of films that are about as popular as the most popular one."""
QUALITY_IN_POPULARITY = 0.8
"""Correlation of a film's quality and popularity, before both are scaled."""
TALKED_ABOUT = 0.35
"""Share of films that have tags."""
FILM_FOCUS = 0.05
"""Dirichlet parameter of a film's tastes; a small value means that a film is mostly of one kind."""
USER_FOCUS = 0.08
"""Dirichlet parameter of a user's tastes."""
MAINSTREAM = 0.005
"""Minimum share of every taste in every film, so that any user may rate a very popular film."""
LEAST_SHARE = 1e-9
RATING_SCALE = RatingScale(0.5, 5.0)
ONE_SESSION_SHARE = 0.6
MEDIAN_SPAN_DAYS = 200.0
SPAN_SPREAD = 1.8


@dataclass(frozen=True)
class WorldConfig:
    """Size of a simulated world and behaviour of its users.

    Attributes:
        n_users: number of users; each has ratings.
        n_items: number of films in the catalogue; some may have no ratings.
        n_ratings: exact number of ratings.
        n_tastes: dimension of the hidden tastes. Themes of words repeat every 16 tastes: with more, ratings
            hold information that texts lack.
        min_ratings: minimum number of ratings per user.
        popularity_exponent: a film's appeal falls with its popularity rank to this power. 1.8 is like
            MovieLens up to 10,000 films; see ``usual_exponent`` for more.
        tag_share: expected number of tags per rating, at most 1.
        seed: seed of all draws; equal configs make equal worlds.

    Raises:
        UserError: a value is out of range, or the values contradict each other.
    """

    n_users: int = 600
    n_items: int = 1_500
    n_ratings: int = 60_000
    n_tastes: int = 16
    min_ratings: int = 20
    popularity_exponent: float = 1.8
    tag_share: float = 0.04
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("n_users", "n_items", "n_ratings", "n_tastes", "min_ratings"):
            _check_whole(name, getattr(self, name), at_least=1)
        _check_whole("seed", self.seed, at_least=0)
        _check_within("popularity_exponent", self.popularity_exponent, 0.0, 5.0)
        _check_within("tag_share", self.tag_share, 0.0, 1.0)
        self._check_room()

    def _check_room(self) -> None:
        for name, limit in (("n_users", INT32_MAX), ("n_items", INT32_MAX), ("n_tastes", 1_024)):
            if getattr(self, name) > limit:
                raise UserError(
                    f"{name}={getattr(self, name)} is too large",
                    expected=f"at most {limit}",
                    remedy=f"lower {name}",
                )
        if self.min_ratings > self.n_items:
            raise UserError(
                f"min_ratings={self.min_ratings} is more than n_items={self.n_items}",
                expected="min_ratings <= n_items, because a user rates a film at most once",
                remedy="lower min_ratings or raise n_items",
            )
        low, high = self.n_users * self.min_ratings, self.n_users * self.n_items
        if not low <= self.n_ratings <= high:
            raise UserError(
                f"n_ratings={self.n_ratings} does not fit {self.n_users} users and {self.n_items} films",
                expected=f"{low} (min_ratings={self.min_ratings} per user) to {high} (every user rates "
                "every film)",
                remedy="change n_ratings, n_users or "
                + ("min_ratings" if self.n_ratings < low else "n_items"),
            )


def _check_whole(name: str, value: object, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise UserError(
            f"{name}={value!r}", expected=f"a whole number, {at_least} or more", remedy=f"change {name}"
        )


def _check_within(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise UserError(
            f"{name}={value!r}", expected=f"a number from {low} to {high}", remedy=f"change {name}"
        )


def usual_exponent(n_items: int) -> float:
    """The popularity exponent that gives a catalogue of that size a tail like MovieLens'.

    Fitted by eye: 1.8 up to 10,000 films (ml-latest-small), and 2.8 at 87,000 films, where half of the
    films have at most 7 of the 32 million ratings. Log-linear in between.
    """
    beyond = math.log(max(n_items, 10_000) / 10_000) / math.log(8.7)
    return round(1.8 + min(beyond, 1.0), 2)


@dataclass(frozen=True, eq=False)
class Films:
    """n films in order of release, so that the films released by a day are a prefix.

    Attributes:
        year: (n,) int32 year of release.
        released: (n,) int64 seconds since 1970 of 1 January of that year.
        mix: (n, n_tastes) share of each taste in a film.
        quality: (n,) perceived quality, standard normal.
        talked_about: (n,) bool, whether a film can have tags.
        reach: (n_tastes, n + 1) share of a taste's ratings that go to the first 0, 1, ... n films.
    """

    year: npt.NDArray[np.int32]
    released: Ints
    mix: Floats
    quality: Floats
    talked_about: npt.NDArray[np.bool_]
    reach: Floats


@dataclass(frozen=True, eq=False)
class People:
    """n users and their behaviour.

    Attributes:
        count: (n,) int64 number of ratings.
        taste: (n, n_tastes) share of a user's ratings that go to each taste.
        bias: (n,) rating bias of a user, standard normal.
        first: (n,) int64 seconds since 1970 of the first session.
        last: (n,) int64 seconds since 1970 of the last session.
        sessions: (n,) int64 number of sessions, evenly spaced.
        known: (n,) int64 number of films released by the last session; at least ``count``.
    """

    count: Ints
    taste: Floats
    bias: Floats
    first: Ints
    last: Ints
    sessions: Ints
    known: Ints


@dataclass(frozen=True, eq=False)
class World:
    """The hidden state from which ratings are drawn."""

    config: WorldConfig
    films: Films
    people: People


def make_world(config: WorldConfig) -> World:
    """Draw the films and users of a world; equal configs make equal worlds."""
    rng = np.random.default_rng([config.seed, 0])
    films = _make_films(config, rng)
    return World(config, films, _make_people(config, films, rng))


def _make_films(config: WorldConfig, rng: np.random.Generator) -> Films:
    n = config.n_items
    age = np.floor(MEDIAN_AGE * np.exp(AGE_SPREAD * rng.standard_normal(n)))
    year = np.sort(np.maximum(LAST_YEAR - age, OLDEST_YEAR)).astype(np.int32)
    released = (year - 1970).astype("datetime64[Y]").astype("datetime64[s]").astype(np.int64)
    mix = _shares(n, config.n_tastes, FILM_FOCUS, rng)
    quality = rng.standard_normal(n)
    rest = math.sqrt(1 - QUALITY_IN_POPULARITY**2)
    fame = QUALITY_IN_POPULARITY * quality + rest * rng.standard_normal(n)
    rank = np.empty(n)
    rank[np.argsort(-fame)] = np.arange(n)
    appeal = (1 + rank / (1 + HEAD_SHARE * n)) ** -config.popularity_exponent
    watched = appeal * ((1 - MAINSTREAM) * mix.T + MAINSTREAM)
    # the least share keeps every film reachable: smaller shares would vanish in the cumulative sum
    watched = watched / watched.sum(axis=1, keepdims=True) + LEAST_SHARE
    reach = np.zeros((config.n_tastes, n + 1))
    np.cumsum(watched, axis=1, out=reach[:, 1:])
    reach /= reach[:, -1:]
    talked_about = rng.random(n) < TALKED_ABOUT
    return Films(year, released, mix, quality, talked_about, reach)


def _make_people(config: WorldConfig, films: Films, rng: np.random.Generator) -> People:
    n = config.n_users
    count = _activity(config, rng)
    taste = _shares(n, config.n_tastes, USER_FOCUS, rng)
    bias = rng.standard_normal(n)
    last = rng.integers(FIRST_DAY, LAST_DAY, size=n)
    # a user who rates most of the released films stays active to the last day, when every film is released
    late = np.searchsorted(films.released, last, side="right") < 2 * count
    last = np.where(late, LAST_DAY, last)
    span = np.exp(np.log(MEDIAN_SPAN_DAYS) + SPAN_SPREAD * rng.standard_normal(n)) * DAY
    first = np.maximum(last - span.astype(np.int64), FIRST_DAY)
    more = 2 + (count / 40 * rng.standard_exponential(n)).astype(np.int64)
    sessions = np.where(rng.random(n) < ONE_SESSION_SHARE, 1, np.minimum(more, count))
    known = np.searchsorted(films.released, last, side="right").astype(np.int64)
    return People(count, taste, bias, first, last, sessions, known)


def _shares(n: int, k: int, focus: float, rng: np.random.Generator) -> Floats:
    # a Dirichlet draw; the floor keeps the sum from 0 where every gamma underflows
    gamma = rng.standard_gamma(focus, (n, k)) + 1e-9
    return gamma / gamma.sum(axis=1, keepdims=True)


def _activity(config: WorldConfig, rng: np.random.Generator) -> Ints:
    """(n_users,) log-normal numbers of ratings, each within its limits, that sum to ``n_ratings``."""
    eager = np.exp(ACTIVITY_SPREAD * rng.standard_normal(config.n_users))
    keenest = max(config.n_items // KEENEST, 2 * config.n_ratings // config.n_users, config.min_ratings)
    room = min(keenest, config.n_items) - config.min_ratings
    total = config.n_ratings - config.n_users * config.min_ratings
    low, high = 0.0, (room + 1) / eager.min()
    for _ in range(128):
        middle = (low + high) / 2
        enough = np.floor(np.minimum(room, middle * eager)).sum() >= total
        low, high = (low, middle) if enough else (middle, high)
    extra = np.floor(np.minimum(room, low * eager)).astype(np.int64)
    # this scale is just too small: give the missing ratings to the most active users with room left
    open_places = np.argsort(-eager + 2 * eager.max() * (extra >= room), kind="stable")
    extra[open_places[: total - int(extra.sum())]] += 1
    return extra + config.min_ratings
