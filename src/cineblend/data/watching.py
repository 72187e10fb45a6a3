"""Draw the ratings of a simulated world chunk by chunk: films, values and times."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY
from cineblend.data.ratings import Ratings
from cineblend.data.words import pick
from cineblend.data.world import Floats, Ints, World

CHUNK = 500_000
"""Approximate ratings per chunk. Changing it changes the data of a seed: each chunk has its own generator."""
ROUNDS = 12
"""Rounds of drawing replacements for repeated films; the race then fills what is still missing."""
RACE_CELLS = 500_000
"""Cells of a (users, films) block of the race: 4 MB, about the size of a cache."""

FRESH_SHARE = 0.15
"""Share of ratings that go to recently released films."""
FRESH_DAYS = 3 * 365
RATING_SHARES = (0.014, 0.03, 0.018, 0.075, 0.055, 0.2, 0.13, 0.266, 0.085, 0.127)
"""Shares of the ratings 0.5, 1.0, ... 5.0, about those of MovieLens."""
RATING_CUTS = np.array([NormalDist().inv_cdf(share) for share in accumulate(RATING_SHARES[:-1])])
"""Thresholds of a standard normal opinion between one rating and the next."""
BIAS, QUALITY, LIKING, NOISE = 0.46, 0.55, 0.35, 0.72
"""Standard deviations of a rating's terms over all films; their sum over rated films has about 1."""
LIKING_SPREAD = 0.3
"""Standard deviation over rated films of the cosine between a user's and a film's tastes."""
SECONDS_A_FILM = 60


