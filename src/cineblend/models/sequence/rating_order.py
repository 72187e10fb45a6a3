"""Rating order: pairs and runs of ratings in the order in which a user made them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.ratings import Ratings

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Near:
    """Pairs of ratings of one user, all at the same distance.

    Attributes:
        distance: distance in ratings, 1 for neighbours.
        earlier: (m,) row numbers of the pairs' earlier ratings.
        later: (m,) row numbers of the pairs' later ratings.
    """

    distance: int
    earlier: Rows
    later: Rows


def near(ratings: Ratings, window: int, hours: float) -> Iterator[Near]:
    """Yield all pairs at most ``window`` ratings and less than ``hours`` apart, grouped by distance.

    Ratings of the same second keep their order in the data. A rating without a time (0) is in no pair.
    """
    rows = _by_time(ratings)
    user, time = ratings.user_num[rows], ratings.timestamp[rows]
    for distance in range(1, min(window, len(rows) - 1) + 1):
        pair = (user[distance:] == user[:-distance]) & (time[:-distance] > 0)
        pair &= time[distance:] - time[:-distance] < hours * 3600
        yield Near(distance, rows[:-distance][pair], rows[distance:][pair])


def runs(ratings: Ratings, length: int) -> sp.csr_array:
    """(runs, ratings) 1 where a rating is in a run of ``length`` consecutive ratings of a user.

    A run begins at each position of a user's order, and at the ``length`` - 1 positions before it. So each
    rating is in ``length`` runs, and two ratings at a distance d share ``length`` - d runs. Ratings without a
    time (0) have no order: those of a user share ``length`` runs of their own.
    """
    rows = _by_time(ratings)
    user, dated = ratings.user_num[rows], ratings.timestamp[rows] > 0
    # Undated ratings sort first: a sequence begins at each user's first rating and first dated rating.
    begins = np.ones(len(rows), bool)
    begins[1:] = (user[1:] != user[:-1]) | (dated[1:] != dated[:-1])
    sequence = np.cumsum(begins) - 1
    start = np.flatnonzero(begins)
    place = np.where(dated, np.arange(len(rows)) - start[sequence], 0)
    n_runs = np.where(dated[start], np.diff(np.append(start, len(rows))), 1) + length - 1
    first = np.cumsum(n_runs) - n_runs
    run = (first[sequence] + place)[:, None] + np.arange(length)
    at = (run.ravel(), np.repeat(rows, length))
    return sp.csr_array((np.ones(run.size), at), shape=(int(n_runs.sum()), len(rows)))


def _by_time(ratings: Ratings) -> Rows:
    rows = ratings.order_by_user
    return rows[np.lexsort((ratings.timestamp[rows], ratings.user_num[rows]))]
