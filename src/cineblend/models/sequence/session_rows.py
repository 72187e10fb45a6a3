"""Session rows: rows of X for whole histories and for runs of consecutive ratings."""

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
    """Check the hyper-parameters of runs.

    Raises:
        UserError: the length is negative, or the share is not between 0 and 1.
    """
    if run < 0:
        raise UserError(f"run is {run}", expected="a number of ratings, or 0")
    if not (math.isfinite(whole) and 0 <= whole <= 1):
        raise UserError(f"whole is {whole}", expected="a share from 0 to 1")


class InRuns(Protocol):
    """Hyper-parameters of a model with runs."""

    @property
    def grading(self) -> Grading:
        """How ratings become inputs."""
        ...

    @property
    def run(self) -> int:
        """Number of consecutive ratings in a run; 0 for whole histories only."""
        ...

    @property
    def whole(self) -> float:
        """With runs, the weight of whole histories."""
        ...


def graded_rows_of(ratings: Ratings, config: InRuns, top_rating: float, columns: Columns) -> sp.csr_array:
    """(users, columns) grades; with runs (users + runs, columns).

    With runs, two ratings of a user at a distance d weigh whole + (1 - whole) max(0, 1 - d / run) in X'X.

    Args:
        ratings: all ratings.
        config: grading and runs.
        top_rating: the highest rating of the scale.
        columns: the items that have a column.
    """
    users, grading, run, whole = UserBatch.known(ratings), config.grading, config.run, config.whole
    histories = inputs(users, grading, top_rating, columns)
    if not run:
        return histories
    graded = one_by_one(users, grading, top_rating, columns)
    by_run = sp.csr_array(runs(ratings.take(ratings.order_by_user), run) @ graded)
    share = np.sqrt((1 - whole) / run)
    return sp.csr_array(sp.vstack([np.sqrt(whole) * histories, share * by_run], format="csr"))
