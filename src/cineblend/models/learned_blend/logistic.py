"""Logistic: a convex fit of likes by a score and by columns of the items."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from cineblend.errors import CineblendError
from cineblend.models.shared.popularity_prior import Matrix

Column = npt.NDArray[np.float64]
_STEPS = 200
_LEVEL = 1e-5
"""Largest slope of the mean loss at which the calibration has converged."""
_POPULARITY_RIDGE = 1.0
"""Weight of the squared coefficients of an item's popularity prior."""


def logistic(
    z: Matrix, columns: Matrix, liked: npt.NDArray[np.bool_], weight: Column
) -> tuple[float, float, Column]:
    """Fit level, slope of z and coefficients of the items' columns, by a convex fit on (n, t) pairs.

    There is a small ridge. The start has half a like more, so that a rate of 0 has finite log-odds.

    Args:
        z: (n, t) scores.
        columns: (t, k) features of the items.
        liked: (n, t).
        weight: (n,) weight of a user's pairs; 1/sqrt(ratings) keeps active users from dominating.
    """
    from scipy.optimize import minimize

    weight = (weight / weight.mean())[:, None]
    rate = ((weight * liked).sum() + 0.5) / (liked.size + 1)
    columns = np.column_stack([np.ones(z.shape[1]), columns]).astype(np.float64)
    ridge = np.array([1e-3, 1e-3, *np.full(columns.shape[1] - 1, _POPULARITY_RIDGE)])
    start = np.array([0.0, np.log(rate / (1 - rate)), *np.zeros(columns.shape[1] - 1)])

    def loss(theta: Column) -> tuple[float, Column]:
        odds = theta[0] * z + columns @ theta[1:]
        value = (weight * (np.logaddexp(0, odds) - liked * odds)).sum() + ridge @ theta**2 / 2
        error = weight * (expit(odds) - liked)
        slope = np.array([(error * z).sum(), *(columns.T @ error.sum(axis=0))]) + ridge * theta
        return float(value / liked.size), slope / liked.size

    def hessian(theta: Column) -> Matrix:
        p = expit(theta[0] * z + columns @ theta[1:])
        curvature = weight * p * (1 - p)
        weighted = curvature * z
        across = columns.T @ weighted.sum(axis=0)
        own = (columns.T * curvature.sum(axis=0)) @ columns
        whole = np.block([[np.array([[(weighted * z).sum()]]), across[None]], [across[:, None], own]])
        return (whole + np.diag(ridge)) / liked.size

    # Plain Newton steps diverge where likes are rare and a few scores are outliers.
    found = minimize(
        loss, start, jac=True, hess=hessian, method="trust-exact", options={"gtol": 1e-8, "maxiter": _STEPS}
    )
    # It may stop before the last digits, where rounding hides the gain of a step.
    if not np.abs(found.jac).max() < _LEVEL:
        raise CineblendError(
            f"the calibration of the scores of items without ratings did not converge: {found.message}",
            remedy="look for outliers among the ratings, or use a strategy other than cineblend",
        )
    theta = found.x
    worth: Column = theta[2:].astype(np.float64)
    return float(theta[1]), float(max(theta[0], 0.0)), worth
