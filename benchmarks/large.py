"""Benchmark: from simulated data to lists for everyone, at 1, 4, 16 and 32 million ratings.

    python benchmarks/large.py --worlds worlds --out large.json [--plot large.png] [--sizes 1M,4M,16M,32M]

Each step runs in a process of its own. Wall time, processor time and peak memory are the operating system's
figures for it (for a step with child processes, the peak is that of the largest process):

    simulate   ``cineblend simulate``, if the data is missing read       ``load`` of the data fit
    ``cineblend fit`` of ``--strategy`` on all ratings everyone   the top 25 of every user, by the saved
    model, one process per processor (``--people`` for fewer) unseen     the top 25 of users the model has not
    seen, one at a time, by the service's ``Recommender``

Figures in ``--out`` stay unless their step is run again, so sizes and steps can be run separately. Growth is
compared with the growth expected from each step's order (``ORDERS``) and the figures of the next smaller
size; ``--plot`` draws time and memory.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

K = 25
HISTORY = 20
STRANGERS = 100


@dataclass(frozen=True)
class Size:
    """The counts of a simulated dataset; ``cineblend simulate`` makes it with seed 1."""

    users: int
    items: int
    ratings: int


SIZES = {
    "1M": Size(6_000, 4_000, 1_000_000),
    "4M": Size(25_000, 20_000, 4_000_000),
    "16M": Size(100_000, 60_000, 16_000_000),
    "32M": Size(200_000, 87_000, 32_000_000),
}
ORDERS: dict[str, tuple[str, Callable[[Size], float]]] = {
    "simulate": ("ratings", lambda size: size.ratings),
    "read": ("ratings", lambda size: size.ratings),
    "fit": ("ratings", lambda size: size.ratings),
    "everyone": ("users × films", lambda size: size.users * size.items),
    "unseen": ("films", lambda size: size.items),
}
"""Each step's order in words, and as a function of the size."""
SLACK = 1.5
"""Factor by which a step may exceed its order: caches have limits, and machines are shared."""


def main() -> None:
    """Run the requested steps, write and draw the figures; or run one step as a child process."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--worlds", type=Path, required=True, help="folder of world1m, world4m ...; created if missing"
    )
    options.add_argument("--out", type=Path, required=True, help="the figures, as JSON")
    options.add_argument("--plot", type=Path, help="a PNG of time and memory against ratings")
    options.add_argument("--sizes", default=",".join(SIZES))
    options.add_argument("--steps", default=",".join(ORDERS))
    options.add_argument("--strategy", default="cineblend")
    options.add_argument("--fit-options", default="", help="more options for `cineblend fit`, in one word")
    options.add_argument("--people", type=int, help="the first so many users for `everyone`; all by default")
    options.add_argument("--be", nargs=3, metavar=("STEP", "WORLD", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.be:
        step, world, file = given.be
        Path(file).write_text(json.dumps(STEPS[step](Path(world), given.people)))
        return
    figures: dict[str, Any] = json.loads(given.out.read_text()) if given.out.exists() else {"sizes": {}}
    for name in given.sizes.split(","):
        world = given.worlds / f"world{name.lower()}"
        for step in given.steps.split(","):
            found = measure(step, name, world, given)
            print(name, step, json.dumps(found), flush=True)
            if found is not None:
                figures["sizes"].setdefault(name, {})[step] = found
            figures["growth"] = growth(figures["sizes"])
            given.out.write_text(json.dumps(figures, indent=1))
    if given.plot:
        draw(figures["sizes"], given.plot)


def measure(step: str, name: str, world: Path, given: argparse.Namespace) -> dict[str, Any] | None:
    """Run one step in a process of its own; None if there is nothing to do."""
    size, verb = SIZES[name], [sys.executable, "-m", "cineblend.cli.main"]
    if step == "simulate":
        if (world / "ratings.parquet").exists():
            return None
        counts = [f"--users={size.users}", f"--items={size.items}", f"--ratings={size.ratings}"]
        return run([*verb, "simulate", *counts, "--seed=1", f"--out={world}"])
    if step == "fit":
        more = [f"--strategy={given.strategy}", *given.fit_options.split()]
        return run([*verb, "fit", f"--data={world}", f"--out={model_of(world)}", *more])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        people = [] if given.people is None else [f"--people={given.people}"]
        here = [f"--worlds={given.worlds}", f"--out={given.out}", *people]
        found = run([sys.executable, __file__, *here, "--be", step, str(world), str(file)])
        return found | json.loads(file.read_text())


def run(command: list[str]) -> dict[str, Any]:
    """Run a command and return its times and memory; its output goes to this process's output.

    Raises:
        SystemExit: it failed.
    """
    load, started = os.getloadavg()[0], time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # as wait4 took it from under Popen
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    return {
        "wall_seconds": round(time.perf_counter() - started, 3),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
        "load_average": round(load, 2),
    }


def model_of(world: Path) -> Path:
    """Path of a dataset's model."""
    return world.with_name(f"{world.name}-model")


def strangers_of(world: Path) -> Path:
    """Path of the unseen users' histories."""
    return world.with_name(f"{world.name}-strangers.json")


