"""Order: ratings that stand near each other, or in a row, in the order in which a person made them."""

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
    """Pairs of ratings of one person each, equally far apart.

    Attributes:
        distance: how many ratings apart, 1 for neighbours.
        earlier: (m,) the pairs' earlier ratings, as rows of the ratings.
        later: (m,) their later ones.
    """

    distance: int
    earlier: Rows
    later: Rows


def near(ratings: Ratings, window: int, hours: float) -> Iterator[Near]:
    """All pairs at most ``window`` ratings and less than ``hours`` apart, those of one distance together.

    Ratings of one second keep the order of the ratings; one without a time (0) is near nothing.
    """
    rows = _by_time(ratings)
    user, time = ratings.user_num[rows], ratings.timestamp[rows]
    for distance in range(1, min(window, len(rows) - 1) + 1):
        pair = (user[distance:] == user[:-distance]) & (time[:-distance] > 0)
        pair &= time[distance:] - time[:-distance] < hours * 3600
        yield Near(distance, rows[:-distance][pair], rows[distance:][pair])


def runs(ratings: Ratings, length: int) -> sp.csr_array:
    """(runs, ratings) 1 where a rating is in a run of ``length`` of a person's ratings, one after the other.

    A run begins at each place of a person's order, and at ``length`` - 1 places before it, so that each
    rating is in ``length`` runs and two that are d apart are both in ``length`` - d of them. Ratings without
    a time (0) have no order: those of a person are together in ``length`` runs of their own.
    """
    rows = _by_time(ratings)
    user, dated = ratings.user_num[rows], ratings.timestamp[rows] > 0
    # By time the undated come first: a new sequence begins at each person's first rating and first dated one.
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
