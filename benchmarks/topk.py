"""Benchmark: the k best items of factor models: ours, the bare product, and implicit's ``recommend``.

    python benchmarks/topk.py [--users 4000] [--items 87000] [--factors 64] [--k 25] [--out topk.json]

One process, and the same float32 factors, histories and threads for all; rounds take turns, and each gets its
median. "The product" is one large matrix product of the same shape, with every score written to memory and
not used; "the product in tiles" is the fastest known to us, whose scores stay in a cache and are discarded.
Implicit runs as it recommends, with BLAS on one thread and its own on all, and with its defaults; the better
one counts. The lists must agree, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.ranking.item_tiles import ITEMS_A_TILE
from cineblend.ranking.rank import Ranked
from cineblend.ranking.rank_factors import USERS_A_TILE, top_k_of_factors

Vectors = npt.NDArray[np.float32]


def main() -> None:
    """Measure and print a table; write JSON where asked to."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, usual in (("users", 4000), ("items", 87_000), ("factors", 64), ("k", 25), ("history", 160)):
        options.add_argument(f"--{name}", type=int, default=usual)
    options.add_argument("--spread", type=float, default=0.5, help="of the log of an item vector's length")
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--cpu", action="store_true", help="count CPU seconds: for a busy machine")
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    users, items, seen = make(given)
    lists: dict[str, Ranked] = {}
    rivals = runs(given, users, items, seen, lists)
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    clock = time.process_time if given.cpu else time.perf_counter
    for _ in range(given.repeat):
        for name, run in rivals.items():
            started = clock()
            run()
            seconds[name].append(clock() - started)
    report(given, seconds, agree(lists))


def make(given: argparse.Namespace) -> tuple[Vectors, Vectors, UserBatch]:
    """Factors, and histories that prefer the long vectors, as people prefer popular films."""
    rng = np.random.default_rng(0)
    users = rng.standard_normal((given.users, given.factors)).astype(np.float32)
    length = np.exp(given.spread * rng.standard_normal(given.items))
    items = (rng.standard_normal((given.items, given.factors)) * length[:, None]).astype(np.float32)
    appeal = np.cumsum(length**3)
    user = np.repeat(np.arange(given.users), given.history)
    item = np.searchsorted(appeal, rng.random(len(user)) * appeal[-1])
    user, item = np.divmod(np.unique(user * given.items + item), given.items)
    value, when = np.ones(len(user), np.float32), np.zeros(len(user), np.int64)
    ratings = Ratings(user.astype(np.int32), item.astype(np.int32), value, when, given.users, given.items)
    return users, items, UserBatch.known(ratings)


def runs(
    given: argparse.Namespace, users: Vectors, items: Vectors, seen: UserBatch, lists: dict[str, Ranked]
) -> dict[str, Callable[[], None]]:
    """The measured functions by name; the rankings store their lists in ``lists``."""
    from implicit.cpu.als import AlternatingLeastSquares

    scores = np.zeros((given.users, given.items), np.float32)
    tile = np.zeros((USERS_A_TILE, ITEMS_A_TILE), np.float32)
    history = sp.csr_matrix(seen.csr())
    model = AlternatingLeastSquares(factors=given.factors, num_threads=given.threads)
    model.user_factors, model.item_factors = users, items

    def product() -> None:
        with threadpool_limits(given.threads, "blas"):
            np.matmul(users, items.T, out=scores)

    def tiles() -> None:
        with threadpool_limits(given.threads, "blas"):
            for start in range(0, given.users - USERS_A_TILE + 1, USERS_A_TILE):
                for at in range(0, given.items - ITEMS_A_TILE + 1, ITEMS_A_TILE):
                    block = items[at : at + ITEMS_A_TILE]
                    np.matmul(users[start : start + USERS_A_TILE], block.T, out=tile)

    def ours() -> None:
        lists["ours"] = top_k_of_factors(users, items, k=given.k, seen=seen, threads=given.threads)

    def implicit(blas_threads: int) -> None:
        with threadpool_limits(blas_threads, "blas"):
            item, score = model.recommend(np.arange(given.users), history, N=given.k)
        lists["implicit"] = Ranked(item.astype(np.int32), score.astype(np.float32))

    return {
        "product": product,
        "product in tiles": tiles,
        "ours": ours,
        "implicit, BLAS on 1 thread": lambda: implicit(1),
        "implicit, as it comes": lambda: implicit(given.threads),
    }


def agree(lists: dict[str, Ranked]) -> float:
    """Share of places with the same item in both; other places differ by rounding."""
    ours, theirs = lists["ours"], lists["implicit"]
    np.testing.assert_allclose(ours.score, theirs.score, rtol=1e-4)
    same = float((ours.item_num == theirs.item_num).mean())
    if same < 0.999:
        raise SystemExit(f"the lists differ: {same:.2%} of places are the same")
    return same


def report(given: argparse.Namespace, seconds: dict[str, list[float]], same: float) -> None:
    """Print the medians and ratios, and write them to a file."""
    median = {name: statistics.median(times) for name, times in seconds.items()}
    implicit = min(time for name, time in median.items() if name.startswith("implicit"))
    work = 2 * given.users * given.items * given.factors / 1e9
    figures = {
        "options": {name: str(value) for name, value in vars(given).items()},
        "load_average": os.getloadavg()[0],
        "seconds": seconds,
        "gflops": {name: work / time for name, time in median.items()},
        "ours_to_product": median["product"] / median["ours"],
        "ours_to_product_in_tiles": median["product in tiles"] / median["ours"],
        "ours_to_implicit": implicit / median["ours"],
        "same_places": same,
    }
    for name, time_ in median.items():
        print(f"{name:28} {time_:8.3f} s  {work / time_:8.1f} GFLOP/s")
    for name in ("ours_to_product", "ours_to_product_in_tiles", "ours_to_implicit"):
        print(f"{name:28} {figures[name]:8.2f} x")
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
