"""Run rows: people's grades as a whole and by runs of ratings made one after the other, as rows of X."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.models.sequence.rating_order import runs
from cineblend.models.shared.grading import Grading, inputs, one_by_one
from cineblend.models.shared.item_columns import Columns


def require_runs(run: int, whole: float) -> None:
    """Refuse numbers of runs that mean nothing.

    Raises:
        UserError: a negative length, or a share outside 0 to 1.
    """
    if run < 0:
        raise UserError(f"run is {run}", expected="a number of ratings, or 0")
    if not (math.isfinite(whole) and 0 <= whole <= 1):
        raise UserError(f"whole is {whole}", expected="a share from 0 to 1")


class InRuns(Protocol):
    """Hyper-parameters of a model over runs."""

    @property
    def grading(self) -> Grading:
        """What a rating is worth."""
        ...

    @property
    def run(self) -> int:
        """How many ratings one after the other are taken together, 0 for people as a whole alone."""
        ...

    @property
    def whole(self) -> float:
        """With runs, the share that people as a whole count."""
        ...


def graded_rows_of(ratings: Ratings, config: InRuns, top_rating: float, columns: Columns) -> sp.csr_array:
    """(people, columns) grades; with runs (people + runs, columns).

    Two ratings of a person that are d apart then weigh whole + (1 - whole) max(0, 1 - d / run) in X'X.

    Args:
        ratings: of the people.
        config: what a rating is worth, and the runs.
        top_rating: the scale's high.
        columns: the items that have one.
    """
    people, grading, run, whole = UserBatch.known(ratings), config.grading, config.run, config.whole
    at_once = inputs(people, grading, top_rating, columns)
    if not run:
        return at_once
    graded = one_by_one(people, grading, top_rating, columns)
    by_run = sp.csr_array(runs(ratings.take(ratings.order_by_user), run) @ graded)
    share = np.sqrt((1 - whole) / run)
    return sp.csr_array(sp.vstack([np.sqrt(whole) * at_once, share * by_run], format="csr"))
