"""Sizing: the tables of docs/why/cluster-size.md, from stated assumptions; nothing is measured here.

    python benchmarks/sizing.py
    python benchmarks/sizing.py --ratings 1e9 --users 1e7 --items 1e6 --cores 128 --blocks 512

t(n, B) = B (1 - (1 - 1/B)^n) is the number of B blocks that an entity with n ratings meets. Taken at the mean
n it is an upper bound, since t is concave and activity has a long tail.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

FLOAT, INT = 4, 4
JAVA_ARRAY = 24
"""Bytes of an array's header and of the reference to it."""
CORE_FLOPS = 1e9
"""Spark's rank-one updates per second and core; assumed."""
CORE_GEMM = 20e9
"""Double precision products per second and core."""
GPU_FLOPS, GPU_SHARE = 300e12, 0.3
"""A GPU's 16-bit rate, and the share of it that encoding reaches."""
TOKENS = 64
"""Tokens of a film's text: title, genres, a few tags."""
ENCODERS = {"MiniLM": 10.6e6, "mpnet": 85e6, "Qwen3 0.6B": 0.44e9, "Qwen3 4B": 3.6e9, "Qwen3 8B": 6.95e9}
"""Parameters that every token passes through: all but the word embeddings."""
DIMENSIONS = (64, 256, 384, 768, 1024, 2560, 4096)
PRECISIONS = {"float32": 4.0, "float16": 2.0, "int8": 1.0, "1 bit": 0.125}


@dataclass(frozen=True)
class Case:
    """The size of the data and of the cluster."""

    ratings: float
    users: float
    items: float
    cores: int
    blocks: int
    d: int = 64


CASES = (Case(1e9, 1e7, 1e6, 64, 256), Case(1e9, 1e7, 1e8, 64, 256), Case(50e9, 5e8, 1e8, 2048, 4096))


def met(n: float, blocks: int) -> float:
    """t(n, B)."""
    return blocks * (1 - (1 - 1 / blocks) ** n)


def als(case: Case) -> dict[str, float]:
    """Memory, traffic and arithmetic of Spark's ALS, in bytes and seconds."""
    vector = FLOAT * case.d
    of_user = case.users * met(case.ratings / case.users, case.blocks)
    of_item = case.items * met(case.ratings / case.items, case.blocks)
    flops = 2 * case.ratings * case.d**2 + (case.users + case.items) * case.d**3 / 3
    return {
        "ratings, twice (GB)": 2 * case.ratings * (FLOAT + INT) / 1e9,
        "who goes where (GB)": INT * (of_user + of_item) / 1e9,
        "factors (GB)": (case.users + case.items) * (vector + JAVA_ARRAY) / 1e9,
        "shuffle an iteration (GB)": vector * (of_user + of_item) / 1e9,
        "vectors a task holds (GB)": (vector + JAVA_ARRAY) * max(of_user, of_item) / case.blocks / 1e9,
        "arithmetic an iteration (s)": flops / CORE_FLOPS / case.cores,
        "checking for duplicates, once (GB)": case.ratings * 20 / 1e9,
    }


def lists(case: Case) -> dict[str, float]:
    """Exact lists for all users."""
    return {
        "item factors a worker holds, float64 (GB)": case.items * case.d * 8 / 1e9,
        "core-hours": 2 * 2 * case.users * case.items * case.d / CORE_GEMM / 3600,
    }


def main() -> None:
    """Print every table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("ratings", "users", "items"):
        options.add_argument(f"--{name}", type=float)
    for name, usual in (("cores", 64), ("blocks", 256), ("d", 64)):
        options.add_argument(f"--{name}", type=int, default=usual)
    asked = options.parse_args()
    own = (Case(**vars(asked)),) if asked.ratings and asked.users and asked.items else ()
    for case in own or CASES:
        print(case)
        for what, value in {**als(case), **lists(case)}.items():
            print(f"  {what:45} {value:14,.1f}")
    texts = asked.items or 1e8
    print(f"\nencoding {texts:g} texts of {TOKENS} tokens, GPU-hours")
    for name, parameters in ENCODERS.items():
        hours = 2 * parameters * TOKENS * texts / (GPU_FLOPS * GPU_SHARE) / 3600
        print(f"  {name:45} {hours:14,.1f}")
    print(f"\nvectors of {texts:g} texts, GB")
    print(f"  {'':10}" + "".join(f"{name:>12}" for name in PRECISIONS))
    for d in DIMENSIONS:
        print(f"  {d:<10}" + "".join(f"{texts * d * size / 1e9:12,.1f}" for size in PRECISIONS.values()))


if __name__ == "__main__":
    main()
