"""What the people of a simulated world rate, how high and when, drawn chunk by chunk."""

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
"""Ratings drawn together, about; part of what a seed means, as each chunk has a generator of its own."""
ROUNDS = 12
"""Rounds of drawing anew what came out twice, before the few who still lack films get them by race."""
RACE_CELLS = 500_000
"""Cells of a (users, films) block of the race: 4 MB, about what stays in a cache."""

FRESH_SHARE = 0.15
"""Share of watching that goes to what came out lately."""
FRESH_DAYS = 3 * 365
RATING_SHARES = (0.014, 0.03, 0.018, 0.075, 0.055, 0.2, 0.13, 0.266, 0.085, 0.127)
"""Shares of 0.5, 1.0, ... 5.0, about those of MovieLens."""
RATING_CUTS = np.array([NormalDist().inv_cdf(share) for share in accumulate(RATING_SHARES[:-1])])
"""Where a standard normal opinion passes from one rating to the next."""
BIAS, QUALITY, LIKING, NOISE = 0.46, 0.55, 0.35, 0.72
"""Standard deviations of what a rating is made of over all films; about 1 in all over those people see."""
LIKING_SPREAD = 0.3
"""Standard deviation, over what people watch, of the cosine between a user's and a film's tastes."""
SECONDS_A_FILM = 60


class Watching:
    """Draws the ratings of a world.

    A user draws films one after the other, each with probability proportional to its appeal among those
    that are left: a taste first, then a film by its reach within that taste. Drawing with replacement and
    dropping repeats has this law, and so has a race of exponential waits for what is still missing
    (Efraimidis & Spirakis 2006, Inf. Process. Lett. 97:181). The first is quick for the many who rate little
    of the catalogue, the second for the few who rate much of it.
    """

    def __init__(self, world: World) -> None:
        self.films, self.people = world.films, world.people
        self.n_users, self.n_items = world.config.n_users, world.config.n_items
        self.seed = world.config.seed
        fresh_since = self.people.last - FRESH_DAYS * DAY
        fresh = np.searchsorted(self.films.released, fresh_since).astype(np.int64)
        # where nothing came out lately everything counts as fresh
        self.fresh = np.where(fresh < self.people.known, fresh, 0)
        self.share = np.diff(self.films.reach, axis=1)
        self.leaning, self.kind = _unit(self.people.taste), _unit(self.films.mix)

    def chunks(self) -> Iterator[Ratings]:
        """The ratings, users ascending, films ascending within a user; holds one chunk at a time."""
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
        """Different films for each of the users, who are consecutive: as many as they rate."""
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
        """A film for each of the n > 0 ascending users, by appeal, whether they rated it or not."""
        tastes = np.cumsum(self.people.taste[user[0] : user[-1] + 1], axis=1)
        row = user - user[0]
        taste = pick(tastes, row, rng.random(len(user)) * tastes[row, -1])
        start = np.where(rng.random(len(user)) < FRESH_SHARE, self.fresh[user], 0)
        low, high = self.films.reach[taste, start], self.films.reach[taste, self.people.known[user]]
        item = pick(self.films.reach[:, 1:], taste, low + rng.random(len(user)) * (high - low))
        # rounding may step over an edge of what the user can know
        return np.clip(item, start, self.people.known[user] - 1)

    def _race(self, users: Ints, pairs: Ints, missing: Ints, rng: np.random.Generator) -> Iterator[Ints]:
        """The pairs that are missing: for each user so many films, those with the shortest waits."""
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
            # no more than the shortest waits need an order
            soonest = np.argpartition(wait, most - 1, axis=1)[:, :most]
            order = np.argsort(np.take_along_axis(wait, soonest, axis=1), axis=1)
            winner, place = np.nonzero(np.arange(most) < missing[block][:, None])
            yield block[winner] * self.n_items + soonest[winner, order[winner, place]]

    def _appeal(self, users: Ints) -> Floats:
        """(len(users), n_items) probability that a user draws a film: the law of ``_draw``."""
        reach, known, fresh = self.films.reach, self.people.known[users], self.fresh[users]
        film, taste = np.arange(self.n_items), self.people.taste[users]
        usual = taste / reach[:, known].T @ self.share
        lately = taste / (reach[:, known] - reach[:, fresh]).T @ self.share
        appeal = (1 - FRESH_SHARE) * usual + FRESH_SHARE * lately * (film >= fresh[:, None])
        return appeal * (film < known[:, None])

    def _rate(self, user: Ints, item: Ints, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """(n,) half-star ratings: the user's kindness, the film's quality, how it suits them, and noise."""
        suits = np.zeros(len(user))
        for taste in range(self.kind.shape[1]):
            suits += self.leaning[user, taste] * self.kind[item, taste]
        opinion = QUALITY * self.films.quality[item] + LIKING / LIKING_SPREAD * suits
        # measured from the mean of what the user chose to see, so that bias alone sets a user's mean
        owner = user - user[0]
        opinion -= (np.bincount(owner, opinion) / np.bincount(owner))[owner]
        opinion += BIAS * self.people.bias[user] + NOISE * rng.standard_normal(len(user))
        steps = np.searchsorted(RATING_CUTS, opinion)
        return ((steps + 1) / 2).astype(np.float32)

    def _date(self, user: Ints, item: Ints, rng: np.random.Generator) -> Ints:
        """(n,) seconds since 1970, in a session of the user's after the film's release."""
        first, last = self.people.first[user], self.people.last[user]
        sessions = self.people.sessions[user]
        steps, span = np.maximum(sessions - 1, 1), np.maximum(last - first, 1)
        # whole numbers throughout, so that no rounding dates a rating before the release
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
