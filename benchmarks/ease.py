"""Benchmark: EASE solved by users, against cornac's EASE solved by items.

    python benchmarks/ease.py [--data ml-latest-small] [--repeat 3]

Both fit the study's training ratings, graded, with one regularization, and score every film for every user,
in one process with the same threads. Cornac inverts films × films in float64. Both scores must agree to
1e-4 relative, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import OrderedDict

import numpy as np
import scipy.sparse as sp

from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.users import UserBatch
from cineblend.evaluate.protocol import protocol
from cineblend.models.base import Scores
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.shared.grading import inputs

CONFIG = EaseConfig()
BLOCK = 430


def ours(train: Dataset) -> tuple[float, float, Scores]:
    """Seconds to fit, seconds to score everyone, and the scores."""
    start = time.perf_counter()
    model = CONFIG.build(Bench()).fit(train)
    fitted = time.perf_counter()
    blocks = UserBatch.known(train.ratings).blocks(BLOCK)
    scores = np.concatenate([model.score(block) for block in blocks])
    return fitted - start, time.perf_counter() - fitted, scores


def cornacs(graded: sp.csr_array) -> tuple[float, float, np.ndarray]:
    """The same for cornac's EASE."""
    import cornac

    n_users, n_items = len(graded.indptr) - 1, int(graded.indices.max()) + 1
    pairs = graded.tocoo()
    table = cornac.data.Dataset(
        num_users=n_users,
        num_items=n_items,
        uid_map=OrderedDict((u, u) for u in range(n_users)),
        iid_map=OrderedDict((i, i) for i in range(n_items)),
        uir_tuple=(pairs.row, pairs.col, pairs.data),
        seed=0,
    )
    start = time.perf_counter()
    model = cornac.models.EASE(lamb=int(CONFIG.regularization), posB=False, verbose=False).fit(table)
    fitted = time.perf_counter()
    scores = np.stack([np.asarray(model.score(user)).ravel() for user in range(n_users)])
    return fitted - start, time.perf_counter() - fitted, scores


def main() -> None:
    """Measure both and print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--repeat", type=int, default=3)
    asked = options.parse_args()
    train = protocol("study").split(load(asked.data)).train
    films = np.flatnonzero(train.ratings.item_counts)
    graded = inputs(UserBatch.known(train.ratings), CONFIG.grading, train.scale.high)[:, films]
    ours(train)  # once to warm up
    fits, scorings = [], []
    found = np.empty((0, 0), np.float32)
    for _ in range(asked.repeat):
        fit, scoring, found = ours(train)
        fits.append(fit)
        scorings.append(scoring)
    theirs_fit, theirs_scoring, exact = cornacs(graded)
    assert exact.dtype == np.float64, "cornac no longer computes in double precision"
    np.testing.assert_allclose(found[:, films], exact, rtol=1e-4, atol=1e-7)
    fit, scoring = statistics.median(fits), statistics.median(scorings)
    print(
        json.dumps(
            {
                "people": len(graded.indptr) - 1,
                "films": len(films),
                "ours_fit_seconds": round(fit, 3),
                "ours_score_seconds": round(scoring, 3),
                "cornac_fit_seconds": round(theirs_fit, 2),
                "cornac_score_seconds": round(theirs_scoring, 2),
                "ratio_fit": round(theirs_fit / fit, 1),
                "ratio_fit_and_score": round((theirs_fit + theirs_scoring) / (fit + scoring), 1),
                "worst_relative_above_0.001": _worst(found[:, films], exact),
                "worst_absolute": float(np.abs(found[:, films] - exact).max()),
            }
        )
    )


def _worst(found: np.ndarray, exact: np.ndarray) -> float:
    large = np.abs(exact) > 1e-3
    return float((np.abs(found - exact)[large] / np.abs(exact)[large]).max())


if __name__ == "__main__":
    main()