class Watching:
    """Draws the ratings of a world.

    A user draws films without replacement, each with probability proportional to its appeal: first a
    taste, then a film by its reach within that taste. Two methods have this law. Drawing with replacement
    and dropping repeats is fast for the many users who rate a small part of the catalogue. A race of
    exponential waits (Efraimidis & Spirakis 2006, Inf. Process. Lett. 97:181) is fast for the few users who
    rate a large part of it, and draws the films that are still missing.
    """

    def __init__(self, world: World) -> None:
        self.films, self.people = world.films, world.people
        self.n_users, self.n_items = world.config.n_users, world.config.n_items
        self.seed = world.config.seed
        fresh_since = self.people.last - FRESH_DAYS * DAY
        fresh = np.searchsorted(self.films.released, fresh_since).astype(np.int64)
        # without recent releases, every film counts as fresh
        self.fresh = np.where(fresh < self.people.known, fresh, 0)
        self.share = np.diff(self.films.reach, axis=1)
        self.leaning, self.kind = _unit(self.people.taste), _unit(self.films.mix)

    def chunks(self) -> Iterator[Ratings]:
        """Yield the ratings, users ascending, films ascending within a user, one chunk at a time."""
        before = np.cumsum(self.people.count) - self.people.count
        starts = np.flatnonzero(np.diff(before // CHUNK, prepend=-1)).tolist()
        for nth, (start, stop) in enumerate(zip(starts, [*starts[1:], self.n_users], strict=True)):
            rng = np.random.default_rng([self.seed, 1, nth])
            user, item = self._choose(np.arange(start, stop), rng)
            value, timestamp = self._rate(user, item, rng), self._date(user, item, rng)
            yield Ratings(
                user.astype(np.int32), item.astype(np.int32), value, timestamp, self.n_users, self.n_items
            )

    def _choose(self, users: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Draw each of the consecutive users' distinct films, as many as the user rates."""
        want = self.people.count[users]
        pairs, missing = np.empty(0, np.int64), want
        for _ in range(ROUNDS):
            if not missing.any():
                break
            user = np.repeat(users, missing)
            new = (user - users[0]) * self.n_items + self._draw(user, rng)
            pairs = _distinct(np.concatenate([pairs, new]))
            missing = want - np.bincount(pairs // self.n_items, minlength=len(users))
        pairs = np.sort(np.concatenate([pairs, *self._race(users, pairs, missing, rng)]))
        return users[0] + pairs // self.n_items, pairs % self.n_items

    def _draw(self, user: Ints, rng: np.random.Generator) -> Ints:
        """Draw a film by appeal for each of the n > 0 ascending users; the user may already have rated it."""
        tastes = np.cumsum(self.people.taste[user[0] : user[-1] + 1], axis=1)
        row = user - user[0]
        taste = pick(tastes, row, rng.random(len(user)) * tastes[row, -1])
        start = np.where(rng.random(len(user)) < FRESH_SHARE, self.fresh[user], 0)
        low, high = self.films.reach[taste, start], self.films.reach[taste, self.people.known[user]]
        item = pick(self.films.reach[:, 1:], taste, low + rng.random(len(user)) * (high - low))
        # rounding may give a film just outside the range that the user can know
        return np.clip(item, start, self.people.known[user] - 1)

    def _race(self, users: Ints, pairs: Ints, missing: Ints, rng: np.random.Generator) -> Iterator[Ints]:
        """Yield the missing pairs: for each user the films with the shortest waits."""
        lacking, owner = np.flatnonzero(missing), pairs // self.n_items
        size = max(1, RACE_CELLS // self.n_items)
        for block in (lacking[at : at + size] for at in range(0, len(lacking), size)):
            appeal = self._appeal(users[block])
            row = np.minimum(np.searchsorted(block, owner), len(block) - 1)
            mine = block[row] == owner
            appeal[row[mine], pairs[mine] % self.n_items] = 0
            wait = np.full(appeal.shape, np.inf)
            np.divide(rng.standard_exponential(appeal.shape), appeal, out=wait, where=appeal > 0)
            most = int(missing[block].max())
            # only the shortest waits need to be sorted
            soonest = np.argpartition(wait, most - 1, axis=1)[:, :most]
            order = np.argsort(np.take_along_axis(wait, soonest, axis=1), axis=1)
            winner, place = np.nonzero(np.arange(most) < missing[block][:, None])
            yield block[winner] * self.n_items + soonest[winner, order[winner, place]]

    def _appeal(self, users: Ints) -> Floats:
        """(len(users), n_items) probability that ``_draw`` gives a user a film."""
        reach, known, fresh = self.films.reach, self.people.known[users], self.fresh[users]
        film, taste = np.arange(self.n_items), self.people.taste[users]
        usual = taste / reach[:, known].T @ self.share
        lately = taste / (reach[:, known] - reach[:, fresh]).T @ self.share
        appeal = (1 - FRESH_SHARE) * usual + FRESH_SHARE * lately * (film >= fresh[:, None])
        return appeal * (film < known[:, None])

    def _rate(self, user: Ints, item: Ints, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """(n,) half-star ratings: the sum of user bias, film quality, fit of tastes and noise, rounded."""
        suits = np.zeros(len(user))
        for taste in range(self.kind.shape[1]):
            suits += self.leaning[user, taste] * self.kind[item, taste]
        opinion = QUALITY * self.films.quality[item] + LIKING / LIKING_SPREAD * suits
        # centred on the user's rated films, so that only the bias sets a user's mean
        owner = user - user[0]
        opinion -= (np.bincount(owner, opinion) / np.bincount(owner))[owner]
        opinion += BIAS * self.people.bias[user] + NOISE * rng.standard_normal(len(user))
        steps = np.searchsorted(RATING_CUTS, opinion)
        return ((steps + 1) / 2).astype(np.float32)

    def _date(self, user: Ints, item: Ints, rng: np.random.Generator) -> Ints:
        """(n,) seconds since 1970, in one of the user's sessions after the film's release."""
        first, last = self.people.first[user], self.people.last[user]
        sessions = self.people.sessions[user]
        steps, span = np.maximum(sessions - 1, 1), np.maximum(last - first, 1)
        # integer arithmetic, so that rounding cannot date a rating before the release
        soonest = -((first - self.films.released[item]) * steps // span)
        soonest = np.where(sessions == 1, steps, np.clip(soonest, 0, steps))
        step = soonest + (rng.random(len(user)) * (steps - soonest + 1)).astype(np.int64)
        length = SECONDS_A_FILM * self.people.count[user] / sessions
        return first + (last - first) * step // steps + (rng.random(len(user)) * length).astype(np.int64)


def _unit(rows: Floats) -> Floats:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _distinct(pairs: Ints) -> Ints:
    pairs.sort()
    return pairs[np.diff(pairs, prepend=-1) > 0]