def read(world: Path, people: int | None) -> dict[str, Any]:
    """Load the data, and store some users' latest ratings for ``unseen``."""
    import numpy as np

    from cineblend import UserBatch, load

    del people
    started = time.perf_counter()
    dataset = load(str(world))
    seconds = time.perf_counter() - started
    chosen = np.random.default_rng(0).choice(dataset.n_users, STRANGERS, replace=False).astype(np.int32)
    batch, ids = UserBatch.known(dataset.ratings, chosen), dataset.catalog.items.ids
    histories: list[dict[int, float]] = []
    for person in batch.blocks(1):
        newest = np.argsort(-person.timestamp, kind="stable")[:HISTORY]
        pairs = zip(ids[person.item_num[newest]].tolist(), person.value[newest].tolist(), strict=True)
        histories.append(dict(pairs))
    strangers_of(world).write_text(json.dumps([list(history.items()) for history in histories]))
    return {"load_seconds": round(seconds, 3), "ratings": len(dataset.ratings)}


def everyone(world: Path, people: int | None) -> dict[str, Any]:
    """The top 25 of every user, with one process per processor."""
    import numpy as np

    from cineblend import UserBatch, load
    from cineblend.bundle.lists import recommend_in_processes

    dataset = load(str(world))
    workers = len(os.sched_getaffinity(0))
    count = min(people or dataset.n_users, dataset.n_users)
    batch = UserBatch.known(dataset.ratings, np.arange(count, dtype=np.int32))
    started = time.perf_counter()
    lists = recommend_in_processes(model_of(world), batch, k=K, workers=workers)
    listed = sum(int((block.item_num >= 0).sum()) for block in lists)
    return {
        "list_seconds": round(time.perf_counter() - started, 3),
        "users": count,
        "workers": workers,
        "listed": listed,
    }


def unseen(world: Path, people: int | None) -> dict[str, Any]:
    """The top 25 of one unseen user after the other, reasons included, warm."""
    from cineblend import Recommender

    del people
    films = Recommender.load(model_of(world))
    histories = [dict(pairs) for pairs in json.loads(strangers_of(world).read_text())]
    taken: list[float] = []
    for history in [histories[0], *histories]:
        started = time.perf_counter()
        films.recommend(history, k=K)
        taken.append(1000 * (time.perf_counter() - started))
    warm = sorted(taken[1:])
    return {
        "median_ms": round(statistics.median(warm), 2),
        "p95_ms": round(warm[int(0.95 * len(warm))], 2),
        "first_ms": round(taken[0], 2),
    }


STEPS = {"read": read, "everyone": everyone, "unseen": unseen}


def seconds_of(step: str, name: str, found: dict[str, Any]) -> float:
    """The time that grows with the size: a step's work without starting Python and reading, for all users."""
    if step == "everyone":
        return float(found["list_seconds"]) * SIZES[name].users / found["users"]
    if step == "unseen":
        return float(found["median_ms"]) / 1000
    return float(found["load_seconds"] if step == "read" else found["wall_seconds"])


def growth(sizes: dict[str, Any]) -> list[dict[str, Any]]:
    """For each step and two neighbouring sizes: the growth in time, and that expected from its order."""
    rows: list[dict[str, Any]] = []
    for step, (order, work) in ORDERS.items():
        measured = [name for name in SIZES if step in sizes.get(name, {})]
        for less, more in pairwise(measured):
            taken = [seconds_of(step, name, sizes[name][step]) for name in (less, more)]
            stated = work(SIZES[more]) / work(SIZES[less])
            ratio = taken[1] / max(taken[0], 1e-9)
            rows.append(
                {
                    "step": step,
                    "order": order,
                    "from": less,
                    "to": more,
                    "time_ratio": round(ratio, 2),
                    "stated_ratio": round(stated, 2),
                    "within": ratio <= SLACK * stated,
                }
            )
    return rows


def draw(sizes: dict[str, Any], path: Path) -> None:
    """Draw time and peak memory of each step against ratings; dashed, its order from the first size on."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    for colour, (step, (order, work)) in zip(("C0", "C1", "C2", "C3", "C4"), ORDERS.items(), strict=True):
        names = [name for name in SIZES if step in sizes.get(name, {})]
        if not names:
            continue
        ratings = [SIZES[name].ratings for name in names]
        taken = [seconds_of(step, name, sizes[name][step]) for name in names]
        stated = [taken[0] * work(SIZES[name]) / work(SIZES[names[0]]) for name in names]
        left.loglog(ratings, taken, "o-", color=colour, label=f"{step} (order: {order})")
        left.loglog(ratings, stated, "--", color=colour, linewidth=0.9)
        right.loglog(
            ratings, [sizes[name][step]["peak_mb"] / 1024 for name in names], "o-", color=colour, label=step
        )
    left.set(xlabel="ratings", ylabel="seconds", title="Time; dashed: the stated order")
    left.set_ylim(top=100 * left.get_ylim()[1])  # room for the legend
    right.set(xlabel="ratings", ylabel="GiB", title="Peak memory of the step's process")
    for axes in (left, right):
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=130)


if __name__ == "__main__":
    main()
