"""Benchmark: ALS on one machine and on Spark's two local tasks, on the same split of simulated data.

    python benchmarks/spark_als.py [--users 6000 --items 4000 --ratings 1000000] [--factors 64] [--out FILE]

Each part runs in a process of its own, one after the other, so processor time and peak memory are its own,
with Java and Spark's workers included. Seconds are those of fitting; for Spark they are given with and
without starting it and transferring the ratings, which a cluster does once.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.simulate import simulate
from cineblend.data.world import WorldConfig
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.models.base import Recommender
from cineblend.models.factors.als_wr import WeightedALSConfig

METRIC = parse("NDCG@25")


def one_machine(name: str) -> Callable[[Dataset, int], tuple[Recommender, dict[str, float]]]:
    """Fit a row in this process."""

    def fit(train: Dataset, factors: int) -> tuple[Recommender, dict[str, float]]:
        config: Any = STRATEGIES[name].model
        start = time.perf_counter()
        model = replace(config, n_factors=factors).build(Bench()).fit(train)
        return model, {"fit_s": time.perf_counter() - start}

    return fit


def on_spark(train: Dataset, factors: int) -> tuple[Recommender, dict[str, float]]:
    """Fit als-wr on Spark's two local tasks."""
    from cineblend.engine.factors import fit_factors
    from cineblend.engine.ratings import ratings_of
    from cineblend.engine.session import spark_session

    config = STRATEGIES["als-wr"].model
    assert isinstance(config, WeightedALSConfig)
    start = time.perf_counter()
    with spark_session() as spark:
        started = time.perf_counter()
        ratings = ratings_of(spark, train)
        handed_over = time.perf_counter()
        model = fit_factors(ratings, replace(config, n_factors=factors))
        fitted = time.perf_counter()
        ratings.close()
    seconds = {
        "start_s": started - start,
        "hand_over_s": handed_over - started,
        "fit_s": fitted - handed_over,
        "all_s": time.perf_counter() - start,
    }
    return model, seconds


PARTS = {"als": one_machine("als"), "als-wr": one_machine("als-wr"), "spark als-wr": on_spark}


def measure(part: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Measure one part, in this process."""
    rules = protocol("study")
    split = rules.split(simulate(WorldConfig(asked.users, asked.items, asked.ratings, seed=asked.seed)))
    before = _cpu()
    model, seconds = PARTS[part](split.train, asked.factors)
    cpu = _cpu() - before
    found = evaluate(model, Judge.of(split, rules), [METRIC])
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "part": part,
        **{name: round(value, 2) for name, value in seconds.items()},
        "cpu_s": round(cpu, 2),
        "largest_process_mb": peak // 1024,
        "train_ratings": len(split.train.ratings),
        str(METRIC): round(found.metrics[str(METRIC)], 4),
    }


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    """Measure every part and print it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, usual in (("users", 6000), ("items", 4000), ("ratings", 1_000_000), ("factors", 64)):
        options.add_argument(f"--{name}", type=int, default=usual)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--out", type=Path)
    options.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.part:
        print(json.dumps(measure(asked.part, asked)))
        return
    found: list[Any] = []
    for part in PARTS:
        done = subprocess.run(
            [sys.executable, __file__, *sys.argv[1:], "--part", part], stdout=subprocess.PIPE, check=True
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
        print(json.dumps(found[-1]), flush=True)
    if asked.out is not None:
        asked.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
