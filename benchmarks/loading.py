"""Benchmark: from a model's folder to the first recommendation, each time in a new process.

    python benchmarks/loading.py MODEL [--times 5]

Gives the median of wall-clock and processor seconds of the imports, of reading and verifying every file, of
the first and second user's scores, and of the first and second words, with what they need. Processor time is
summed over threads and, unlike the wall clock, hardly changes when other work shares the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

STEPS = ("import", "read", "first", "second", "first words", "second words")
WORDS = ("heist films in Los Angeles from the 90s", "a lonely robot in space")


def once(folder: str) -> None:
    """Print the seconds of each step, and the heavy packages that were imported."""
    marks = [(time.perf_counter(), time.process_time())]

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time()))

    import numpy as np

    from cineblend.bundle.read import read
    from cineblend.data.users import UserBatch

    mark()
    kept = read(Path(folder))
    mark()
    best = np.argsort(-kept.films.n_ratings, kind="stable")[:20]
    for _ in range(2):
        kept.model.score(UserBatch.unseen([{int(film): 4.5 for film in best}], len(kept.catalog)))
        mark()
    from cineblend.service.recommender import Recommender

    recommender = Recommender(kept)
    for words in WORDS:
        recommender.find(words)
        mark()
    taken = [[after[i] - before[i] for before, after in pairwise(marks)] for i in (0, 1)]
    heavy = ("torch", "cornac", "implicit", "lightgbm", "sklearn", "matplotlib")
    print(json.dumps([*taken, [name for name in heavy if name in sys.modules]]))


def main() -> None:
    """Run it and print JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        once(asked.model)
        return
    command = [sys.executable, __file__, asked.model, "--once"]
    runs = [json.loads(subprocess.check_output(command)) for _ in range(asked.times)]
    middle = [
        {step: round(statistics.median(run[i][at] for run in runs), 3) for at, step in enumerate(STEPS)}
        for i in (0, 1)
    ]
    print(
        json.dumps({"seconds": middle[0], "processor_seconds": middle[1], "imported": runs[0][2]}, indent=2)
    )


if __name__ == "__main__":
    main()
