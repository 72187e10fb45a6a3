"""Benchmark: fitting a strategy, listing films for all users, and for one unseen user at a time.

    python benchmarks/people.py [--data ml-latest-small] [--strategy cineblend] [--people 100] [--ratings 20]

The strategy is fitted on the study split's training ratings, twice with ``--again``: both fits must then give
all users the same lists, or the benchmark fails. Unseen users are users of the data with their most recent
ratings as history, one at a time, warm. Processor time is summed over threads; set OPENBLAS_NUM_THREADS=1 to
measure one core, as in a server with one process per core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import time

import numpy as np

from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.data.users import UserBatch
from cineblend.evaluate.protocol import protocol
from cineblend.ranking.rank import recommend

K = 25


def main() -> None:
    """Run it and print JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="ml-latest-small")
    parser.add_argument("--strategy", default="cineblend")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--ratings", type=int, default=20)
    parser.add_argument("--again", action="store_true", help="fit a second time and compare the lists")
    asked = parser.parse_args()

    train = protocol("study").split(load(asked.data)).train
    [strategy] = rows([asked.strategy])
    candidates = train.ratings.item_counts > 0
    everyone = UserBatch.known(train.ratings)

    start = time.perf_counter()
    model = Bench().fit(strategy.model, train)
    fitted = time.perf_counter()
    listed = recommend(model, everyone, k=K, candidates=candidates).item_num
    scored = time.perf_counter()

    one_at_a_time: list[float] = []
    of_processor: list[float] = []
    rng = np.random.default_rng(0)
    for user in rng.choice(train.n_users, min(asked.people, train.n_users), replace=False):
        person = everyone.slice(int(user), int(user) + 1)
        newest = np.argsort(-person.timestamp, kind="stable")[: asked.ratings]
        history = UserBatch(
            np.array([-1], np.int32),
            np.array([0, len(newest)], np.int64),
            person.item_num[newest],
            person.value[newest],
            person.timestamp[newest],
            person.n_items,
        )
        begun, busy = time.perf_counter(), time.process_time()
        recommend(model, history, k=K, candidates=candidates)
        one_at_a_time.append(time.perf_counter() - begun)
        of_processor.append(time.process_time() - busy)

    result: dict[str, object] = {
        "strategy": asked.strategy,
        "load_average": os.getloadavg()[0],
        "fit_seconds": fitted - start,
        "everyone_seconds": scored - fitted,
        "users": len(everyone),
        "one_person_ms_median": 1000 * statistics.median(one_at_a_time),
        "one_person_ms_p95": 1000 * float(np.quantile(one_at_a_time, 0.95)),
        "one_person_cpu_ms_median": 1000 * statistics.median(of_processor),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if asked.again:
        second = Bench().fit(strategy.model, train)
        same = recommend(second, everyone, k=K, candidates=candidates).item_num
        result["same_lists_again"] = bool((same == listed).all())
    print(json.dumps(result, indent=2))
    if result.get("same_lists_again") is False:
        raise SystemExit("two fits with one seed list different films")


if __name__ == "__main__":
    main()
